"""What people read: every command's human form, whole, with its exit status. tests/golden/cli/*.golden holds sessions,
"$ netlog …", what it printed, what it said on standard error ("2> …"), "= STATUS" where that is not 0. What differs
from run to run is replaced by as many characters, so that columns stay where they are.
    GOLDEN_UPDATE=1 python3 tests/system/cli_golden_test.py     rewrites; read the diff before you commit it"""
import os
import pathlib
import re
import shlex
import subprocess
import tempfile

from cli_data import Filled
from harness import PATIENCE, SOURCE, main, program

GOLDEN = SOURCE / "tests" / "golden" / "cli"


def same_width(text):
    def padded(replacement):
        return lambda match: replacement.ljust(len(match.group(0)))[:len(match.group(0))]

    def masked(match):
        """The middle of three groups becomes N, as far to the right as it was."""
        return match.group(1) + "N".rjust(len(match.group(2))) + match.group(3)

    text = re.sub(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\b", "YYYY-MM-DD hh:mm:ss.mmm", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b", "YYYY-MM-DD hh:mm:ss", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", padded("YYYY-MM-DDThh:mm:ss.mmmmmmZ"), text)
    text = re.sub(r"at byte \d+", "at byte N", text)
    text = re.sub(r"(clock_skew_ms +)(-?\d+)", lambda match: match.group(1) + padded("N")(re.match(r".*", match.group(2))), text)
    text = re.sub(r"(127\.0\.0\.1:)\d+", lambda match: match.group(1) + "P" * 5, text)
    text = re.sub(r"(events/\w+\.txt:)\d+", padded_line_number, text)
    text = re.sub(r"\d+ (d|h|min|s) (behind|ahead)", "N d behind", text)
    text = re.sub(r"about \d+ of", "about N of", text)
    text = re.sub(r"\d+ (d|h|min|s) ago\b", padded("N s ago"), text)
    # Of devices: records a minute, now and usually, and the clock; of the ledger: messages a second.
    text = re.sub(r"(?m)^([\d.]+ .* ago +)(\S+ +\S+)( +\d+ +\d+ +\d+ )", masked, text)
    text = re.sub(r"(?m)^([\d.]+ .* ago .* )(-?\d+ (?:d|h|min|s|ms))(  \w+$)", masked, text)
    text = re.sub(r"(?m)^((?:(?:syslog|snmp|flow)/\w+/\S+|sqlite) +\d+ +)([\d.]+)( )", masked, text)
    return re.sub(r"(?m) +$", "", text)


def padded_line_number(match):
    return match.group(1) + "N" * (len(match.group(0)) - len(match.group(1)))


class Golden(Filled):
    maxDiff = None

    def silent_network(self):
        """One device that said something years ago, and no daemon since."""
        data = pathlib.Path(self.files, "silent")
        if not data.exists():
            (data / "syslog").mkdir(parents=True)
            line = next(self.daemon.lines()).decode()  # of core-01
            (data / "syslog" / "syslog.jsonl").write_text(re.sub(r'"received_at":"\d{4}', '"received_at":"2021', line))
            subprocess.run([program("netlog"), "--data-dir", str(data), "rebuild"], check=True, capture_output=True, timeout=PATIENCE)
        return data

    def session(self, command):
        words = [word.replace("FILES", self.files) for word in shlex.split(command)[1:]]
        environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        data = self.silent_network() if "--silent-network" in words else self.daemon.data
        words = [word for word in words if word != "--silent-network"]
        result = subprocess.run([program("netlog"), "--data-dir", str(data), *words], capture_output=True, text=True,
                                stdin=subprocess.DEVNULL, timeout=PATIENCE, env=environment)
        lines = [f"$ {command}", *result.stdout.splitlines(), *(f"2> {line}" for line in result.stderr.splitlines())]
        if result.returncode:
            lines.append(f"= {result.returncode}")
        text = "\n".join(lines) + "\n"
        return same_width(text.replace(str(self.daemon.data), "DATA").replace(self.files, "FILES"))

    def check(self, name):
        path = GOLDEN / f"{name}.golden"
        wanted = path.read_text(encoding="utf-8")
        notes = re.findall(r"(?m)^(?:# .*\n)+(?=\$ )|^\$ .*$", wanted)
        with tempfile.TemporaryDirectory() as self.files:
            got = ""
            for note in notes:
                if note.startswith("$ "):
                    got += self.session(note[2:]) + "\n"
                else:
                    got += note
        got = got.rstrip("\n") + "\n"
        if os.environ.get("GOLDEN_UPDATE"):
            path.write_text(got, encoding="utf-8")
        self.assertMultiLineEqual(got, path.read_text(encoding="utf-8"))


def add_test(name):
    setattr(Golden, f"test_{name}", lambda self: self.check(name))


for golden in sorted(GOLDEN.glob("*.golden")):
    add_test(golden.stem)


if __name__ == "__main__":
    main()
