"""The netlog command against data that a real netlogd has written: every command, its exit status, and for
the forms that people read, the text itself (times are replaced by TIME, addresses of files by DATA)."""
import csv
import gzip
import io
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from harness import Daemon, PATIENCE, SOURCE, main, needs, program, run, wait_until

DEVICES = [
    {"ip": "127.0.0.2", "hostname": "core-01", "vendor": "cisco", "role": "core", "site": "ny", "timezone": "UTC"},
    {"ip": "127.0.0.3", "hostname": "edge-01", "vendor": "juniper", "role": "edge", "site": "la"},
]

CORE = [
    "<187>101: Jan 17 14:32:15.100 UTC: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down",
    "<189>102: Jan 17 14:32:15.200 UTC: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/1, changed state to down",
    "<189>103: Jan 17 14:32:16.300 UTC: %BGP-5-ADJCHANGE: neighbor 192.0.2.1 Down Interface flap",
    "<189>104: Jan 17 14:32:18.400 UTC: %BGP-5-ADJCHANGE: neighbor 192.0.2.1 Up",
    "<189>105: Jan 17 14:33:00.500 UTC: %SYS-5-CONFIG_I: Configured from console by carol on vty0 (192.0.2.9)",
]
EDGE = [
    "<28>Jan 17 14:32:20 edge-01 mib2d[1234]: SNMP_TRAP_LINK_DOWN: ifIndex 5, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1",
    "<166>Jan 17 14:32:21 edge-01 sshd[99]: Accepted publickey for dave from 192.0.2.7 port 50000 ssh2",
]
STRANGE = [
    "@@ 17 alpha // 3.5 odd thing one",
    "@@ 18 beta // 4.5 odd thing two and more",
    "%% nobody knows",
]


def v5_packet(flows, sequence=1):
    """A NetFlow v5 datagram; each flow is (source, destination, source port, destination port, protocol, packets, bytes)."""
    now = int(time.time())
    packet = struct.pack("!HHIIIIBBH", 5, len(flows), 100000, now, 0, sequence, 0, 0, 0)
    for source, destination, source_port, destination_port, protocol, packets, octets in flows:
        packet += socket.inet_aton(source) + socket.inet_aton(destination) + socket.inet_aton("0.0.0.0")
        packet += struct.pack("!HHIIIIHHBBBBHHBBH", 3, 4, packets, octets, 90000, 99000, source_port, destination_port, 0, 16, protocol, 0, 0, 0, 24, 24, 0)
    return packet


def v2c_trap():
    """linkDown of interface 3 under the community public."""
    def tlv(tag, body):
        return bytes([tag, len(body)]) + body
    def oid(*arcs):
        return tlv(6, bytes([43]) + b"".join(bytes([arc]) for arc in arcs))
    bindings = tlv(48, oid(6, 1, 2, 1, 1, 3, 0) + tlv(0x43, b"\x05"))
    bindings += tlv(48, oid(6, 1, 6, 3, 1, 1, 4, 1, 0) + oid(6, 1, 6, 3, 1, 1, 5, 3))
    bindings += tlv(48, oid(6, 1, 2, 1, 2, 2, 1, 1, 3) + tlv(2, b"\x03"))
    bindings += tlv(48, oid(6, 1, 2, 1, 2, 2, 1, 8, 3) + tlv(2, b"\x02"))
    pdu = tlv(0xA7, tlv(2, b"\x01") + tlv(2, b"\x00") + tlv(2, b"\x00") + tlv(48, bindings))
    return tlv(48, tlv(2, b"\x01") + tlv(4, b"public") + pdu)


class Netlog:
    """Runs netlog on one data directory."""

    def __init__(self, data=None, config=None):
        self.place = ["--config", str(config)] if config else ["--data-dir", str(data)] if data else []
        self.data = str(data)

    def run(self, *arguments, text=None, environment=None):
        result = subprocess.run([program("netlog"), *self.place, *map(str, arguments)], capture_output=True, timeout=PATIENCE,
                                input=text, env={**os.environ, "TZ": "UTC", **(environment or {})})
        result.out = result.stdout.decode()
        result.err = result.stderr.decode()
        return result

    def good(self, *arguments, **options):
        result = self.run(*arguments, **options)
        assert result.returncode == 0, f"{arguments}: {result.returncode}\n{result.out}{result.err}"
        return result.out

    def json(self, *arguments, **options):
        return json.loads(self.good(*arguments, "--json", **options))

    def shown(self, *arguments):
        """What a person reads, with times and places made the same."""
        text = self.good(*arguments)
        text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", "TIME", text)
        return text.replace(self.data, "DATA")


class Filled(unittest.TestCase):
    """One data directory for all that only reads."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(devices=DEVICES)
        daemon = cls.daemon
        daemon.start()
        daemon.send(*CORE, source="127.0.0.2")
        daemon.wait_for_records(len(CORE))
        daemon.send(*EDGE, source="127.0.0.3")
        daemon.wait_for_records(len(CORE) + len(EDGE))
        daemon.send(*STRANGE, source="127.0.0.4")
        cls.logs = len(CORE) + len(EDGE) + len(STRANGE)
        daemon.wait_for_records(cls.logs)
        daemon.send(v2c_trap(), protocol="snmp", source="127.0.0.3")
        daemon.send(v5_packet([("10.1.1.1", "10.2.2.2", 40000, 443, 6, 10, 9000), ("10.1.1.2", "10.2.2.2", 40001, 443, 6, 2, 1000),
                               ("10.1.1.1", "10.9.9.9", 40002, 53, 17, 1, 100)]), protocol="flow", source="127.0.0.2")
        daemon.wait_for_records(1, "trap")
        daemon.wait_for_records(3, "flow")
        for view, count in (("logs", cls.logs), ("traps", 1), ("flows", 3)):
            daemon.wait_for_rows(count, view)
        wait_until(lambda: daemon.sql("SELECT text_indexed_id FROM netlogd_state WHERE stream = 0")[0][0] >= cls.logs, "the text index")
        daemon.stop()
        cls.netlog = Netlog(daemon.data)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.daemon.folder, ignore_errors=True)


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


class Count(Filled):
    def test_a_table_with_bars(self):
        self.assertEqual(self.netlog.shown("count", "--by", "device,event", "--device", "core-01", "--limit", 1), (
            "DEVICE   EVENT           COUNT\n"
            "core-01  interface_down      2  ████████████████████████████████████████\n"))

    def test_counts_by_each_key_add_up(self):
        for key in ("device", "site", "role", "vendor", "event", "severity", "message_id", "source", "stream", "parse_status"):
            with self.subTest(key):
                groups = self.netlog.json("count", "--by", key, "--stream", "all")
                self.assertEqual(sum(group["count"] for group in groups), self.logs + 1 + 3)
                journal = self.netlog.json("count", "--by", key, "--stream", "all", "--journal")
                order = lambda group: json.dumps(group)
                self.assertEqual(sorted(groups, key=order), sorted(journal, key=order))

    def test_steps_of_time(self):
        groups = self.netlog.json("count", "--every", "1d", "--stream", "syslog")
        self.assertEqual(sum(step["count"] for step in groups[0]["series"]), self.logs)
        self.assertIn("█", self.netlog.good("count", "--every", "1h"))
        self.assertEqual(self.netlog.run("count", "--every", "often").returncode, 2)
        self.assertEqual(self.netlog.run("count", "--by", "colour").returncode, 2)


class Top(Filled):
    def test_talkers_ports_and_exporters(self):
        talkers = self.netlog.json("top", "talkers")
        self.assertEqual([(one["src_ip"], one["bytes"], one["packets"], one["flows"]) for one in talkers], [("10.1.1.1", 9100, 11, 2), ("10.1.1.2", 1000, 2, 1)])
        ports = self.netlog.json("top", "ports", "--order", "flows")
        self.assertEqual([(one["protocol"], one["dst_port"], one["flows"]) for one in ports], [("6", "443", 2), ("17", "53", 1)])
        self.assertEqual(self.netlog.json("top", "exporters")[0]["exporter_ip"], "127.0.0.2")
        self.assertEqual(self.netlog.json("top", "talkers"), self.netlog.json("top", "talkers", "--journal"))

    def test_the_table(self):
        self.assertEqual(self.netlog.shown("top", "ports"), (
            "PROTOCOL  PORT   BYTES  PACKETS  FLOWS  SHARE\n"
            "tcp       443   10.0 k       12      2   99 %  ██████████████████████████████\n"
            "udp       53       100        1      1    1 %  ▎\n"))


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


class Timeline(Filled):
    def test_streams_are_merged_in_time_and_configuration_changes_marked(self):
        out = self.netlog.shown("timeline", "--device", "core-01,edge-01", "--minutes", 60)
        lines = out.splitlines()
        self.assertEqual(len(lines), 8)
        self.assertEqual(lines[4], "CONFIG TIME  core-01  ny  NOTICE  %SYS-5-CONFIG_I  Configured from console by carol on vty0 (192.0.2.9)")
        self.assertTrue(lines[7].startswith("trap   TIME  edge-01  la  "), lines[7])
        entries = self.netlog.json("timeline", "--device", "core-01", "--around", "now", "--minutes", 60)
        self.assertEqual([entry["configuration_change"] for entry in entries], [False] * 4 + [True])


class Devices(Filled):
    def test_who_sends_what(self):
        devices = {device["source_ip"]: device for device in self.netlog.json("devices")}
        self.assertEqual(set(devices), {"127.0.0.2", "127.0.0.3", "127.0.0.4"})
        core = devices["127.0.0.2"]
        self.assertEqual((core["hostname"], core["site"], core["in_inventory"], core["syslog"], core["flow"]), ("core-01", "ny", True, 5, 1), "messages: one datagram of flows")
        self.assertFalse(devices["127.0.0.4"]["in_inventory"])
        self.assertFalse(core["silent"])
        self.assertIn("core-01", self.netlog.good("devices"))

    def test_who_is_not_in_the_inventory_as_yaml(self):
        self.assertRegex(self.netlog.good("devices", "--unknown"), r'^devices:\n  - \{ip: "127.0.0.4", hostname: "127.0.0.4", role: "", site: ""\}  # 3 messages, last \d+ s ago\n$')

    def test_advice_is_what_to_paste(self):
        out = self.netlog.good("devices", "--advice", "core-01")
        self.assertIn("  # no year in 5 of the last 5 messages\n  service timestamps log datetime msec localtime show-timezone year\n", out)
        self.assertIn("transport tcp", out)
        self.assertNotIn("service sequence-numbers", out)

    def test_nobody_is_silent_yet(self):
        self.assertEqual(self.netlog.run("devices", "--silent").returncode, 1)


class Ledger(Filled):
    def test_json_is_what_the_daemon_wrote(self):
        self.assertEqual(self.netlog.json("ledger"), json.loads((self.daemon.data / "run" / "ledger.json").read_text()))
        self.assertEqual(self.netlog.json("stats"), self.netlog.json("ledger"))

    def test_the_table_says_that_it_balances(self):
        out = self.netlog.shown("ledger")
        self.assertRegex(out, rf"syslog/udp/127\.0\.0\.1:\d+ +{self.logs} +\S+ +{self.logs} +0 +0 +0 +{self.logs} +0\n")
        self.assertRegex(out, r"sqlite +\d+ ")
        self.assertIn("balanced: received = journaled + no record + dropped", out)


class Context(Filled):
    def test_lines_have_time_host_severity_id_and_what_they_name(self):
        out = self.netlog.shown("context", "--symptom", "BGP flapping on core-01")
        self.assertIn("Symptom: BGP flapping on core-01\n", out)
        self.assertIn("[TIME] core-01 NOTICE: %BGP-5-ADJCHANGE: neighbor 192.0.2.1 Down Interface flap (neighbor: 192.0.2.1) #s3\n", out)
        self.assertIn("[TIME] core-01 ERROR: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down (interfaces: GigabitEthernet0/1) #s1\n", out)

    def test_the_budget_is_kept_and_the_severe_and_fitting_stay(self):
        out = self.netlog.good("context", "--symptom", "BGP flapping on core-01", "--budget", 420)
        self.assertLess(len(out.encode()), 3 * 420)
        self.assertIn("%LINK-3-UPDOWN", out)
        self.assertNotIn("sshd", out)

    def test_json_has_symptom_logs_and_metadata(self):
        found = self.netlog.json("context", "--symptom", "x", "--device", "edge-01")
        self.assertEqual(set(found), {"symptom", "logs", "metadata"})
        self.assertEqual(found["metadata"]["records"], 3)
        self.assertEqual({entry["id"] for entry in found["logs"]}, {"s6", "s7", "t1"})
        self.assertEqual(self.netlog.run("context", "--device", "nobody").returncode, 1)


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

    def test_beside_the_daemon_the_lines_go_to_its_listener(self):
        with Daemon() as daemon:
            self.write(self.LINES)
            netlog = Netlog(daemon.data)
            self.assertIn("netlogd is running", netlog.run("import", self.file).err)
            records = daemon.wait_for_records(50)
            self.assertEqual([record["message"] for record in records], [f"session {minute} opened" for minute in range(50)])


class Replaying(unittest.TestCase):
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
        def packet(seconds, payload, port):
            udp = struct.pack("!HHHH", 9999, port, 8 + len(payload), 0) + payload
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, b"\x0a\0\0\x01", b"\x0a\0\0\x02") + udp
            return struct.pack("<IIII", seconds, 0, len(ip), len(ip)) + ip
        with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
            capture = pathlib.Path(folder, "x.pcap")
            capture.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101) + packet(100, CORE[0].encode(), 514) + packet(104, v2c_trap(), 162))
            begun = time.monotonic()
            self.assertEqual(Netlog(daemon.data).json("replay", capture, "--speed", "4x"), {"sent": 2, "skipped": 0})
            self.assertGreater(time.monotonic() - begun, 0.9)
            daemon.wait_for_records(1)
            daemon.wait_for_records(1, "trap")


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
