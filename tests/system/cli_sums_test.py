"""netlog count, top, timeline, devices, ledger, context: what records say together."""
import json
import re
import shutil
import time
import unittest

from cli_data import CORE, DEVICES, EDGE, STRANGE, Filled, Netlog
from harness import LONG, Daemon, main, run, wait_until


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


class CountOverHours(unittest.TestCase):
    """Whole hours come from the counts that netlogd keeps, the rest from rows: always what the journal says."""

    SIGHTS = [(), ("--by", "device,parse_status"), ("--by", "event,severity"), ("--by", "site,message_id"),
              ("--by", "source,vendor", "--every", "1h"), ("--by", "event", "--every", "5m")]
    FILTERS = [(), ("--since", "7h"), ("--since", "6h30m", "--until", "2h10m"), ("--since", "95m", "--until", "85m"),
               ("--site", "ny"), ("--site", "nowhere"), ("--role", "edge", "--since", "5h"), ("--vendor", "juniper"), ("--severity", "err", "--event", "interface_down"),
               ("--message-id", "%B*"), ("--message-id", "*UPDOWN"), ("--parse-status", "partial,unparsed"),
               ("--device", "core-01", "--since", "4h"), ("--text", "neighbor")]

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(devices=DEVICES)
        cls.addClassCleanup(shutil.rmtree, cls.daemon.folder, True)
        cls.netlog = Netlog(config=cls.daemon.config)
        cls.daemon.data.mkdir()
        now = int(time.time())
        for age in range(9, -1, -1):  # one comes late, for hours long over
            for number, lines in enumerate((CORE, EDGE, STRANGE), 2):
                if (age + number) % 4 != 0:
                    received = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - age * 3600 - number * 700))
                    text = "".join(f"{line} (of {age} and {number})\n" for line in lines * (1 + age % 3))
                    cls.netlog.good("import", "-", "--received", received, "--source", f"127.0.0.{number}", text=text.encode())
        counted = lambda: cls.daemon.sql("SELECT counted_id, max(id) FROM netlogd_state, logs WHERE stream = 0")[0]
        cls.daemon.start()
        before = counted()[1]
        cls.daemon.send(EDGE[0], source="127.0.0.3")
        wait_until(lambda: counted() == (before + 1, before + 1), "the counts by hour")
        cls.daemon.send(*CORE, source="127.0.0.2")  # few and soon after: only the rows have them
        wait_until(lambda: counted()[1] == before + 1 + len(CORE), "the last rows")
        cls.daemon.stop()

    def test_counts_are_those_of_the_journal(self):
        order = lambda group: json.dumps(group)
        for number, words in enumerate(self.FILTERS):
            # A time of day, so that both are asked for the same.
            at = [time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime(time.time() - self.seconds(word))) if before in ("--since", "--until") else word
                  for before, word in zip(("", *words), words)]
            for sight in self.SIGHTS if LONG else self.SIGHTS[number % 3::3]:
                with self.subTest(filter=words, by=sight):
                    rows, journal = (json.loads(self.netlog.run("count", *sight, *at, "--stream", "syslog", "--limit", 0, "--json", *where).out)
                                     for where in ((), ("--journal",)))
                    self.assertEqual(sorted(rows, key=order), sorted(journal, key=order))

    def test_searches_find_what_the_journal_has(self):
        for words in self.FILTERS:
            with self.subTest(filter=words):
                rows, journal = (sorted(self.netlog.run("query", *words, "--stream", "syslog", "--limit", 0, "--format", "jsonl", *where).out.splitlines())
                                 for where in ((), ("--journal",)))
                self.assertEqual(rows, journal)
                few = self.netlog.run("query", *words, "--stream", "syslog", "--limit", 3, "--format", "jsonl").out.splitlines()
                self.assertEqual(len(few), min(3, len(journal)))
                self.assertLessEqual(set(few), set(journal))

    @staticmethod
    def seconds(duration):
        return sum(int(number) * {"h": 3600, "m": 60}[unit] for number, unit in re.findall(r"(\d+)([hm])", duration))


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
        self.assertRegex(self.netlog.good("devices", "--unknown"), r'^devices:\n  - \{ip: "127.0.0.4", hostname: "127.0.0.4", role: "", site: ""\}  # 3 messages, last \d+ (s|min) ago\n$')

    def test_advice_is_what_to_paste(self):
        out = self.netlog.good("devices", "--advice", "core-01")
        self.assertIn("  # no year in 5 of the last 5 messages\n  service timestamps log datetime msec localtime show-timezone year\n", out)
        self.assertIn("transport tcp", out)
        self.assertNotIn("service sequence-numbers", out)


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

    def test_whatever_the_budget_it_is_kept_in_both_forms(self):
        for budget in (300, 350, 500, 1000, 4000):
            for symptom in ("", "BGP flapping on core-01", "long " * 2000):
                out = self.netlog.good("context", "--symptom", symptom, "--budget", budget)
                self.assertLessEqual(len(out.encode()), 3 * budget, (budget, symptom[:30]))
                stated = int(re.search(r"Tokens: about (\d+) of", out).group(1))
                self.assertLessEqual(len(out.encode()), 3 * stated)
                self.assertLessEqual(stated, budget)
                out = self.netlog.good("context", "--symptom", symptom, "--budget", budget, "--json")
                self.assertLessEqual(len(out.encode()), 3 * budget + 3, (budget, symptom[:30]))
                self.assertLessEqual(json.loads(out)["metadata"]["estimated_tokens"], budget)

    def test_the_words_of_the_symptom_choose_what_stays(self):
        def kept(symptom):
            return {line.rsplit("#", 1)[1] for line in self.netlog.good("context", "--symptom", symptom, "--budget", 420).splitlines() if line.startswith("[")}
        self.assertIn("s7", kept("ssh logins of dave on edge-01"))
        self.assertNotIn("s7", kept("BGP on core-01"))
        metadata = self.netlog.json("context", "--symptom", "BGP flapping on core-01")["metadata"]
        self.assertEqual(metadata["devices_named"], ["core-01", "127.0.0.2"])
        self.assertEqual(metadata["events_named"], ["routing_protocol_bgp", "interface_down", "interface_up", "interface_error"])

    def test_json_has_symptom_logs_and_metadata(self):
        found = self.netlog.json("context", "--symptom", "x", "--device", "edge-01")
        self.assertEqual(set(found), {"symptom", "logs", "metadata"})
        self.assertLessEqual({"since", "until", "records", "kinds", "shown_kinds", "budget_tokens", "estimated_tokens", "caveats", "by_device"}, set(found["metadata"]))
        self.assertEqual(found["metadata"]["records"], 3)
        self.assertEqual({entry["id"] for entry in found["logs"]}, {"s6", "s7", "t1"})
        self.assertEqual(self.netlog.run("context", "--device", "nobody").returncode, 1)


if __name__ == "__main__":
    main()
