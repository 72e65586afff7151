"""TCP streams that mean harm or were badly framed: good messages around them survive, and the next client is served."""
import base64
import pathlib
import resource
import socket
import struct
import unittest

from harness import is_release, LONG, PATIENCE, Daemon, main

GOOD = "<14>Jan 17 14:32:15 host probe: "


class HostileStream(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(limits={"message": "64KiB", "connections": 400, "connections_per_source": 300, "idle": "1h"})
        cls.daemon.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__(None, None, None)

    def send(self, data):
        """Sends over one connection, then a good message over another; returns the records of the first."""
        before = len(self.daemon.records())
        self.daemon.send_stream(data)
        return self.records_before_a_good_one(before)

    def records_before_a_good_one(self, before):
        mark = f"mark {before}"
        self.daemon.send_stream(GOOD + mark + "\n")
        self.daemon.wait_until(lambda: any(record["message"] == mark for record in self.daemon.records()[before:]), "the good message")
        return [record for record in self.daemon.records()[before:] if record["message"] != mark]

    def raw(self, data):
        return [record["raw_message"] for record in self.send(data)]

    def test_many_digits_without_a_blank_are_text(self):
        for digits in ("0" * 250, "1" * 250):
            self.assertEqual(self.raw(digits), [digits])

    def test_impossible_octet_counts_are_text_and_the_good_frames_around_them_survive(self):
        bad = ["214000000000 <120>Jan  1 00:00:00 h a: b", "4000000000 <120>x", "2000000010 <120>x", "0 <120>x", "-1 <120>x",
               "00000012 <120>hello", "99999999999999999999 <120>x"]
        good = GOOD + "between"
        sent = [line for pair in zip(bad, [good] * len(bad)) for line in pair]
        self.assertEqual(self.raw("\n".join(sent) + "\n"), sent)
        # Counted good frames survive too.
        counted = f"{len(good)} {good}"
        self.assertEqual(self.raw("".join(f"{line}\n{counted}" for line in bad)), sent)

    def test_a_line_that_begins_with_a_large_number_is_a_line(self):
        lines = [GOOD + "first", "9876543210 cdefgh", GOOD + "last"]
        self.assertEqual(self.raw("\n".join(lines) + "\n"), lines)

    def test_a_line_that_looks_like_a_counted_frame_is_a_line(self):
        lines = ["54 <1 minute elapsed", "<134>Jan 17 14:32:15 host probe: next"]
        self.assertEqual(self.raw("\n".join(lines) + "\n"), lines)

    def test_a_count_that_is_one_too_small_or_too_large_harms_only_its_neighbour(self):
        message = GOOD + "counted"
        for wrong in (-1, 1):
            with self.subTest(wrong):
                frames = f"{len(message) + wrong} {message}" + f"{len(message)} {message}" * 3 + "\n"
                found = self.raw(frames)
                self.assertTrue(found)
                self.assertIn(message[:len(message) + min(wrong, 0)], "".join(found))

    def test_a_frame_over_the_limit_is_cut_marked_and_followed_by_good_ones(self):
        limit = 64 * 1024
        long_text = GOOD + "x" * (100_000 - len(GOOD))
        for name, framed in (("counted", f"{len(long_text)} {long_text}{len(GOOD) + 4} {GOOD}next"), ("newlines", f"{long_text}\n{GOOD}next\n")):
            with self.subTest(name):
                records = self.send(framed)
                self.assertEqual(len(records), 2)
                self.assertEqual(records[0]["truncated"], 100_000)
                self.assertEqual(records[0]["raw_message"], long_text[:limit])
                self.assertEqual(records[1]["message"], "next")
                self.assertNotIn("truncated", records[1])

    def test_a_line_of_ones_and_a_cut_time_stamp(self):
        records = self.send("1" * 65548 + "\n<167>2022-08-21T00:07:06.7")
        self.assertEqual([record["raw_message"] for record in records], ["1" * 65536, "<167>2022-08-21T00:07:06.7"])
        self.assertEqual(records[0]["truncated"], 65548)

    def test_a_megabyte_of_ff_grows_no_further(self):
        message = b"<14>" + b"\xff" * 1048572
        records = self.send(b"1048576 " + message)
        self.assertEqual(len(records), 1)
        self.assertEqual(records[0]["truncated"], 1048576)
        self.assertEqual(base64.b64decode(records[0]["raw_base64"]), message[:65536])
        self.assertEqual(set(records[0]["raw_message"][4:]), {"\ufffd"})

    def test_one_octet_in_each_write(self):
        before = len(self.daemon.records())
        message = GOOD + "drop by drop"
        data = f"{len(message)} {message}{message}\n".encode()
        with self.daemon.connect() as stream:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for octet in data:
                stream.sendall(bytes([octet]))
        self.daemon.wait_until(lambda: len(self.daemon.records()) >= before + 2, "both messages")
        self.assertEqual([record["raw_message"] for record in self.daemon.records()[before:]], [message, message])

    def test_a_stream_cut_at_any_place_gives_the_same_messages(self):
        message = GOOD + "whole"
        data = f"{len(message)} {message}{message}\r\n{len(message)} {message}".encode()
        before = len(self.daemon.records())
        for place in range(1, len(data)):
            with self.daemon.connect() as stream:
                stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                stream.sendall(data[:place])
                stream.sendall(data[place:])
        expected = 3 * (len(data) - 1)
        self.daemon.wait_until(lambda: len(self.daemon.records()) >= before + expected, f"{expected} messages")
        self.assertEqual({record["raw_message"] for record in self.daemon.records()[before:]}, {message})
        self.assertEqual(len(self.daemon.records()), before + expected)

    def test_the_last_message_needs_no_newline(self):
        lines = [GOOD + "first", GOOD + "last"]
        self.assertEqual(self.raw("\n".join(lines)), lines)

    def test_cr_lf_nul_and_empty_lines(self):
        line = GOOD + "text"
        self.assertEqual(self.raw(f"{line}\r\n{line}\0{line}\n\n\r\n\n{line}\0\n".encode()), [line] * 4)

    def test_a_tls_client_hello_on_the_plain_port(self):
        hello = bytes.fromhex("16030100c5010000c10303") + bytes(range(186))
        self.send(hello)

    def test_connections_that_are_reset_in_the_middle_of_a_frame(self):
        before = self.daemon.totals("syslog")["received"]
        for _ in range(50):
            stream = self.daemon.connect()
            stream.sendall(b"500 " + GOOD.encode())
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.close()
        self.records_before_a_good_one(len(self.daemon.records()))
        self.assertGreater(self.daemon.wait_until_balanced("syslog", before + 1)["received"], before)

    def test_idle_and_surplus_connections_do_not_keep_others_out(self):
        idle = [self.daemon.connect(source="127.0.0.3") for _ in range(300)]
        try:
            with self.daemon.connect(source="127.0.0.3") as surplus:
                surplus.settimeout(PATIENCE)
                self.assertEqual(surplus.recv(1), b"", "a connection over the limit of its source is closed")
            self.send(GOOD + "from another source\n")
        finally:
            for stream in idle:
                stream.close()


class ManyConnections(unittest.TestCase):
    def test_ten_thousand_idle_connections_do_not_keep_others_out(self):
        count = 10_000
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(count + 200, resource.getrlimit(resource.RLIMIT_NOFILE)[0]), resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        with Daemon(limits={"connections": count + 10, "connections_per_source": count + 10}) as daemon:
            idle = [daemon.connect(source=f"127.0.{1 + n // 5000}.1") for n in range(count)]
            daemon.send_stream(GOOD + "beside all the idle ones\n")
            daemon.wait_for_records(1)
            for stream in idle:
                stream.close()
            daemon.wait_until(lambda: daemon.ledger()["listeners"][f"syslog/tcp/{daemon.endpoint('syslog', 'tcp')}"]["connections_open"] == 0, "their end")

    @unittest.skipUnless(is_release(), "a sanitizer needs descriptors for its own checks")
    def test_more_connections_than_descriptors_leave_the_others_working(self):
        with Daemon() as daemon:
            few = len(list(pathlib.Path(f"/proc/{daemon.process.pid}/fd").iterdir())) + 24
            resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (few, few))
            before = daemon.connect()
            crowd = []
            for _ in range(100):
                crowd.append(socket.socket())
                crowd[-1].connect(daemon.address("syslog", "tcp"))  # the kernel's backlog takes it
            before.sendall((GOOD + "from one that was there before\n").encode())
            daemon.send(GOOD + "a datagram")
            daemon.wait_for_records(2)
            for stream in crowd:
                stream.close()
            daemon.send_stream(GOOD + "afterwards\n")
            daemon.wait_for_records(3)
            before.close()

    def test_one_octet_in_each_write_on_a_thousand_connections(self):
        count = 1000
        with Daemon(limits={"connections_per_source": count}) as daemon:
            streams = [daemon.connect() for _ in range(count)]
            for stream in streams:
                stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            text = GOOD.encode() + b"slowly\n"
            for at in range(len(text)):
                for stream in streams:
                    stream.send(text[at:at + 1])
            for stream in streams:
                stream.close()
            records = daemon.wait_for_records(count)
            self.assertEqual({record["message"] for record in records}, {"slowly"})

    def test_many_sources_do_not_grow_the_memory_without_bound(self):
        count = 100_000 if LONG else 10_000
        with Daemon(devices=[{"ip": "192.0.2.1", "hostname": "the-only-known"}]) as daemon:
            resident = []
            for half in range(2):
                for start in range(half * count // 2, (half + 1) * count // 2, 250):
                    for n in range(start, start + 250):
                        daemon.send(GOOD + "one of many", source=f"127.{1 + (n >> 16)}.{n >> 8 & 255}.{n & 255}")
                    daemon.wait_until(lambda: daemon.count() >= start + 250, "the records")
                resident.append(daemon.resident_kib())
            # A sanitizer's own bookkeeping grows with what was ever allocated.
            most = 128 if LONG and not is_release() else 64
            self.assertLess(resident[1], resident[0] + most * 1024, "KiB resident after the first and the second half")


if __name__ == "__main__":
    main()
