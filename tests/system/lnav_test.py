"""The lnav format: lnav itself reads what netlogd writes, with level, host and id, and finds no fault in the format."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from harness import PATIENCE, SOURCE, main, needs, tool

RECORDS = {
    "syslog": {"id": 1, "record_type": "syslog", "received_at": "2026-01-17T14:32:15.123456Z", "source_ip": "192.0.2.1", "transport": "udp",
               "device": {"hostname": "core-01", "vendor": "cisco", "site": "ny"}, "raw_message": "x", "vendor": "cisco_ios", "severity": 3, "severity_text": "ERROR",
               "message_id": "%LINK-3-UPDOWN", "message": "Interface Gi0/1, changed state to down", "extracted_fields": {}, "event_type": "interface_down"},
    "trap": {"id": 1, "record_type": "trap", "received_at": "2026-01-17T14:32:16.123456Z", "source_ip": "192.0.2.1", "transport": "udp",
             "device": {"hostname": "core-01", "vendor": "cisco", "site": "ny"}, "trap_type": "1.3.6.1.6.3.1.1.5.3", "trap_name": "linkDown", "severity": 4, "varbinds": []},
    "flow": {"id": 1, "record_type": "flow", "received_at": "2026-01-17T14:32:17.123456Z", "source_ip": "192.0.2.1", "transport": "udp",
             "device": {"hostname": "core-01", "vendor": "cisco", "site": "ny"}, "exporter_ip": "192.0.2.1", "flow_version": 5, "src_ip": "10.1.1.1", "dst_ip": "10.2.2.2",
             "src_port": 40000, "dst_port": 443, "protocol": 6, "packets": 10, "bytes": 9000, "extracted_fields": {}},
}


@needs("lnav")
class Lnav(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="netlog-lnav-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.lnav("-i", SOURCE / "config" / "lnav" / "netlogd.json")

    def lnav(self, *arguments):
        result = subprocess.run([tool("lnav"), *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
                                env={**os.environ, "HOME": str(self.folder), "TERM": "dumb", "XDG_CONFIG_HOME": str(self.folder / "config")})
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertNotIn("error", result.stderr.lower())
        return result.stdout

    def file(self, stream):
        path = self.folder / stream / f"{stream}.jsonl"
        path.parent.mkdir()
        path.write_text(json.dumps(RECORDS[stream], separators=(",", ":")) + "\n")
        return path

    def test_syslog_is_one_line_with_host_severity_and_id(self):
        out = self.lnav("-n", self.file("syslog"))
        self.assertEqual(out.split(), "2026-01-17T14:32:15.123 core-01 ERROR %LINK-3-UPDOWN: Interface Gi0/1, changed state to down".split())

    def test_traps_and_flows_have_their_line_too(self):
        self.assertEqual(self.lnav("-n", self.file("trap")).split(), "2026-01-17T14:32:16.123 192.0.2.1 core-01 linkDown 1.3.6.1.6.3.1.1.5.3".split())
        self.assertEqual(self.lnav("-n", self.file("flow")).split(), "2026-01-17T14:32:17.123 192.0.2.1 10.1.1.1:40000 -> 10.2.2.2:443 protocol 6 packets 10 bytes 9000".split())

    def test_level_and_fields_can_be_asked_in_sql(self):
        out = self.lnav("-n", "-c", ';SELECT log_level, message_id, "device/hostname" AS host FROM netlogd_syslog', "-c", ":write-csv-to -", self.file("syslog"))
        self.assertIn("error,%LINK-3-UPDOWN,core-01", out)
        out = self.lnav("-n", "-c", ";SELECT log_level, trap_name FROM netlogd_trap", "-c", ":write-csv-to -", self.file("trap"))
        self.assertIn("warning,linkDown", out)


if __name__ == "__main__":
    main()
