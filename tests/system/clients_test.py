"""Real clients, as an operator has them at hand: what they sent is what the JSON lines and SQLite hold."""
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import unittest

from harness import Daemon, PATIENCE, main, needs, run, tool


class Logger(unittest.TestCase):
    """logger(1) of util-linux, over every transport and framing it knows."""

    def send(self, daemon, text, *options, transport="udp"):
        host, port = daemon.address("syslog", transport)
        run(tool("logger"), "--server", host, "--port", port, f"--{transport}", "--priority", "local7.notice", "--tag", "probe",
            *options, text)

    def check(self, record, text, transport):
        self.assertEqual(record["message"], text)
        self.assertEqual((record["facility"], record["severity"], record["severity_text"]), (23, 5, "NOTICE"))
        self.assertEqual((record["process"], record["transport"], record["source_ip"]), ("probe", transport, "127.0.0.1"))
        self.assertEqual(record["hostname"].split(".")[0], socket.gethostname().split(".")[0])
        self.assertEqual(record["vendor"], "unknown")
        self.assertEqual(record["parse_status"], "parsed")
        self.assertTrue(record["timestamp_normalized"].endswith("Z"))

    @needs("logger")
    def test_what_logger_sends_in_every_form_is_what_json_lines_and_sqlite_hold(self):
        forms = [
            ("bsd over udp", ["--rfc3164"], "udp"),
            ("bsd over tcp, newlines", ["--rfc3164"], "tcp"),
            ("bsd over tcp, octets counted", ["--rfc3164", "--octet-count"], "tcp"),
            ("ietf over udp", ["--rfc5424"], "udp"),
            ("ietf over tcp, newlines", ["--rfc5424"], "tcp"),
            ("ietf over tcp, octets counted", ["--rfc5424", "--octet-count"], "tcp"),
            ("ietf with parameters", ["--rfc5424", "--sd-id", "probe@32473", "--sd-param", 'port="Gi0/1"'], "udp"),
        ]
        with Daemon() as daemon:
            for number, (text, options, transport) in enumerate(forms, 1):
                self.send(daemon, text, *options, transport=transport)
                daemon.wait_for_records(number)
            records = daemon.records()
            for record, (text, _, transport) in zip(records, forms):
                with self.subTest(text):
                    self.check(record, text, transport)
            self.assertEqual(records[-1]["structured_data"]["probe@32473"], {"port": "Gi0/1"})
            self.assertEqual([record["id"] for record in records], sorted(record["id"] for record in records))

            daemon.wait_for_rows(len(forms))
            rows = daemon.sql("SELECT id, message, severity, facility FROM logs ORDER BY id")
            self.assertEqual(rows, [(record["id"], record["message"], 5, 23) for record in records])
            self.assertEqual(daemon.wait_until_balanced("syslog", len(forms))["records"], len(forms))


class SnmpTrap(unittest.TestCase):
    """snmptrap(1) and snmpinform(1) of net-snmp."""

    @classmethod
    def setUpClass(cls):
        # The client keeps its engine's boots there; without MIBs it takes OIDs as they are.
        folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.environment = {**os.environ, "MIBS": "", "MIBDIRS": "", "SNMP_PERSISTENT_DIR": folder}

    link_down = "1.3.6.1.6.3.1.1.5.3"
    varbinds = ["1.3.6.1.2.1.2.2.1.1.3", "i", "3", "1.3.6.1.2.1.2.2.1.8.3", "i", "2",
                "1.3.6.1.2.1.31.1.1.1.1.3", "s", "Gi0/3"]

    def client(self, name, *arguments):
        return run(tool(name), *arguments, env=self.environment)

    def value(self, record, oid):
        return next(varbind["value"] for varbind in record["varbinds"] if varbind["oid"] == oid)

    def check_link_down(self, record, version):
        self.assertEqual((record["version"], record["trap_type"], record["trap_name"]), (version, self.link_down, "linkDown"))
        self.assertEqual(record["event_type"], "interface_down")
        self.assertEqual(str(self.value(record, "1.3.6.1.2.1.2.2.1.1.3")), "3")
        self.assertEqual(self.value(record, "1.3.6.1.2.1.31.1.1.1.1.3"), "Gi0/3")

    @needs("snmptrap")
    def test_traps_of_version_1_and_2c_and_an_answered_inform(self):
        with Daemon() as daemon:
            to = daemon.endpoint("snmp")
            self.client("snmptrap", "-v1", "-c", "public", to, "1.3.6.1.4.1.9.1.1208", "10.1.1.1", "2", "0", "12345", *self.varbinds)
            self.client("snmptrap", "-v2c", "-c", "public", to, "12345", self.link_down, *self.varbinds)
            # snmpinform fails when nobody answers.
            self.client("snmpinform", "-v2c", "-c", "public", "-r", "5", "-t", "5", to, "12345", self.link_down, *self.varbinds)
            records = daemon.wait_for_records(3, "trap")
            for record, version in zip(records, ("v1", "v2c", "v2c")):
                self.check_link_down(record, version)
                self.assertEqual(record["uptime_ms"], 123450)
            self.assertEqual([record["inform"] for record in records], [False, False, True])
            self.assertEqual(records[0]["agent_address"], "10.1.1.1")
            self.assertNotIn("public", str(records), "a community is a secret")
            daemon.wait_for_rows(3, "traps")
            self.assertEqual(daemon.sql("SELECT id, version, trap_name FROM traps ORDER BY id"),
                             [(record["id"], record["version"], "linkDown") for record in records])

    @needs("snmptrap")
    def test_every_type_of_value(self):
        enterprise = "1.3.6.1.4.1.32473.1"
        values = [("i", "-7", "-7"), ("u", "4294967295", "4294967295"), ("c", "5000", "5000"), ("t", "360000", None),
                  ("a", "192.0.2.9", "192.0.2.9"), ("o", "1.3.6.1.4.1.9.1", "1.3.6.1.4.1.9.1"), ("s", "a text", "a text"),
                  ("x", "00ff10", None), ("C", "18446744073709551615", "18446744073709551615")]
        arguments = [part for number, (kind, value, _) in enumerate(values, 1) for part in (f"{enterprise}.{number}", kind, value)]
        with Daemon() as daemon:
            self.client("snmptrap", "-v2c", "-c", "public", daemon.endpoint("snmp"), "1", f"{enterprise}.0.1", *arguments)
            record = daemon.wait_for_records(1, "trap")[0]
            for number, (kind, _, expected) in enumerate(values, 1):
                with self.subTest(kind):
                    got = self.value(record, f"{enterprise}.{number}")
                    if expected is not None:
                        self.assertEqual(str(got), expected)
            self.assertEqual(self.value(record, f"{enterprise}.8").lower().replace(" ", ""), "0x00ff10")

    @needs("snmptrap")
    def test_version_3_with_every_protocol_of_the_client(self):
        auths = {"MD5": "MD5", "SHA": "SHA", "SHA-224": "SHA224", "SHA-256": "SHA256", "SHA-384": "SHA384", "SHA-512": "SHA512"}
        privs = {"DES": "DES", "AES": "AES", "AES-192": "AES192", "AES-256": "AES256", "AES-192-C": "AES192C", "AES-256-C": "AES256C"}
        cases = [(f"auth-{auth}", auth, None) for auth in auths]
        cases += [(f"priv-{auth}-{priv}", auth, priv) for auth in ("SHA", "SHA-256", "SHA-512") for priv in privs]
        users = []
        for name, auth, priv in cases:
            user = {"name": name, "auth": auths[auth], "auth_password": f"authpass {name}", "engine_id": "any"}
            if priv:
                user.update(priv=privs[priv], priv_password=f"privpass {name}")
            users.append(user)
        users.append({"name": "plain", "engine_id": "any"})
        with Daemon(snmp_users={"communities": ["public"], "users": users}) as daemon:
            to = daemon.endpoint("snmp")
            for number, (name, auth, priv) in enumerate(cases):
                options = ["-v3", "-e", f"0x80001f8801{number:08x}", "-u", name, "-a", auth, "-A", f"authpass {name}"]
                options += ["-x", priv, "-X", f"privpass {name}", "-l", "authPriv"] if priv else ["-l", "authNoPriv"]
                self.client("snmptrap", *options, to, "12345", self.link_down, *self.varbinds)
            self.client("snmptrap", "-v3", "-e", "0x80001f8801ffffff", "-u", "plain", "-l", "noAuthNoPriv", to, "1", self.link_down, *self.varbinds)
            records = daemon.wait_for_records(len(cases) + 1, "trap")
            by_user = {record["security_name"]: record for record in records}
            for name, _, priv in cases:
                with self.subTest(name):
                    self.check_link_down(by_user[name], "v3")
                    self.assertEqual(by_user[name]["security_level"], "authPriv" if priv else "authNoPriv")
            self.assertNotIn("authpass", daemon.log_text() + str(records))

    @needs("snmptrap")
    def test_a_version_3_inform_is_answered_after_the_client_has_discovered_the_engine(self):
        users = [{"name": "noc", "auth": "SHA256", "auth_password": "a long password", "priv": "AES", "priv_password": "another long one"}]
        with Daemon(snmp_users={"communities": [], "users": users}) as daemon:
            self.client("snmpinform", "-v3", "-r", "5", "-t", "5", "-u", "noc", "-a", "SHA-256", "-A", "a long password", "-x", "AES",
                        "-X", "another long one", "-l", "authPriv", daemon.endpoint("snmp"), "12345", self.link_down, *self.varbinds)
            record = daemon.wait_for_records(1, "trap")[0]
            self.check_link_down(record, "v3")
            self.assertTrue(record["inform"])

    @needs("snmptrap")
    def test_a_wrong_password_and_a_wrong_community_are_counted_and_give_no_record(self):
        users = [{"name": "noc", "auth": "SHA", "auth_password": "the right one", "engine_id": "any"}]
        with Daemon(snmp_users={"communities": ["right"], "users": users}) as daemon:
            to = daemon.endpoint("snmp")
            self.client("snmptrap", "-v3", "-e", "0x80001f880102030405", "-u", "noc", "-a", "SHA", "-A", "the wrong one", "-l", "authNoPriv",
                        to, "1", self.link_down)
            self.client("snmptrap", "-v2c", "-c", "wrong", to, "1", self.link_down)
            self.client("snmptrap", "-v2c", "-c", "right", to, "1", self.link_down)
            self.assertEqual(len(daemon.wait_for_records(1, "trap")), 1)
            daemon.wait_until_balanced("snmp", 3)
            self.assertEqual(daemon.dropped("snmp"), {"not_authentic": 1, "not_allowed": 1})


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def tcp_packet(source, source_port, destination, destination_port, flags, payload):
    tcp = struct.pack("!HHIIBBHHH", source_port, destination_port, 1000, 2000, 5 << 4, flags, 8192, 0, 0) + payload
    addresses = socket.inet_aton(source) + socket.inet_aton(destination)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + addresses
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return bytes.fromhex("00005e00530100005e0053020800") + head + tcp


def write_capture(path, packets):
    """A pcap file; each packet is (seconds, bytes)."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for seconds, packet in packets:
            whole = int(seconds)
            file.write(struct.pack("<IIII", whole, int((seconds - whole) * 1e6), len(packet), len(packet)) + packet)


class Softflowd(unittest.TestCase):
    """softflowd turns a small capture into flow exports of every version it has."""

    client, server = ("10.1.1.10", 40001), ("10.2.2.20", 80)

    def capture(self, daemon):
        start = 1700000000.0
        packets = [(start, tcp_packet(*self.client, *self.server, 0x02, b"")),
                   (start + 0.1, tcp_packet(*self.server, *self.client, 0x12, b"")),
                   (start + 0.2, tcp_packet(*self.client, *self.server, 0x18, b"x" * 100)),
                   (start + 0.5, tcp_packet(*self.server, *self.client, 0x18, b"y" * 1000)),
                   (start + 1.5, tcp_packet(*self.client, *self.server, 0x11, b"")),
                   (start + 1.6, tcp_packet(*self.server, *self.client, 0x11, b""))]
        path = daemon.folder / "capture.pcap"
        write_capture(path, packets)
        return path

    def export(self, version):
        with Daemon() as daemon:
            run(tool("softflowd"), "-r", self.capture(daemon), "-n", daemon.endpoint("flow"), "-v", version, "-d",
                "-c", "none", "-p", daemon.folder / "pid")
            records = daemon.wait_for_records(2, "flow")
            daemon.wait_for_rows(2, "flows")
            self.assertEqual(daemon.sql("SELECT id, src_ip, src_port, bytes FROM flows ORDER BY id"),
                             [(r["id"], r["src_ip"], r["src_port"], r["bytes"]) for r in records])
        self.assertEqual(len(records), 2)
        by_source = {record["src_ip"]: record for record in records}
        out, back = by_source[self.client[0]], by_source[self.server[0]]
        self.assertEqual((out["dst_ip"], out["src_port"], out["dst_port"], out["protocol"]), (self.server[0], 40001, 80, 6))
        self.assertEqual((back["dst_ip"], back["src_port"], back["dst_port"], back["protocol"]), (self.client[0], 80, 40001, 6))
        self.assertEqual((out["packets"], out["bytes"]), (3, 3 * 40 + 100))
        self.assertEqual((back["packets"], back["bytes"]), (3, 3 * 40 + 1000))
        self.assertEqual(out["exporter_ip"], "127.0.0.1")
        for record in records:
            self.assertAlmostEqual(record["duration_ms"], 1600, delta=2)
        return records

    @needs("softflowd")
    def test_netflow_5(self):
        for record in self.export(5):
            self.assertEqual(record["flow_version"], 5)

    @needs("softflowd")
    def test_netflow_9(self):
        for record in self.export(9):
            self.assertEqual(record["flow_version"], 9)

    @needs("softflowd")
    def test_ipfix(self):
        for record in self.export(10):
            self.assertEqual(record["flow_version"], 10)


class Sfprobe(unittest.TestCase):
    """pmacct's probe samples a small capture into sFlow datagrams."""

    client, server = ("10.1.1.10", 40001), ("10.2.2.20", 80)

    @needs("pmacctd")
    def test_sflow_5(self):
        start = 1700000000.0
        packets = [(start, tcp_packet(*self.client, *self.server, 0x02, b"")),
                   (start + 0.1, tcp_packet(*self.server, *self.client, 0x12, b"")),
                   (start + 0.2, tcp_packet(*self.client, *self.server, 0x18, b"x" * 100))]
        with Daemon() as daemon:
            write_capture(daemon.folder / "capture.pcap", packets)
            config = daemon.folder / "pmacctd.conf"
            config.write_text("daemonize: false\nplugins: sfprobe[s]\nsampling_rate: 1\n"
                              f"pcap_savefile: {daemon.folder / 'capture.pcap'}\n"
                              f"sfprobe_receiver[s]: {daemon.endpoint('flow')}\nsfprobe_agentip[s]: 192.0.2.33\n")
            # Its exit status depends on which of its processes ends first.
            subprocess.run([tool("pmacctd"), "-f", config], capture_output=True, timeout=PATIENCE)
            # The probe also sends counter samples now and then: records of their own kind.
            daemon.wait_until(lambda: sum(r.get("src_ip") is not None for r in daemon.records("flow")) == 3, "the samples")
            records = [r for r in daemon.records("flow") if r.get("src_ip") is not None]
        self.assertEqual([(r["src_ip"], r["src_port"], r["dst_ip"], r["dst_port"], r["protocol"]) for r in records],
                         [(*self.client, *self.server, 6), (*self.server, *self.client, 6), (*self.client, *self.server, 6)])
        for record in records:
            self.assertEqual(record["flow_version"], "sflow5")
            self.assertEqual(record["sampling_interval"], 1)


if __name__ == "__main__":
    main()
