"""netlog check, rebuild, export, import, replay: files that are read, compared and made."""
import gzip
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import struct
import subprocess
import tempfile
import time
import unittest

from cli_data import CORE, DEVICES, Filled, Netlog, v2c_trap
from harness import Daemon, PATIENCE, main, program, wait_until


class CheckAndExport(Filled):
    def test_the_journal_and_sqlite_agree(self):
        found = self.netlog.json("check")
        self.assertTrue(found["good"], found)
        self.assertEqual(found["syslog"]["same"], self.logs)
        self.assertIn("good: the journal and SQLite agree", self.netlog.good("check"))

    def test_an_export_is_the_records_in_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            plain, packed, table = (pathlib.Path(folder, name) for name in ("x.jsonl", "x.jsonl.gz", "x.csv"))
            self.netlog.good("export", plain, "--stream", "syslog")
            self.assertEqual(plain.read_bytes(), b"".join(self.daemon.lines()))
            self.netlog.good("export", packed, "--stream", "syslog", "--severity", "err")
            self.assertEqual([json.loads(line)["id"] for line in gzip.open(packed)], [1])
            self.netlog.good("export", table, "--stream", "flow", "--columns", "src_ip,bytes")
            self.assertEqual(table.read_text().splitlines()[1], "10.1.1.1,9000")
            self.assertEqual(self.netlog.run("export", "/nonexistent/x.jsonl").returncode, 2)


class Faults(unittest.TestCase):
    """What check finds, and what rebuild makes good; on a copy, so that each test may break it."""

    def setUp(self):
        self.daemon = Daemon(devices=DEVICES)
        self.daemon.start()
        self.daemon.send(*CORE, source="127.0.0.2")
        self.daemon.wait_for_records(len(CORE))
        self.daemon.wait_for_rows(len(CORE))
        self.daemon.stop()
        self.netlog = Netlog(self.daemon.data)
        self.addCleanup(shutil.rmtree, self.daemon.folder, True)

    def test_missing_and_changed_rows_are_found_and_a_rebuild_mends_them(self):
        with sqlite3.connect(self.daemon.data / "netlogd.db") as database:
            database.execute("DELETE FROM log_rows WHERE id = 2")
            database.execute("UPDATE log_rows SET pid = 7 WHERE id = 4")
        database.close()
        found = json.loads(self.netlog.run("check", "--json").stdout)
        self.assertFalse(found["good"])
        self.assertEqual((found["syslog"]["missing"], found["syslog"]["different"]), (1, 1))
        self.assertEqual(self.netlog.run("check").returncode, 1)
        self.assertIn("rebuilt, syslog 5", self.netlog.good("rebuild"))
        self.assertTrue(self.netlog.json("check")["good"])

    def test_without_a_database_the_journal_answers(self):
        (self.daemon.data / "netlogd.db").unlink()
        self.assertEqual([record["id"] for record in self.netlog.json("query", "--event", "bgp")], [3, 4])
        self.assertIn("from 1 journal file", self.netlog.run("query").err)
        result = self.netlog.run("check")
        self.assertEqual((result.returncode, "there is no SQLite file" in result.out), (1, True), result.out)
        devices = self.netlog.json("devices")
        self.assertEqual([(one["hostname"], one["site"], one["vendor"], one["zone"]) for one in devices], [("core-01", "ny", "cisco_ios", "sent")])
        self.assertGreater(devices[0]["per_minute_normal"], 0)
        self.assertIn("service timestamps log datetime", self.netlog.good("devices", "--advice"))

    def test_damage_inside_the_database_is_named_with_the_way_out(self):
        path = self.daemon.data / "netlogd.db"
        content = bytearray(path.read_bytes())
        content[8192:] = os.urandom(len(content) - 8192)
        path.write_bytes(content)
        result = self.netlog.run("query", "--event", "bgp")
        self.assertIn("netlogd.db", result.err)
        if result.returncode != 0:  # else not even its tables could be read, and the journal was asked
            self.assertEqual((result.returncode, "--journal asks the journal alone" in result.err), (2, True), result.err)
        self.assertEqual([record["id"] for record in self.netlog.json("query", "--event", "bgp", "--journal")], [3, 4])
        self.netlog.good("rebuild")
        self.assertEqual([record["id"] for record in self.netlog.json("query", "--event", "bgp")], [3, 4])

    def test_a_damaged_line_of_the_journal_is_named(self):
        file = self.daemon.data / "syslog" / "syslog.jsonl"
        lines = file.read_bytes().splitlines(True)
        file.write_bytes(b"".join([lines[0], b"\0\0\0\n", *lines[1:]]))
        found = json.loads(self.netlog.run("check", "--json").stdout)
        self.assertEqual((found["syslog"]["damaged"], found["syslog"]["same"]), (1, 5))

    def test_closed_and_compressed_files_are_read_too(self):
        folder = self.daemon.data / "syslog"
        lines = (folder / "syslog.jsonl").read_bytes().splitlines(True)
        with gzip.open(folder / "syslog-20260117T000000Z-1.jsonl.gz", "wb") as file:
            file.writelines(lines[:2])
        (folder / "syslog-20260118T000000Z-3.jsonl").write_bytes(lines[2])
        (folder / "syslog.jsonl").write_bytes(b"".join(lines[3:]))
        for more in ([], ["--limit", "4"]):
            found = self.netlog.json("query", "--journal", "--stream", "syslog", *more)
            self.assertEqual([record["id"] for record in found], [1, 2, 3, 4, 5][-4 if more else 0:])
        shown = self.netlog.json("show", "s2")
        self.assertTrue(shown["where"]["file"].endswith(".gz"))


class Importing(unittest.TestCase):
    LINES = [f"Jan 17 14:{minute:02}:00 fw7 sshd[{minute}]: session {minute} opened" for minute in range(50)]

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="netlog-test-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.data = self.folder / "data"
        self.data.mkdir()
        self.netlog = Netlog(self.data)
        self.file = self.folder / "old.log"

    def write(self, lines):
        self.file.write_text("".join(line + "\n" for line in lines))
        os.utime(self.file, (1705502000, 1705502000))  # 2024-01-17

    def count(self):
        return len(self.netlog.run("query", "--stream", "syslog", "--format", "jsonl").out.splitlines())

    def test_a_file_is_imported_once_and_goes_on_where_it_stopped(self):
        self.write(self.LINES[:20])
        self.assertEqual(self.netlog.json("import", self.file), {"lines": 20})
        record = self.netlog.json("query", "--limit", 1)[0]
        self.assertEqual(record["timestamp_normalized"], "2024-01-17T14:19:00.000Z", "the year follows from the file's time")
        self.assertEqual((record["hostname"], record["process"], record["message"]), ("fw7", "sshd", "session 19 opened"))
        self.assertEqual(self.netlog.json("import", self.file), {"lines": 0})
        self.write(self.LINES)
        self.file.rename(self.folder / "renamed.log")
        self.assertEqual(self.netlog.json("import", self.folder / "renamed.log"), {"lines": 30})
        self.assertEqual(self.count(), 50)
        self.assertTrue(self.netlog.json("check")["good"])

    def test_gz_files_and_standard_input(self):
        packed = self.folder / "old.log.gz"
        with gzip.open(packed, "wt") as file:
            file.write("\n".join(self.LINES))
        self.assertEqual(self.netlog.json("import", packed), {"lines": 50})
        self.assertEqual(self.netlog.json("import", "-", text="\n".join(self.LINES).encode()), {"lines": 0}, "the same content")
        self.assertEqual(self.netlog.json("import", "-", text=b"another line\n"), {"lines": 1})
        self.assertEqual(self.count(), 51)
        self.assertEqual(self.netlog.run("import", "/nonexistent").returncode, 2)

    def test_a_gz_file_that_ends_too_early_gives_its_whole_lines_and_goes_on_when_it_is_whole(self):
        packed = gzip.compress("".join(f"Jan 17 14:00:00 fw7 sshd[{number}]: session {number * 7919 % 10007} opened\n" for number in range(20000)).encode())
        path = self.folder / "cut.log.gz"
        path.write_bytes(packed[:len(packed) // 2])
        result = self.netlog.run("import", path)
        self.assertEqual(result.returncode, 2)
        self.assertIn("cut off in the middle of its gzip data", result.err)
        before = self.count()
        self.assertGreater(before, 1000)
        path.write_bytes(packed)
        self.assertEqual(self.netlog.json("import", path), {"lines": 20000 - before})
        self.assertEqual(self.count(), 20000)
        last = self.netlog.json("query", "--stream", "syslog", "--limit", 1)[0]
        self.assertEqual(last["pid"], 19999)

    def test_an_interrupt_ends_it_between_two_lines_and_nothing_comes_twice(self):
        count = 100_000
        self.file.write_text("".join(f"<13>line {number}\n" for number in range(count)))
        active = self.data / "syslog" / "syslog.jsonl"
        before = active.stat().st_size if active.exists() else 0
        importing = subprocess.Popen([program("netlog"), "--data-dir", str(self.data), "import", str(self.file)], stderr=subprocess.PIPE, text=True)
        wait_until(lambda: importing.poll() is not None or active.exists() and active.stat().st_size > before, "the first lines")
        importing.send_signal(signal.SIGINT)
        said = importing.communicate(timeout=PATIENCE)[1]
        self.assertIn(importing.returncode, (0, 1), said)  # 0: it was quicker
        self.netlog.good("import", self.file)
        names = [json.loads(line)["message"] for line in self.netlog.good("query", "--stream", "syslog", "--format", "jsonl").splitlines()]
        self.assertEqual(names, [f"line {number}" for number in range(count)])

    def test_what_is_no_log_is_refused_by_name(self):
        for content, word in ((b"\xd4\xc3\xb2\xa1" + bytes(40), "capture"), (b"\xfd7zXZ\0" + os.urandom(100), "xz"), (b"\x7fELF" + bytes(500), "program"),
                              (os.urandom(5000), "binary"), (b'{"id":1,"record_type":"syslog"}\n', "replay")):
            with self.subTest(word):
                self.file.write_bytes(content)
                result = self.netlog.run("import", self.file)
                self.assertEqual((result.returncode, word in result.err), (2, True), result.err)
        result = self.netlog.run("import", self.folder)
        self.assertEqual((result.returncode, "a folder" in result.err), (2, True), result.err)
        self.assertEqual(self.count(), 0)

    def test_one_bad_file_does_not_keep_the_others_out(self):
        self.write(self.LINES)
        bad = self.folder / "bad"
        bad.write_bytes(b"\x7fELF" + bytes(500))
        result = self.netlog.run("import", bad, self.file, "--json")
        self.assertEqual((result.returncode, json.loads(result.out)), (2, {"lines": 50}))

    def test_endless_lines_and_line_ends_of_windows(self):
        self.file.write_bytes(b"<13>first\r\n" + b"<13>" + b"x" * 9_000_000 + b"\n\n<13>last")
        self.assertEqual(self.netlog.json("import", self.file), {"lines": 3})
        first, long, last = self.netlog.json("query", "--stream", "syslog")
        self.assertEqual((first["message"], last["message"]), ("first", "last"))
        self.assertEqual((long["truncated"], len(long["raw_message"])), (9_000_004, 65536))
        self.assertEqual(self.netlog.json("import", self.file), {"lines": 0})

    def test_a_pipe_can_be_named_as_a_file(self):
        result = subprocess.run(["bash", "-c", 'exec "$0" --data-dir "$1" import --json <(printf "one\\ntwo\\n")', program("netlog"), str(self.data)], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((result.returncode, json.loads(result.stdout)), (0, {"lines": 2}), result.stderr)

    def test_beside_the_daemon_the_lines_go_to_its_listener(self):
        with Daemon() as daemon:
            self.write(self.LINES)
            netlog = Netlog(daemon.data)
            self.assertIn("netlogd is running", netlog.run("import", self.file).err)
            records = daemon.wait_for_records(50)
            self.assertEqual([record["message"] for record in records], [f"session {minute} opened" for minute in range(50)])


def captured(payload, port, seconds=100):
    udp = struct.pack("!HHHH", 9999, port, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, b"\x0a\0\0\x01", b"\x0a\0\0\x02") + udp
    return struct.pack("<IIII", seconds, 0, len(ip), len(ip)) + ip


PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)


class Replaying(unittest.TestCase):
    def test_of_a_capture_only_what_is_meant_for_a_collector_is_sent(self):
        with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
            capture = pathlib.Path(folder, "x.pcap.gz")
            capture.write_bytes(gzip.compress(PCAP + captured(CORE[0].encode(), 514) + captured(b"a question", 53) + captured(CORE[1].encode(), 5555)))
            netlog = Netlog(daemon.data)
            result = netlog.run("replay", capture, "--speed", "max", "--json")
            self.assertEqual(json.loads(result.out), {"sent": 1, "skipped": 2})
            self.assertIn("1 message sent, 2 to other ports (53, 5555; --port sends one)", result.err)
            self.assertEqual(netlog.json("replay", capture, "--speed", "max", "--port", "5555"), {"sent": 1, "skipped": 2})
            daemon.wait_for_records(2)

    def test_a_capture_that_is_cut_off_sends_what_is_whole(self):
        with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
            capture = pathlib.Path(folder, "x.pcap")
            capture.write_bytes(PCAP + captured(CORE[0].encode(), 514) + captured(CORE[1].encode(), 514)[:-3])
            result = Netlog(daemon.data).run("replay", capture, "--speed", "max")
            self.assertEqual(result.returncode, 2)
            self.assertEqual(result.err, f"1 message sent\nnetlog: {capture}: the capture is cut off\n")
            daemon.wait_for_records(1)

    def test_what_cannot_be_replayed_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "x")
            for content, word in ((b"Jan 17 14:00:00 fw7 sshd: plain\n", "netlog import takes plain log files"), (os.urandom(5000) + b"\n", "binary data"),
                                  (PCAP[:20] + struct.pack("<I", 105) + captured(b"x", 514), "LINKTYPE 105")):
                file.write_bytes(content)
                result = Netlog().run("replay", file, "--to", "127.0.0.1:9", "--speed", "max")
                self.assertIn(word, result.err)
                self.assertIn(result.returncode, (1, 2))
            (pathlib.Path(folder) / "data").mkdir()
            result = Netlog(pathlib.Path(folder) / "data").run("replay", file)
            self.assertEqual((result.returncode, "netlogd is not running; name a collector with --to" in result.err), (2, True), result.err)

    def test_json_lines_come_out_as_they_went_in(self):
        with Daemon() as first, Daemon() as second:
            first.send(*CORE, b"<13>not \xff utf-8")
            first.wait_for_records(6)
            source = first.data / "syslog" / "syslog.jsonl"
            for options, count in ((["--to", second.endpoint("syslog", "udp")], 6), (["--tcp", "--to", second.endpoint("syslog", "tcp")], 12)):
                Netlog(second.data).good("replay", source, "--speed", "max", *options)
                second.wait_for_records(count)
            self.assertEqual(sorted(record["raw_message"] for record in second.records()), sorted(2 * [record["raw_message"] for record in first.records()]))

    def test_a_capture_goes_to_the_daemons_own_listeners_at_its_pace(self):
        with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
            capture = pathlib.Path(folder, "x.pcap")
            capture.write_bytes(PCAP + captured(CORE[0].encode(), 514) + captured(v2c_trap(), 162, seconds=104))
            begun = time.monotonic()
            self.assertEqual(Netlog(daemon.data).json("replay", capture, "--speed", "4x"), {"sent": 2, "skipped": 0})
            self.assertGreater(time.monotonic() - begun, 0.9)
            daemon.wait_for_records(1)
            daemon.wait_for_records(1, "trap")


if __name__ == "__main__":
    main()
