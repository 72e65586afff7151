"""The whole daemon scored on corpora that lie beside the project; skipped where they are not."""
import base64
import json
import socket
import sys
import unittest

from harness import SHARED, Daemon, main, run

CORPUS = SHARED / "corpus"
TOOLS = CORPUS / "tools"


@unittest.skipUnless((TOOLS / "score_corpus.py").exists(), f"no corpus in {SHARED}")
class Corpus(unittest.TestCase):
    def output(self, daemon, *streams):
        path = daemon.folder / "output.jsonl"
        with open(path, "wb") as file:
            for stream in streams:
                for line in daemon.lines(stream):
                    file.write(line)
        return path

    def test_every_syslog_line_is_accepted_and_kept(self):
        cases = [json.loads(line) for line in open(CORPUS / "syslog-visible.jsonl", encoding="utf-8")]
        with Daemon() as daemon, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number, case in enumerate(cases, 1):
                raw = case["raw"].encode("utf-8", "surrogateescape") if "raw" in case else base64.b64decode(case["raw_b64"])
                sender.sendto(raw, daemon.address())
                if number % 100 == 0:
                    daemon.wait_until_balanced("syslog", number)
            daemon.wait_until_balanced("syslog", len(cases))
            daemon.wait_for_records(len(cases))
            report = daemon.folder / "report.json"
            summary = run(sys.executable, TOOLS / "score_corpus.py", CORPUS / "syslog-visible.jsonl", self.output(daemon, "syslog"), "--show", "0",
                          "--json", report)
            print(summary)
            kept = [record for record in daemon.records() if record["raw_message"]]
            self.assertEqual(len(kept), len(cases))

    def replay(self, daemon, name, *options):
        return run(sys.executable, TOOLS / "replay_packets.py", CORPUS / name, "--netflow-port", daemon.address("flow")[1],
                   "--snmp-port", daemon.address("snmp")[1], *options)

    def score(self, name, output):
        print(run(sys.executable, TOOLS / "score_packets.py", name, CORPUS / name, output))

    def users(self):
        users = []
        for user in json.loads((CORPUS / "snmp" / "users.json").read_text(encoding="utf-8")):
            entry = {"name": user["user"], "engine_id": "any"}
            for theirs, ours in (("auth", "auth"), ("authpass", "auth_password"), ("priv", "priv"), ("privpass", "priv_password")):
                if theirs in user:
                    entry[ours] = user[theirs]
            users.append(entry)
        return {"users": users}

    def test_flow_packets_are_decoded_exactly(self):
        packets = sum(1 for _ in open(CORPUS / "netflow" / "packets.jsonl", encoding="utf-8"))
        with Daemon() as daemon:
            self.replay(daemon, "netflow")
            daemon.wait_until_balanced("flow", packets)
            self.score("netflow", self.output(daemon, "flow"))

    def test_trap_packets_are_decoded_exactly(self):
        packets = sum(1 for _ in open(CORPUS / "snmp" / "packets.jsonl", encoding="utf-8"))
        with Daemon(snmp_users=self.users()) as daemon:
            self.replay(daemon, "snmp")
            daemon.wait_until_balanced("snmp", packets)
            self.score("snmp", self.output(daemon, "trap"))

    def test_bad_packets_are_survived_counted_and_never_turned_into_wrong_records(self):
        packets = [json.loads(line) for line in open(CORPUS / "bad" / "packets.jsonl", encoding="utf-8")]
        snmp = sum(packet["proto"].startswith("snmp") for packet in packets)
        with Daemon(snmp_users=self.users()) as daemon:
            self.replay(daemon, "bad", "--sentinels")
            daemon.wait_until_balanced("flow", 2 * (len(packets) - snmp))
            daemon.wait_until_balanced("snmp", 2 * snmp)
            self.score("bad", self.output(daemon, "flow", "trap"))


if __name__ == "__main__":
    main()
