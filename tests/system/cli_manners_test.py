"""How netlog behaves whatever the command: help, completion, manual, terminals."""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from cli_data import Netlog
from harness import PATIENCE, SOURCE, main, needs, program, run


class Filling:
    """A data directory with so many syslog records in the journal, made by hand."""

    def __init__(self, count):
        self.count = count

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="netlog-manners-")
        path = pathlib.Path(self.folder, "syslog", "syslog.jsonl")
        path.parent.mkdir()
        with open(path, "w", encoding="utf-8") as file:
            for number in range(1, self.count + 1):
                at = f"2026-01-17T14:{32 + (number - 1) // 60 % 20}:{(14 + number) % 60:02}.000000Z"
                file.write(json.dumps({
                    "id": number, "record_type": "syslog", "received_at": at, "source_ip": "192.0.2.1", "transport": "udp",
                    "device": {"hostname": "core-01", "vendor": "cisco", "model": "unknown", "role": "core", "location": "unknown", "site": "ny", "criticality": "unknown"},
                    "raw_message": f"<187>number {number}", "vendor": "unknown", "facility": 23, "severity": 3, "severity_text": "ERROR", "timestamp": None, "timestamp_normalized": None,
                    "time_quality": {"year": None, "zone": None, "clock": "unstated"}, "clock_skew_ms": None, "hostname": None, "process": None, "pid": None, "message_id": None,
                    "message": f"number {number}", "extracted_fields": {}, "event_type": "other", "parse_status": "partial"}, separators=(",", ":")) + "\n")
        return self.folder

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


class Manners(unittest.TestCase):
    COMMANDS = ["tail", "query", "count", "top", "timeline", "show", "explain", "unknown", "devices", "ledger", "context", "export", "import", "replay", "check", "rebuild"]

    def test_help_is_exit_status_0_and_no_command_is_2(self):
        self.assertEqual(Netlog().run("--help").returncode, 0)
        self.assertEqual(Netlog().run().returncode, 2)
        for command in self.COMMANDS:
            self.assertEqual(Netlog().run(command, "--help").returncode, 0, command)

    def test_completion_and_manual_page_are_what_the_help_says(self):
        result = subprocess.run([sys.executable, SOURCE / "tools" / "completion" / "make.py", "--check", program("netlog")], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        reference = (SOURCE / "docs" / "netlog.md").read_text()
        for command in self.COMMANDS:
            self.assertRegex(reference, rf"(?m)^## .*\b{command}\b|netlog {command}\b", command)

    def test_a_reader_that_goes_away_is_no_fault_worth_a_word(self):
        with Filling(20_000) as folder:
            for arguments in ("query --format jsonl", "query", "query --json", "query --format csv", "tail -n 20000", "timeline --minutes 5000000", "unknown --limit 0 --parse-status parsed,partial,unparsed"):
                command = f'"$0" --data-dir "$1" {arguments} | head -n 1; exit "${{PIPESTATUS[0]}}"'
                result = subprocess.run(["bash", "-c", command, program("netlog"), folder], capture_output=True, text=True, timeout=PATIENCE)
                self.assertEqual(len(result.stdout.splitlines()), 1, arguments)
                self.assertIn(result.returncode, (0, 1, 141), arguments)
                self.assertNotIn("ERROR", result.stderr)

    def test_every_command_has_json(self):
        """One JSON value or one a line, and nothing else on standard output; without data, too."""
        with Filling(3) as folder, tempfile.TemporaryDirectory() as empty:
            (pathlib.Path(empty) / "old.log").write_text("Jan 17 14:00:00 a b: c\n")
            for data in (folder, empty):
                for arguments in ("tail", "query", "count", "count --every 1h", "top", "timeline --minutes 5000000", "show s1", "why s1", "explain x", "unknown", "devices", "devices --silent", "devices --unknown",
                                  "devices --advice", "context", f"export {empty}/x.jsonl", "check", f"import {empty}/old.log", f"replay {empty}/x.jsonl --to 127.0.0.1:9 --speed max", "rebuild"):
                    with self.subTest(arguments, data=data):
                        result = Netlog(data).run(*arguments.split(), "--json")
                        self.assertIn(result.returncode, (0, 1, 2), result.err)
                        self.assertNotIn("ERROR: AddressSanitizer", result.err)
                        if result.returncode == 2:
                            self.assertEqual(result.out.strip()[:1] in ("", "{"), True, result.out)
                            self.assertRegex(result.err, r"(?m)^netlog: ")
                            continue
                        try:
                            json.loads(result.out or "null")
                        except json.JSONDecodeError:
                            for line in result.out.splitlines():
                                json.loads(line)

    def test_times_are_local_unless_utc_is_asked_for(self):
        with Filling(1) as folder:
            netlog = Netlog(folder)
            here = {"TZ": "America/New_York"}
            self.assertIn("2026-01-17 09:32:15.000", netlog.good("tail", environment=here))
            self.assertIn("2026-01-17 14:32:15.000", netlog.good("tail", "--utc", environment=here))
            for arguments in (["--since", "2026-01-17T09:32", "--until", "2026-01-17T09:33"], ["--utc", "--since", "2026-01-17T14:32", "--until", "2026-01-17T14:33"], ["--since", "2026-01-17T14:32Z", "--until", "2026-01-17T14:33Z"]):
                self.assertEqual(netlog.run("query", *arguments, environment=here).returncode, 0, arguments)
            self.assertEqual(netlog.run("query", "--since", "2026-01-17T14:32", environment=here).returncode, 1)
            self.assertEqual(netlog.json("query", environment=here)[0]["received_at"], "2026-01-17T14:32:15.000000Z")

    def test_a_directory_that_may_not_be_read_and_one_that_is_no_data_are_told_apart(self):
        with tempfile.TemporaryDirectory() as folder:
            result = Netlog(folder).run("query")
            self.assertEqual((result.returncode, result.out), (1, ""))
            self.assertIn("0 records", result.err)
            result = Netlog(folder + "/nothing").run("query")
            self.assertEqual(result.returncode, 2)
            self.assertRegex(result.err, "netlog: .*/nothing: No such file or directory\n")
            result = Netlog(folder).run("ledger")
            self.assertEqual(result.returncode, 1)
            self.assertIn("netlogd has not run on this data", result.err)

    def test_a_damaged_database_is_named_and_the_journal_still_answers(self):
        with Filling(5) as folder:
            netlog = Netlog(folder)
            pathlib.Path(folder, "netlogd.db").write_bytes(b"no database at all" * 1000)
            result = netlog.run("query", "--json")
            self.assertEqual((result.returncode, len(json.loads(result.out))), (0, 5), result.err)
            self.assertIn("netlogd.db", result.err)
            self.assertEqual(netlog.run("check").returncode, 2)
            pathlib.Path(folder, "netlogd.db").unlink()
            with contextlib.closing(sqlite3.connect(pathlib.Path(folder, "netlogd.db"))) as database:
                database.execute("CREATE TABLE somebody_elses (x)")
            result = netlog.run("count")
            self.assertEqual((result.returncode, "no database of netlogd" in result.err), (0, True), result.err)

    @needs("bash")
    def test_bash_completes_commands_options_and_values(self):
        def completed(*words):
            script = f'source {SOURCE}/tools/completion/netlog.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _netlog; printf "%s\\n" "${{COMPREPLY[@]}}"'
            return run("bash", "-c", script, "bash", "netlog", *words).split()
        self.assertEqual(completed("qu"), ["query"])
        self.assertEqual(completed("wh"), ["why"])
        self.assertIn("--severity", completed("query", "--s"))
        self.assertEqual(completed("query", "--severity", "w"), ["warning"])
        self.assertEqual(completed("query", "-s", "cr"), ["crit"])
        self.assertEqual(completed("top", "ta"), ["talkers"])
        self.assertEqual(completed("query", "--event", "mac"), ["mac_move"])

    @needs("zsh")
    def test_zsh_reads_its_completion(self):
        run("zsh", "-n", SOURCE / "tools" / "completion" / "_netlog")

    @needs("man")
    def test_the_manual_pages_are_clean(self):
        for page in ("netlog.1", "netlogd.8"):
            result = subprocess.run(["man", "--warnings", "-l", SOURCE / "docs" / "man" / page], capture_output=True, text=True, env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
            self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_a_terminal_gets_colours_unless_it_does_not_want_them(self):
        import pty
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder)
            (data / "syslog").mkdir()
            (data / "syslog" / "syslog.jsonl").write_text('{"id":1,"record_type":"syslog","received_at":"2026-01-17T14:32:15.000000Z","source_ip":"10.0.0.1","device":{"hostname":"a"},"severity":3,"message":"' + "long " * 60 + '"}\n')
            def shown(environment):
                parent, child = pty.openpty()
                subprocess.run([program("netlog"), "--data-dir", folder, "tail"], stdout=child, env={**os.environ, "TERM": "xterm", **environment}, check=True)
                os.close(child)
                text = b""
                with os.fdopen(parent, "rb", closefd=True) as reader:
                    try:
                        while piece := os.read(reader.fileno(), 4096):
                            text += piece
                    except OSError:
                        pass
                return text.decode()
            environment = {"NO_COLOR": ""}
            self.assertIn("\x1b[31mERROR   \x1b[0m", shown(environment))
            self.assertNotIn("\x1b", shown({"NO_COLOR": "1"}))
            self.assertNotIn("\x1b", shown({"TERM": "dumb"}))


if __name__ == "__main__":
    main()
