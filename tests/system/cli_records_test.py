"""netlog tail, query, show, explain, unknown: records, one by one."""
import csv
import io
import json
import os
import sqlite3
import subprocess
import threading
import unittest

from cli_data import CORE, DEVICES, EDGE, STRANGE, Filled, Netlog
from harness import Daemon, PATIENCE, main, program, wait_until


class Tail(Filled):
    def test_the_last_records_are_one_line_each_with_time_device_site_severity_id_and_text(self):
        self.assertEqual(self.netlog.shown("tail", "-n", 100, "--device", "core-01"), (
            "TIME  core-01  ny  ERROR  %LINK-3-UPDOWN  Interface GigabitEthernet0/1, changed state to down\n"
            "TIME  core-01  ny  NOTICE  %LINEPROTO-5-UPDOWN  Line protocol on Interface GigabitEthernet0/1, changed state to down\n"
            "TIME  core-01  ny  NOTICE  %BGP-5-ADJCHANGE  neighbor 192.0.2.1 Down Interface flap\n"
            "TIME  core-01  ny  NOTICE  %BGP-5-ADJCHANGE  neighbor 192.0.2.1 Up\n"
            "TIME  core-01  ny  NOTICE  %SYS-5-CONFIG_I  Configured from console by carol on vty0 (192.0.2.9)\n"))

    def test_traps_and_flows_have_their_line_too(self):
        out = self.netlog.shown("tail", "--stream", "trap,flow")
        self.assertIn("TIME  edge-01  la  ", out)
        self.assertIn("  linkDown  ifIndex=3 ifOperStatus=2(down)\n", out)
        self.assertIn("TIME  core-01  ny  -  netflow5  10.1.1.1:40000 -> 10.2.2.2:443 tcp 10 packets 9000 bytes in 3 out 4\n", out)

    def test_json_is_the_journals_line(self):
        lines = self.netlog.good("tail", "-n", 3, "--stream", "syslog", "--json").splitlines()
        self.assertEqual([line.encode() + b"\n" for line in lines], list(self.daemon.lines())[-3:])

    def test_nothing_found_is_exit_status_1(self):
        self.assertEqual(self.netlog.run("tail", "--device", "nobody").returncode, 1)

    def test_no_colours_where_no_terminal_is(self):
        self.assertNotIn("\x1b", self.netlog.good("tail"))


class Query(Filled):
    def ids(self, *arguments):
        result = self.netlog.run("query", "--json", *arguments)
        self.assertIn(result.returncode, (0, 1), result.err)
        return [record["id"] for record in json.loads(result.out)]

    def test_each_filter_alone_and_together(self):
        syslog = ("--stream", "syslog")
        self.assertEqual(self.ids(*syslog), list(range(1, self.logs + 1)))
        self.assertEqual(self.ids(*syslog, "--device", "core-01"), [1, 2, 3, 4, 5])
        self.assertEqual(self.ids(*syslog, "--device", "127.0.0.3"), [6, 7])
        self.assertEqual(self.ids(*syslog, "--device", "*-01"), list(range(1, 8)))
        self.assertEqual(self.ids(*syslog, "--site", "la"), [6, 7])
        self.assertEqual(self.ids(*syslog, "--role", "core"), [1, 2, 3, 4, 5])
        self.assertEqual(self.ids(*syslog, "--vendor", "juniper"), [6, 7])
        self.assertEqual(self.ids(*syslog, "--severity", "err"), [1])
        self.assertEqual(self.ids(*syslog, "--severity", "4"), [1, 6])
        self.assertEqual(self.ids(*syslog, "--event", "bgp"), [3, 4])
        self.assertEqual(self.ids(*syslog, "--message-id", "%BGP-*"), [3, 4])
        self.assertEqual(self.ids(*syslog, "--message-id", "%SYS-5-CONFIG_I"), [5])
        self.assertEqual(self.ids(*syslog, "--text", "192.0.2.1"), [3, 4])
        self.assertEqual(self.ids(*syslog, "--text", "192.0.2"), [3, 4, 5, 7])
        self.assertEqual(self.ids(*syslog, "--text", "changed state", "--severity", "err"), [1])
        self.assertEqual(self.ids(*syslog, "--source", "127.0.0.2", "--event", "configuration_change"), [5])
        self.assertEqual(self.ids("--device", "nobody"), [])
        self.assertEqual(self.ids(*syslog, "--limit", 2), [self.logs - 1, self.logs])
        self.assertEqual(self.ids(*syslog, "--since", "1h", "--until", "now", "--device", "edge-01"), [6, 7])
        self.assertEqual(self.ids(*syslog, "--until", "1h"), [])

    def test_the_journal_gives_the_same_answers_as_sqlite(self):
        for filters in (["--device", "core-01"], ["--device", "127.0.0.3"], ["--site", "la"], ["--vendor", "cisco"], ["--severity", "warning"], ["--event", "interface"], ["--message-id", "%L*"],
                        ["--text", "192.0.2"], ["--text", "ifOperStatus"], ["--parse-status", "unparsed,partial"], ["--limit", "3"], ["--stream", "all"], ["--stream", "flow", "--text", "10.9.9.9"], []):
            with self.subTest(filters):
                both = [self.netlog.run("query", "--format", "jsonl", *filters, *more).out for more in ([], ["--journal"])]
                self.assertEqual(sorted(both[0].splitlines()), sorted(both[1].splitlines()))

    def test_the_table_is_for_eyes(self):
        self.assertEqual(self.netlog.shown("query", "--event", "bgp"), (
            "REF  TIME                     DEVICE   SITE  SEVERITY  MESSAGE ID        TEXT\n"
            "s3   TIME  core-01  ny    NOTICE    %BGP-5-ADJCHANGE  neighbor 192.0.2.1 Down Interface flap\n"
            "s4   TIME  core-01  ny    NOTICE    %BGP-5-ADJCHANGE  neighbor 192.0.2.1 Up\n"))

    def test_csv_and_chosen_columns(self):
        rows = list(csv.reader(io.StringIO(self.netlog.good("query", "--event", "bgp", "--format", "csv", "--columns", "id,device.site,extracted_fields.bgp_neighbor"))))
        self.assertEqual(rows, [["id", "device.site", "extracted_fields.bgp_neighbor"], ["3", "ny", "192.0.2.1"], ["4", "ny", "192.0.2.1"]])

    def test_the_sql_that_is_printed_can_be_run_as_it_is(self):
        for filters in (["--device", "core-01", "--severity", "err"], ["--text", "192.0.2.1"], ["--since", "1h", "--event", "bgp"], ["--device", "it's", "--site", "ny"]):
            with self.subTest(filters):
                result = self.netlog.run("query", "--sql", "--stream", "syslog", *filters)
                with sqlite3.connect(f"file:{self.daemon.data / 'netlogd.db'}?mode=ro", uri=True) as database:
                    ids = [json.loads(row[2])["id"] for statement in result.out.split(";\n") if statement for row in database.execute(statement)]
                self.assertEqual(sorted(ids), self.ids("--stream", "syslog", *filters))

    def test_it_says_where_the_answer_came_from(self):
        self.assertIn("from SQLite", self.netlog.run("query").err)
        self.assertIn("from 1 journal file", self.netlog.run("query", "--journal", "--stream", "syslog").err)

    def test_wrong_words_are_exit_status_2_with_a_sentence(self):
        for arguments in (["--since", "soon"], ["--severity", "loud"], ["--stream", "mail"], ["--nonsense"], ["--format", "xml"], ["--source", "here"]):
            with self.subTest(arguments):
                result = self.netlog.run("query", *arguments)
                self.assertEqual(result.returncode, 2)
                self.assertTrue(result.err or result.out)
        self.assertEqual(Netlog("/nonexistent").run("query").returncode, 2)
        self.assertEqual(Netlog().run("--config", "/nonexistent.yaml", "query").returncode, 2)


class Show(Filled):
    def test_a_record_whole_and_where_it_lies(self):
        for command in ("show", "why"):
            out = self.netlog.shown(command, "s3")
            self.assertIn("  message                neighbor 192.0.2.1 Down Interface flap\n", out)
            self.assertIn("  in SQLite              yes\n", out)
            self.assertRegex(out, r"in the journal +DATA/syslog/syslog\.jsonl at byte \d+\n")
        shown = self.netlog.json("show", "3")
        self.assertEqual([one["reference"] for one in shown], ["s3", "f3"])
        with open(shown[0]["where"]["file"], "rb") as file:
            file.seek(shown[0]["where"]["offset"])
            self.assertEqual(json.loads(file.readline()), shown[0]["record"])

    def test_it_says_how_the_record_was_read(self):
        out = self.netlog.shown("why", "s3")
        self.assertIn("how it was read", out)
        self.assertRegex(out, r"message_id +\d+-\d+ +%BGP-5-ADJCHANGE")

    def test_no_such_record_is_exit_status_1_and_no_id_is_2(self):
        self.assertEqual(self.netlog.run("show", "s99999").returncode, 1)
        self.assertEqual(self.netlog.run("show", "x1").returncode, 2)


class Explain(unittest.TestCase):
    LINE = "<189>000123: *Jan 17 14:32:15.123: %BGP-5-ADJCHANGE: neighbor 192.0.2.1 Down Interface flap"

    def test_every_span_holds_its_value(self):
        for line in [self.LINE, *CORE, *EDGE, *STRANGE]:
            with self.subTest(line):
                result = Netlog().run("explain", "--json", line)
                self.assertIn(result.returncode, (0, 1), result.err)
                read = json.loads(result.out)
                self.assertEqual(read["line"], line)
                for field in read["fields"]:
                    if field["span"] and field["field"] != "priority":
                        start, end = field["span"]
                        self.assertEqual(line.encode()[start:end].decode(), field["value"], field)

    def test_rules_and_doubts(self):
        read = json.loads(Netlog().good("explain", "--json", self.LINE))
        fields = {field["field"]: field for field in read["fields"]}
        self.assertEqual(fields["sequence"]["value"], "000123")
        self.assertEqual(fields["message_id"]["value"], "%BGP-5-ADJCHANGE")
        self.assertIn("never set", fields["timestamp"]["doubt"])
        self.assertIn("the year is inferred", fields["timestamp"]["doubt"])
        self.assertIn("%BGP-5-ADJCHANGE", fields["event_type"]["rule"].upper().replace("BGP-5-ADJCHANGE", "%BGP-5-ADJCHANGE").replace("%%", "%"))
        self.assertEqual(read["record"]["event_type"], "routing_protocol_bgp")
        self.assertEqual(fields["extracted_fields.bgp_neighbor"]["value"], "192.0.2.1")

    def test_the_table_and_standard_input(self):
        result = Netlog().run("explain", "-", text=f"{self.LINE}\n{EDGE[0]}\n".encode())
        self.assertEqual(result.returncode, 0, result.err)
        self.assertRegex(result.out, r"sequence +5-11 +000123")
        self.assertEqual(result.out.count("parse_status"), 2)

    def test_what_cannot_be_read_is_exit_status_1(self):
        result = Netlog().run("explain", "%% nobody knows \x1b[31m")
        self.assertEqual(result.returncode, 1)
        self.assertNotIn("\x1b", result.out)


class Unknown(Filled):
    def test_shapes_are_counted_and_ready_for_a_golden_file(self):
        shapes = self.netlog.json("unknown", "--parse-status", "unparsed,partial", "--device", "127.0.0.4")
        self.assertEqual(sorted(shape["count"] for shape in shapes), [1, 2])
        out = self.netlog.shown("unknown", "--device", "127.0.0.4")
        self.assertIn("# 2 lines from 127.0.0.4, TIME to TIME\n# shape: @@ 9 a // 9.9 a …\n@@ 17 alpha // 3.5 odd thing one\n----\n{\"vendor\":\"unknown\"", out)

    def test_where_everything_is_understood_there_is_nothing_to_show(self):
        self.assertEqual(self.netlog.run("unknown", "--device", "core-01").returncode, 1)


class Following(unittest.TestCase):
    def test_tail_follows_through_rotation(self):
        with Daemon(devices=DEVICES) as daemon:
            daemon.send(CORE[0], source="127.0.0.2")
            daemon.wait_for_records(1)
            tail = subprocess.Popen([program("netlog"), "--data-dir", str(daemon.data), "tail", "-f", "-n", "1", "--json"], stdout=subprocess.PIPE, text=True)
            lines = []
            reader = threading.Thread(target=lambda: lines.extend(iter(tail.stdout.readline, "")), daemon=True)
            reader.start()
            try:
                wait_until(lambda: len(lines) >= 1, "the last record")
                for number in range(1, 4):
                    daemon.send(*[f"<189>{number}{step}: Jan 17 14:32:15 UTC: %SYS-5-TEST: step {number}.{step}" for step in range(10)], source="127.0.0.2")
                    daemon.wait_for_records(1 + 10 * number)
                    daemon.signal(10)  # SIGUSR1: a new segment
                    wait_until(lambda: len(daemon.files()) >= number + 1, "the rotation")
                wait_until(lambda: len(lines) >= 31, f"31 lines, there are {len(lines)}")
            finally:
                tail.terminate()
                tail.wait()
                reader.join(PATIENCE)
                tail.stdout.close()
            self.assertEqual([json.loads(line)["id"] for line in lines], list(range(1, 32)))

    def test_rebuild_beside_the_daemon_lets_it_do_the_work(self):
        with Daemon() as daemon:
            daemon.send(*CORE)
            daemon.wait_for_rows(len(CORE))
            with open(daemon.data / "netlogd.db", "rb") as old:  # held open, so that its inode is not given to the new one
                Netlog(daemon.data).good("rebuild")
                inode = os.fstat(old.fileno()).st_ino
                wait_until(lambda: (daemon.data / "netlogd.db").exists() and (daemon.data / "netlogd.db").stat().st_ino != inode, "a new database")
            daemon.wait_for_rows(len(CORE))


if __name__ == "__main__":
    main()
