"""What the tests of the netlog command share: the lines of a small network, packets, netlog itself, and a data
directory that a real netlogd has filled with them."""
import atexit
import functools
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import time
import unittest

from harness import Daemon, PATIENCE, program, wait_until

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
LOGS = len(CORE) + len(EDGE) + len(STRANGE)
FLOWS = [
    ("10.1.1.1", "10.2.2.2", 40000, 443, 6, 10, 9000),
    ("10.1.1.2", "10.2.2.2", 40001, 443, 6, 2, 1000),
    ("10.1.1.1", "10.9.9.9", 40002, 53, 17, 1, 100),
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


@functools.cache
def filled_daemon():
    """A daemon that has been given all of it and is stopped; its data are there until the tests end."""
    daemon = Daemon(devices=DEVICES)
    atexit.register(shutil.rmtree, daemon.folder, True)
    daemon.start()
    daemon.send(*CORE, source="127.0.0.2")
    daemon.wait_for_records(len(CORE))
    daemon.send(*EDGE, source="127.0.0.3")
    daemon.wait_for_records(len(CORE) + len(EDGE))
    daemon.send(*STRANGE, source="127.0.0.4")
    daemon.wait_for_records(LOGS)
    daemon.send(v2c_trap(), protocol="snmp", source="127.0.0.3")
    daemon.send(v5_packet(FLOWS), protocol="flow", source="127.0.0.2")
    daemon.wait_for_records(1, "trap")
    daemon.wait_for_records(len(FLOWS), "flow")
    for view, count in (("logs", LOGS), ("traps", 1), ("flows", len(FLOWS))):
        daemon.wait_for_rows(count, view)
    wait_until(lambda: daemon.sql("SELECT text_indexed_id FROM netlogd_state WHERE stream = 0")[0][0] >= LOGS, "the text index")
    daemon.stop()
    return daemon


class Filled(unittest.TestCase):
    """For all that only reads."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = filled_daemon()
        cls.logs = LOGS
        cls.netlog = Netlog(cls.daemon.data)
