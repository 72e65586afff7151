"""One line of each large vendor, from a device in California: every field that people script against."""
import datetime
import unittest

from harness import Daemon, main

DEVICE = {"ip": "127.0.0.2", "hostname": "router-core-01", "role": "core", "site": "datacenter-west", "location": "Row4-Rack2",
          "model": "ASR-9006", "criticality": "critical", "timezone": "America/Los_Angeles"}

CISCO = "<189>{year}: Jan 17 14:32:15.234 PST: %BGP-5-ADJCHANGE: neighbor 192.168.1.2 Down Interface flap"
JUNIPER = ("<28>1 2024-01-17T14:32:15.234Z router-core-01 rpd 1234 - - BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.168.1.2 "
           "(External AS 65000) changed state from Established to Idle")
ARISTA = "<189>Jan 17 14:32:15 switch-dist-01 Ebra: %BGP-5-ADJCHANGE: neighbor 192.168.1.2 Down"


def year_of(month, day, now):
    """The record contract's rule: the latest year that puts the stamp no more than 30 days after reception."""
    for year in (now.year + 1, now.year, now.year - 1):
        if datetime.datetime(year, month, day, 22, 32, 15, tzinfo=datetime.timezone.utc) <= now + datetime.timedelta(days=30):
            return year
    raise AssertionError


class RequiredLines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.now = datetime.datetime.now(datetime.timezone.utc)
        # The year that the Cisco line states must lie within the ten years up to reception.
        cls.year = 2024 if cls.now.year <= 2033 else cls.now.year - 1
        cls.daemon = Daemon(devices=[DEVICE])
        with cls.daemon:
            lines = [CISCO.format(year=cls.year), JUNIPER, ARISTA]
            cls.daemon.send(*lines, source="127.0.0.2")
            cls.records = cls.daemon.wait_for_records(3)
            cls.daemon.wait_for_rows(3)
            cls.rows = cls.daemon.sql("SELECT id, vendor, hostname, message_id, message, event_type, severity, timestamp_normalized, "
                                      "device_hostname, device_role, device_site FROM logs ORDER BY id")
        cls.lines = lines

    def check(self, record, **expected):
        for key, value in expected.items():
            with self.subTest(key):
                self.assertEqual(record[key], value)

    def test_cisco_ios(self):
        record = self.records[0]
        self.check(record, vendor="cisco_ios", hostname=None, message_id="%BGP-5-ADJCHANGE",
                   timestamp_normalized=f"{self.year}-01-17T22:32:15.234Z", message="neighbor 192.168.1.2 Down Interface flap",
                   event_type="routing_protocol_bgp", facility=23, severity=5, severity_text="NOTICE", process=None,
                   parse_status="parsed")
        self.check(record["extracted_fields"], bgp_neighbor="192.168.1.2", bgp_state="Down")
        self.assertEqual(record["time_quality"]["year"], "inferred")

    def test_juniper_junos(self):
        record = self.records[1]
        self.check(record, vendor="juniper_junos", hostname="router-core-01", message_id="BGP_NEIGHBOR_STATE_CHANGED",
                   timestamp_normalized="2024-01-17T14:32:15.234Z",
                   message="BGP peer 192.168.1.2 (External AS 65000) changed state from Established to Idle",
                   event_type="routing_protocol_bgp", facility=3, severity=4, severity_text="WARNING", process="rpd", pid=1234)
        self.check(record["extracted_fields"], bgp_neighbor="192.168.1.2", bgp_state="Idle")
        self.check(record["time_quality"], year="sent", zone="sent")

    def test_arista_eos(self):
        record = self.records[2]
        year = year_of(1, 17, self.now)
        self.check(record, vendor="arista_eos", hostname="switch-dist-01", message_id="%BGP-5-ADJCHANGE",
                   timestamp_normalized=f"{year}-01-17T22:32:15.000Z", message="neighbor 192.168.1.2 Down",
                   event_type="routing_protocol_bgp", facility=23, severity=5, process="Ebra")
        self.check(record["extracted_fields"], bgp_neighbor="192.168.1.2", bgp_state="Down")
        self.check(record["time_quality"], year="inferred", zone="inventory")

    def test_what_the_inventory_knows_is_in_every_record(self):
        for record in self.records:
            self.check(record["device"], hostname="router-core-01", role="core", site="datacenter-west", model="ASR-9006",
                       location="Row4-Rack2", criticality="critical")
            self.assertEqual(record["source_ip"], "127.0.0.2")

    def test_the_raw_text_is_kept_to_the_byte(self):
        self.assertEqual([record["raw_message"] for record in self.records], self.lines)

    def test_sqlite_holds_the_same(self):
        keys = ("id", "vendor", "hostname", "message_id", "message", "event_type", "severity", "timestamp_normalized")
        for record, row in zip(self.records, self.rows):
            self.assertEqual(row, tuple(record[key] for key in keys) + ("router-core-01", "core", "datacenter-west"))

    def test_the_keys_come_in_the_order_of_the_contract(self):
        order = ["id", "record_type", "received_at", "source_ip", "transport", "device", "raw_message", "vendor", "facility", "severity",
                 "severity_text", "timestamp", "timestamp_normalized", "time_quality", "clock_skew_ms", "hostname", "process", "pid",
                 "message_id", "message", "extracted_fields", "event_type", "parse_status"]
        for record in self.records:
            self.assertEqual([key for key in record if key in order], order)


if __name__ == "__main__":
    main()
