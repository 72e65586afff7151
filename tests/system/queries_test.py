"""docs/queries.md, run: each example in it is taken from the page and asked of data that a real netlogd has written.
Blocks that begin with SELECT go to the sqlite3 shell, "# python3" to an interpreter that has pandas, "-- duckdb" to
duckdb; the rest is for the shell."""
import os
import re
import shutil
import subprocess
import unittest

from cli_data import CORE, EDGE, v2c_trap, v5_packet
from harness import Daemon, PATIENCE, SOURCE, main, needs, tool, wait_until

PAGE = (SOURCE / "docs" / "queries.md").read_text()
DEVICES = [
    {"ip": "127.0.0.2", "hostname": "router-core-01", "vendor": "cisco", "site": "datacenter-ny", "timezone": "UTC"},
    {"ip": "127.0.0.3", "hostname": "edge-01", "vendor": "juniper", "site": "la"},
]
LINES = [line.replace("192.0.2.1 ", "192.168.1.2 ") for line in CORE] + [
    "<189>106: Jan 17 14:34:00.500 UTC: %SW_MATM-4-MACFLAP_NOTIF: Host 0011.2233.4455 in vlan 100 is flap between port Gi1/0/1 and port Gi1/0/2"]


def blocks():
    """The indented blocks, split where a shell block has an empty line and a comment."""
    found = []
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", PAGE, re.M):
        text = re.sub(r"^    ", "", block, flags=re.M).strip("\n")
        pieces = [text] if text.startswith(("# python3", "-- duckdb")) and text.count("# python3") < 2 and text.count("-- duckdb") < 2 else re.split(r"\n\n", text)
        found += [piece for piece in pieces if piece.strip() and not piece.startswith("sqlite3 -readonly")]
    return found


BLOCKS = blocks()
SQL = [block for block in BLOCKS if block.startswith("SELECT")]
PANDAS = [block for block in BLOCKS if block.startswith("# python3")]
DUCKDB = [block for block in BLOCKS if block.startswith("-- duckdb")]
SHELL = [block for block in BLOCKS if block not in SQL + PANDAS + DUCKDB]


def with_pandas():
    for name in ("/usr/bin/python3", "python3"):
        if shutil.which(name) and subprocess.run([name, "-c", "import pandas"], capture_output=True).returncode == 0:
            return name
    return None


class Queries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon = Daemon(devices=DEVICES)
        daemon.start()
        daemon.send(*LINES, source="127.0.0.2")
        daemon.wait_for_records(len(LINES))
        daemon.signal(10)  # SIGUSR1: a closed segment too
        wait_until(lambda: any(path.suffix == ".gz" for path in daemon.files()), "a closed segment")
        daemon.send(*LINES, source="127.0.0.2")
        daemon.send(*EDGE, source="127.0.0.3")
        daemon.send(v2c_trap(), protocol="snmp", source="127.0.0.3")
        daemon.send(v5_packet([("10.1.1.1", "10.2.2.2", 40000, 443, 6, 10, 9000)]), protocol="flow", source="127.0.0.2")
        for view, count in (("logs", 2 * len(LINES) + len(EDGE)), ("traps", 1), ("flows", 1)):
            daemon.wait_for_rows(count, view)
        wait_until(lambda: daemon.sql("SELECT text_indexed_id FROM netlogd_state WHERE stream = 0")[0][0] >= 2 * len(LINES), "the text index")
        cls.database = daemon.data / "netlogd.db"

    @classmethod
    def tearDownClass(cls):
        cls.daemon.stop()
        shutil.rmtree(cls.daemon.folder, ignore_errors=True)

    def run_command(self, command, **options):
        result = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=self.daemon.folder, **options)
        self.assertEqual((result.returncode, result.stderr), (0, ""), f"{command}\n{result.stdout}")
        return result.stdout

    def test_the_page_has_examples_of_each_kind(self):
        self.assertGreater(len(SQL), 9)
        self.assertGreater(len(SHELL), 3)
        self.assertEqual((len(PANDAS), len(DUCKDB)), (2, 2))

    @needs("sqlite3")
    def test_every_question_in_sql_has_an_answer(self):
        for block in SQL:
            for statement in block.split(";"):
                if not statement.strip():
                    continue
                with self.subTest(statement):
                    out = self.run_command(["sqlite3", "-readonly", str(self.database), statement.replace("4711", "1")])
                    self.assertTrue(out.strip(), "no row")

    def test_every_question_in_sql_uses_an_index(self):
        for block in SQL:
            for statement in block.split(";"):
                if not statement.strip():
                    continue
                with self.subTest(statement):
                    plan = [row[3] for row in self.daemon.sql("EXPLAIN QUERY PLAN " + statement)]
                    # The newest in the order of ids walk the table from its end and stop at the limit.
                    if "LIMIT" in statement and "ORDER BY id DESC" in statement:
                        continue
                    self.assertEqual([step for step in plan if re.match(r"SCAN (l|log_rows|trap_rows|flow_rows)\b(?!.*USING)", step)], [], plan)

    @needs("jq")
    def test_every_shell_example_runs_and_finds_something(self):
        for block in SHELL:
            with self.subTest(block):
                out = self.run_command(["bash", "-o", "pipefail", "-c", re.sub(r"\btail -F\b", "cat", block).replace("DATA/", "data/")])
                self.assertTrue(out.strip(), "nothing printed")

    @unittest.skipUnless(with_pandas(), "pandas is not installed (tools/deps installs it)")
    def test_the_pandas_examples_run(self):
        for block in PANDAS:
            with self.subTest(block):
                self.assertTrue(self.run_command([with_pandas(), "-c", block.replace("DATA/", "data/")], env={**os.environ, "PYTHONWARNINGS": "ignore"}).strip())

    @unittest.skipUnless(tool("duckdb"), "duckdb is not packaged in Debian 12 and not installed")
    def test_the_duckdb_examples_run(self):
        self.assertTrue(self.run_command(["duckdb", "-c", DUCKDB[0].replace("DATA/", "data/")]).strip())


if __name__ == "__main__":
    main()
