"""tools/bench/compare and tools/bench/growth with tiny counts: each collector that is there takes everything, what is missing
or doubled would be seen, and the tables are written."""
import importlib
import pathlib
import subprocess
import sys
import tempfile
import unittest

from harness import BUILD, SOURCE, main, tool

BENCH = SOURCE / "tools" / "bench"
sys.path.insert(0, str(BENCH))
measuring = importlib.import_module("measuring")
PEERS = ("rsyslogd", "syslog-ng", "snmptrapd", "nfcapd")


def bench(name, page, folder, *arguments):
    command = [sys.executable, BENCH / name, "--build", BUILD, "--page", page, "--work-dir", folder, "--runs", 1, "--quiet", 0.4, *arguments]
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)


class Checks(unittest.TestCase):
    def numbers(self, kind, *seen):
        numbers = kind()
        for connection, number in seen:
            numbers.add(connection, number)
        return numbers

    def test_what_is_lost_doubled_or_was_never_sent_is_seen(self):
        whole = self.numbers(measuring.Numbers, (0, 1), (0, 2), (1, 1))
        self.assertEqual(whole.check({0: 2, 1: 1}), (0, 0, 0))
        self.assertEqual(whole.check({0: 3, 1: 2, 2: 4}), (6, 0, 0))
        self.assertEqual(whole.check({0: 1, 1: 1}), (0, 0, 1))
        self.assertEqual(self.numbers(measuring.Numbers, (0, 1), (0, 1), (0, 1), (0, 3)).check({0: 3}), (1, 2, 0))
        self.assertEqual(measuring.Numbers().check({0: 70_000}), (70_000, 0, 0))

    def test_numbers_without_a_connection_come_as_often_as_there_are_connections(self):
        seen = [(0, 1), (0, 1), (0, 2)]
        self.assertEqual(self.numbers(measuring.SharedNumbers, *seen).check({0: 2, 1: 1}), (0, 0, 0))
        self.assertEqual(self.numbers(measuring.SharedNumbers, *seen).check({0: 2, 1: 2}), (1, 0, 0))
        self.assertEqual(self.numbers(measuring.SharedNumbers, *seen, (0, 2)).check({0: 2, 1: 1}), (0, 1, 0))

    def test_only_what_stands_between_the_markers_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text("before\n", encoding="utf-8")
            measuring.write_between_markers(page, "compare", "first")
            page.write_text(page.read_text(encoding="utf-8") + "after\n", encoding="utf-8")
            measuring.write_between_markers(page, "compare", "second")
            text = page.read_text(encoding="utf-8")
            self.assertTrue(text.startswith("before\n") and text.endswith("after\n"), text)
            self.assertIn("second", text)
            self.assertNotIn("first", text)


class Smoke(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netlogd-compare-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.page = self.folder / "page.md"

    def test_every_collector_that_is_there_takes_everything(self):
        missing = [name for name in PEERS if tool(name) is None]
        if missing:
            self.skipTest(f"{', '.join(missing)} not installed (tools/bench/compare unpacks it aside)")
        result = bench("compare", self.page, self.folder, "--no-fetch", "--messages", 500, "--only", "tcp,traps,flows", "--udp-seconds", 0.2,
                       "--lowest-rate", 3000, "--highest-rate", 3000, "--peers", "netlogd,rsyslogd,syslog-ng,snmptrapd,nfcapd")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        rows = [line for line in self.page.read_text(encoding="utf-8").splitlines() if line.endswith("| 0 / 0 |")]
        self.assertEqual(len(rows), 4 + 2 + 3, self.page.read_text(encoding="utf-8") + result.stdout)

    def test_growth_writes_its_table(self):
        result = bench("growth", self.page, self.folder, "--messages", 300, "--only", "messages")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        rows = [line for line in self.page.read_text(encoding="utf-8").splitlines() if "message ids known" in line and line.endswith("| 0 / 0 |")]
        self.assertEqual(len(rows), 4, result.stdout)


if __name__ == "__main__":
    main()
