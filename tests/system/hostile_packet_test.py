"""SNMP and flow packets that broke others. After each one a good packet follows and must come through; what is broken
is counted under a reason and gives no record."""
import socket
import struct
import unittest

from harness import LONG, PATIENCE, Daemon, main

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"


def length(number):
    if number < 128:
        return bytes([number])
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tlv(tag, content):
    return bytes([tag]) + length(len(content)) + content


def integer(value, tag=2):
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted):
    first, second, *rest = (int(part) for part in dotted.split("."))
    out = b""
    for number in [first * 40 + second, *rest]:
        groups = [number & 127]
        while number > 127:
            number >>= 7
            groups.append(0x80 | number & 127)
        out += bytes(reversed(groups))
    return tlv(6, out)


def varbind(name, value):
    return tlv(0x30, oid(name) + value)


def trap(varbinds=b"", name=LINK_DOWN, community=b"public", tag=0xa7, request=1):
    head = varbind("1.3.6.1.2.1.1.3.0", integer(100, 0x43)) + varbind("1.3.6.1.6.3.1.1.4.1.0", oid(name))
    pdu = tlv(tag, integer(request) + integer(0) + integer(0) + tlv(0x30, head + varbinds))
    return tlv(0x30, integer(1) + tlv(4, community) + pdu)


def trap_v1(agent=b"\x0a\x01\x01\x01", generic=2, enterprise="1.3.6.1.4.1.9.1"):
    pdu = tlv(0xa4, oid(enterprise) + tlv(0x40, agent) + integer(generic) + integer(0) + integer(100, 0x43) + tlv(0x30, b""))
    return tlv(0x30, integer(0) + tlv(4, b"public") + pdu)


MARK_TRAP = "1.3.6.1.4.1.32473.99.0.1"


class HostileTrap(unittest.TestCase):
    def exchange(self, packets, most=0, **daemon):
        """Each packet, then a good trap. Returns the records that the packets themselves gave."""
        with Daemon(**daemon) as running:
            def marks():
                return sum(record["trap_type"] == MARK_TRAP for record in running.records("trap"))
            for number, packet in enumerate(packets):
                running.send(packet, trap(varbind("1.3.6.1.4.1.32473.99.1.0", integer(number)), MARK_TRAP), protocol="snmp")
                if number % 50 == 49:
                    running.wait_until(lambda: marks() == number + 1, f"the good trap after packet {number}")
            running.wait_until(lambda: marks() == len(packets), "a good trap after each packet")
            totals = running.wait_until_balanced("snmp", 2 * len(packets))
            records = [record for record in running.records("trap") if record["trap_type"] != MARK_TRAP]
            self.assertLessEqual(len(records), most)
            self.assertEqual(totals["received"], 2 * len(packets))
            self.assertEqual(sum(totals["dropped"].values()) + totals["no_record"] + len(records), len(packets))
        return records

    def test_lengths_that_lie(self):
        good = trap()
        packets = []
        for replacement in (b"\x80", b"\x84\xff\xff\xff\xff", b"\x88" + b"\xff" * 8, b"\x89" + b"\x01" * 9, length(len(good)), b"\x00", b"\x82\x00"):
            packets.append(good[:1] + replacement + good[2:])
        for place in range(2, len(good)):  # every octet as a length that is too large
            packets.append(good[:place] + b"\xff" + good[place + 1:])
        self.exchange(packets, most=len(packets))

    def test_every_prefix_of_a_trap_is_refused(self):
        good = trap(varbind("1.3.6.1.2.1.2.2.1.1.3", integer(3)))
        self.exchange([good[:count] for count in range(1, len(good))])

    def test_object_identifiers_out_of_bounds(self):
        huge = tlv(6, b"\x2b" + b"\xff" * 10 + b"\x7f")        # one sub-identifier beyond 2^32
        endless = tlv(6, b"\x2b\x06\x81")                       # its last octet promises another
        empty = tlv(6, b"")
        long = tlv(6, b"\x2b" + b"\x01" * 200)                  # more than 128 sub-identifiers
        bad = [huge, endless, empty, long]
        packets = [trap(tlv(0x30, name + integer(1))) for name in bad]
        packets += [trap(varbind("1.3.6.1.4.1.1", name)) for name in bad]
        self.exchange(packets, most=len(packets))

    def test_values_of_impossible_widths(self):
        values = [tlv(2, b""), tlv(2, b"\x01" * 9), tlv(0x46, b"\x01" * 10), tlv(0x41, b""), tlv(0x42, b"\x01" * 6), tlv(0x43, b""),
                  tlv(0x40, b""), tlv(0x40, b"\x01" * 3), tlv(0x40, b"\x01" * 16), tlv(0x44, b"\x9f\x78\x04\x00"), tlv(0x44, b"\x9f\x78\x80"),
                  tlv(0x44, b""), tlv(5, b"\x00"), tlv(0x99, b"\x01\x02"), b"\x02\x7f", tlv(0x80, b""), tlv(0x81, b""), tlv(0x82, b"")]
        packets = [trap(varbind("1.3.6.1.4.1.1.1", value)) for value in values]
        self.exchange(packets, most=len(packets))

    def test_version_1_with_odd_agents_and_generic_numbers(self):
        packets = [trap_v1(agent=bytes(count)) for count in (0, 3, 5, 16)] + [trap_v1(generic=number) for number in (-1, 7, 2 ** 31, 2 ** 40)]
        self.exchange(packets, most=len(packets))

    def test_a_large_trap_and_one_of_two_thousand_varbinds_are_whole(self):
        many = b"".join(varbind(f"1.3.6.1.4.1.1.{number}", integer(number)) for number in range(2000))
        large = varbind("1.3.6.1.4.1.1.1", tlv(4, b"x" * 10240))
        records = self.exchange([trap(many), trap(large)], most=2)
        self.assertEqual(len(records), 2)
        self.assertGreaterEqual(len(records[0]["varbinds"]), 2000)
        self.assertTrue(any(varbind["value"] == "x" * 10240 for varbind in records[1]["varbinds"]))

    def test_nesting_and_other_protocols(self):
        nested = b""
        for _ in range(2000):
            nested = tlv(0x30, nested)
        packets = [nested, b"\x30" * 1500, b"GET / HTTP/1.1\r\n\r\n", b"<14>syslog on the wrong port", bytes(1400), b"\xff" * 1400,
                   tlv(0x30, integer(2) + tlv(4, b"x")), tlv(0x30, integer(3)), tlv(0x30, integer(7) + tlv(4, b"public")),
                   trap(tag=0xa0), trap(tag=0xa2), trap(tag=0xa8)]
        self.exchange(packets)

    def v3(self, engine=b"\x80\x00\x1f\x88\x01abcd", user=b"noc", auth=bytes(12), priv=b"", flags=1, model=3):
        usm = tlv(0x30, tlv(4, engine) + integer(1) + integer(1) + tlv(4, user) + tlv(4, auth) + tlv(4, priv))
        scoped = tlv(0x30, tlv(4, engine) + tlv(4, b"") + tlv(0xa7, integer(1) + integer(0) + integer(0) + tlv(0x30, b"")))
        head = tlv(0x30, integer(1) + integer(65507) + tlv(4, bytes([flags])) + integer(model))
        return tlv(0x30, integer(3) + head + tlv(4, usm) + (tlv(4, b"\x01" * 40) if flags & 2 else scoped))

    def test_version_3_headers_that_are_wrong(self):
        users = [{"name": "noc", "auth": "SHA", "auth_password": "a long password", "priv": "AES", "priv_password": "another long one", "engine_id": "any"}]
        packets = [self.v3(auth=bytes(count)) for count in (0, 1, 11, 12, 13, 48)]
        packets += [self.v3(engine=b""), self.v3(engine=bytes(4)), self.v3(engine=bytes(33)), self.v3(user=b""), self.v3(user=b"u" * 200)]
        packets += [self.v3(flags=3, priv=bytes(count)) for count in (0, 7, 8, 9)]
        packets += [self.v3(flags=2), self.v3(flags=7), self.v3(flags=0xff), self.v3(model=1), self.v3(model=99)]
        packets += [self.v3(user=f"user{number}".encode()) for number in range(200)]
        self.exchange(packets, snmp_users={"communities": ["public"], "users": users})

    def test_version_3_where_nobody_is_configured(self):
        self.exchange([self.v3(), self.v3(flags=0), self.v3(engine=b"")], snmp_users={"communities": ["public"]})

    def test_answers_are_never_larger_or_more_than_what_was_asked(self):
        inform = trap(varbind("1.3.6.1.4.1.1.1", integer(1)), tag=0xa6)
        with Daemon() as daemon, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(PATIENCE)
            requests = [inform] * 50 + [inform[:40]] * 50 + [self.v3(engine=b"", flags=4, auth=b"")] * 5
            for request in requests:
                client.sendto(request, daemon.address("snmp"))
            daemon.wait_until_balanced("snmp", len(requests))
            # The answer to this one comes behind all others.
            client.sendto(trap(varbind("1.3.6.1.4.1.1.2", tlv(4, b"the last")), tag=0xa6), daemon.address("snmp"))
            sizes = []
            while b"the last" not in (answer := client.recv(65535)):
                sizes.append(len(answer))
            self.assertGreaterEqual(len(sizes), 50)
            self.assertLessEqual(len(sizes), 55)
            self.assertLessEqual(max(sizes), len(inform) + 64)


def v5(count=1, body=None, version=5, uptime=1000, seconds=1700000000, first=500, last=900, sampling=0, mark=0):
    records = b"".join(struct.pack("!4s4s4sHHIIIIHHBBBBHHBBH", socket.inet_aton("198.18.0.1"), socket.inet_aton("198.18.0.2"), bytes(4), 1, 2, 3, 400,
                                   first, last, 5, 6, 0, 0x10, 6, 0, 0, 0, 24, 24, 0) for _ in range(count if body is None else body))
    return struct.pack("!HHIIIIBBH", version, count, uptime, seconds, 0, mark, 0, 0, sampling) + records


MARK = "198.18.255.254"


def mark(number):
    record = struct.pack("!4s4s4sHHIIIIHHBBBBHHBBH", socket.inet_aton("198.18.255.1"), socket.inet_aton(MARK), bytes(4), 1, 2, 3, 400, 500, 900, 5, 6, 0,
                         0x10, 6, 0, 0, 0, 24, 24, 0)
    return struct.pack("!HHIIIIBBH", 5, 1, 1000, 1700000000, 0, number, 0, 99, 0) + record


def v9(*sets, count=1, source=1):
    return struct.pack("!HHIIII", 9, count, 1000, 1700000000, 1, source) + b"".join(sets)


def ipfix(*sets, domain=1):
    body = b"".join(sets)
    return struct.pack("!HHIII", 10, 16 + len(body), 1700000000, 1, domain) + body


def flow_set(number, content, stated=None):
    return struct.pack("!HH", number, 4 + len(content) if stated is None else stated) + content


def template(number, *fields):
    return struct.pack("!HH", number, len(fields)) + b"".join(struct.pack("!HH", *field) for field in fields)


FIELDS = ((8, 4), (12, 4), (2, 4), (1, 4))
DATA = socket.inet_aton("10.0.0.1") + socket.inet_aton("10.0.0.2") + struct.pack("!II", 3, 400)


class HostileFlow(unittest.TestCase):
    def exchange(self, packets, most=0):
        with Daemon() as running:
            def marks():
                return sum(record["dst_ip"] == MARK for record in running.records("flow"))
            for number, packet in enumerate(packets):
                running.send(packet, mark(number), protocol="flow")
            running.wait_until(lambda: marks() == len(packets), "a good packet after each")
            records = [record for record in running.records("flow") if record.get("dst_ip") != MARK]
            self.assertLessEqual(len(records), most)
            running.stop()
            totals = running.totals("flow")
        self.assertEqual(totals["received"], 2 * len(packets))
        return records, totals

    def test_version_5_counts_that_lie(self):
        packets = [v5(count=0), v5(count=31), v5(count=65535, body=1), v5(count=2, body=1), v5()[:23], v5()[:-1], v5()[:24], v5()[:1]]
        records, totals = self.exchange(packets, most=40)
        self.assertGreater(totals["dropped"]["malformed"], 0)

    def test_version_5_times_and_sampling_at_the_edges(self):
        packets = [v5(uptime=100, first=4294967000, last=50), v5(uptime=0), v5(seconds=0), v5(seconds=2 ** 32 - 1), v5(first=900, last=500),
                   v5(sampling=0), v5(sampling=0xffff), v5(sampling=1 << 14)]
        records, _ = self.exchange(packets, most=len(packets))
        self.assertEqual(len(records), len(packets))
        for record in records:
            self.assertGreaterEqual(record["duration_ms"], 0)
            self.assertRegex(record["start_time"], r"^\d{4}-")

    def test_sets_with_wrong_lengths(self):
        packets = [wrap(flow_set(number, DATA, stated)) for wrap in (v9, ipfix) for number in (0, 2, 256) for stated in (0, 1, 2, 3, 5, 65535)]
        self.exchange(packets)

    def test_padding_is_tolerated(self):
        for wrap, set_id in ((v9, 0), (ipfix, 2)):
            packets = [wrap(flow_set(set_id, template(256, *FIELDS)), flow_set(256, DATA + bytes(padding))) for padding in (0, 1, 2, 3)]
            records, _ = self.exchange(packets, most=len(packets))
            self.assertEqual(len(records), len(packets))
            self.assertEqual({record["src_ip"] for record in records}, {"10.0.0.1"})

    def test_templates_of_impossible_shapes(self):
        shapes = [template(256), template(256, *[(8, 0)] * 4), template(256, (8, 50)), template(256, (8, 65535)), template(255, *FIELDS), template(0, *FIELDS),
                  struct.pack("!HH", 256, 65535), struct.pack("!HH", 256, 65535) + b"\x00\x08\x00\x04" * 300, template(256, *[(8, 65535)] * 100),
                  template(256, *[(n, 1) for n in range(1, 300)]), template(256, *FIELDS)[:-1]]
        packets = [wrap(flow_set(set_id, shape), flow_set(256, DATA)) for wrap, set_id in ((v9, 0), (ipfix, 2)) for shape in shapes]
        packets += [v9(flow_set(1, struct.pack("!HHH", 257, scope, option) + b"\x00\x01\x00\x04" * 2)) for scope, option in ((3, 4), (4, 65532), (65532, 4), (0, 0))]
        packets += [ipfix(flow_set(3, struct.pack("!HHH", 257, count, scope) + b"\x00\x01\x00\x04" * 2)) for count, scope in ((0, 0), (1, 2), (65535, 1), (2, 0))]
        self.exchange(packets, most=2 * len(packets))

    def test_a_template_redefined_shorter_and_withdrawn(self):
        both = [ipfix(flow_set(2, template(256, *FIELDS)), flow_set(256, DATA * 3), flow_set(2, template(256, (8, 4), (12, 4))), flow_set(256, DATA[:8] * 3))]
        both += [ipfix(flow_set(2, struct.pack("!HH", 256, 0))), ipfix(flow_set(256, DATA)), ipfix(flow_set(2, struct.pack("!HH", 2, 0))), ipfix(flow_set(256, DATA))]
        records, _ = self.exchange(both, most=8)
        self.assertEqual(len(records), 6)

    def test_variable_lengths_beyond_the_set(self):
        variable = template(256, (8, 4), (82, 65535))
        packets = [ipfix(flow_set(2, variable), flow_set(256, b"\x0a\x00\x00\x01" + tail)) for tail in (b"", b"\xff", b"\xff\xff\xff", b"\xfe", b"\x05abc")]
        packets.append(ipfix(flow_set(2, variable), flow_set(256, b"\x0a\x00\x00\x01\x03eth")))
        records, _ = self.exchange(packets, most=1)
        self.assertEqual(len(records), 1)

    def test_many_templates_of_many_sources_stay_within_bounds(self):
        sources, domains, numbers = (40, 20, 60) if LONG else (10, 10, 30)
        with Daemon() as running:
            sent = 0
            before = running.resident_kib()
            for source in range(sources):
                packets = [v9(flow_set(0, b"".join(template(256 + 20 * n + k, *FIELDS * 4) for k in range(20))), source=domain)
                           for domain in range(domains) for n in range(numbers)]
                running.send(*packets, protocol="flow", source=f"127.0.9.{source + 1}")
                sent += len(packets)
                running.wait_until_balanced("flow", sent)
            self.assertLess(running.resident_kib() - before, 300 * 1024, "KiB grown")
            running.send(mark(1), protocol="flow")
            running.wait_until(lambda: running.records("flow"), "a good packet afterwards")

    def test_sflow_with_endless_counts_and_lengths(self):
        base = struct.pack("!II", 5, 1) + b"\x0a\x00\x00\x01" + struct.pack("!III", 0, 1, 1000)
        most = 2 ** 32 - 1
        packets = [base + struct.pack("!I", most), base + struct.pack("!III", 1, 1, most), base + struct.pack("!III", 1, 1, 0),
                   base + struct.pack("!I", 1) + struct.pack("!II", 1, 40) + struct.pack("!IIIIIIII", 1, 1, 1, 1, 0, 1, 2, most) + bytes(8),
                   base + struct.pack("!I", 1) + struct.pack("!II", 1, 56) + struct.pack("!IIIIIIII", 1, 1, 1, 1, 0, 1, 2, 1) + struct.pack("!IIIIII", 1, 16, 1, 64, 4, most),
                   base[:10], struct.pack("!II", 5, 3) + bytes(20), struct.pack("!II", 5, 2) + bytes(4)]
        self.exchange(packets, most=2)

    def test_other_versions_and_other_protocols(self):
        packets = [v5(version=number) for number in (0, 1, 6, 7, 8, 11, 255, 65535)] + [b"\x00", b"\x00\x05", b"\x00\x09", b"\x00\x0a", b"<14>syslog", b"\xff" * 1400]
        _, totals = self.exchange(packets)
        self.assertEqual(totals["dropped"]["unsupported"] + totals["dropped"]["malformed"], len(packets))


if __name__ == "__main__":
    main()
