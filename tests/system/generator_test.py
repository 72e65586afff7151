"""netlog-gen against plain sockets: whoever measures with it must be able to rely on it."""
import json
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from harness import PATIENCE, main, program, sequences, sign_itself


def start(*arguments):
    return subprocess.Popen([program("netlog-gen"), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class Receiver:
    """A listening socket and all that came to it, by connection."""

    def __init__(self, stream, tls=None):
        self.stream, self.tls = stream, tls
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM if stream else socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.endpoint = "127.0.0.1:%d" % self.socket.getsockname()[1]
        if stream:
            self.socket.listen(64)
        else:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)

    def take_streams(self, count):
        parts = [[] for _ in range(count)]

        def read(connection, into):
            with connection:
                while data := connection.recv(1 << 20):
                    into.append(data)

        readers = []
        for into in parts:
            connection = self.socket.accept()[0]
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False)
            readers.append(threading.Thread(target=read, args=(connection, into)))
            readers[-1].start()
        for reader in readers:
            reader.join()
        return [b"".join(part).decode() for part in parts]

    def take_datagrams(self, count):
        return [self.socket.recvfrom(65535) for _ in range(count)]


class Generator(unittest.TestCase):
    def receive(self, stream, count, option, *arguments, connections=1):
        receiver = Receiver(stream)
        self.addCleanup(receiver.socket.close)
        process = start(f"--{option}", receiver.endpoint, "--count", count, "--connections", connections, *arguments)
        got = receiver.take_streams(connections) if stream else receiver.take_datagrams(count)
        out, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, errors)
        return got, json.loads(out)["targets"][0]

    def test_lines_over_tcp_are_numbered_without_a_gap_in_each_connection(self):
        streams, summary = self.receive(True, 5000, "syslog-tcp", connections=3)
        found = sequences(line for stream in streams for line in stream.splitlines())
        self.assertEqual({connection: len(numbers) for connection, numbers in found.items()},
                         {one["connection"]: one["messages"] for one in summary["connections"]})
        for numbers in found.values():
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertEqual(summary["messages"], 5000)
        self.assertEqual(summary["bytes"], sum(map(len, streams)))

    def test_octet_counts_are_exact(self):
        (stream,), _ = self.receive(True, 2000, "syslog-tcp", "--octet-counted")
        self.check_frames(stream, 2000)

    def test_tls_is_octet_counted_and_ends_as_it_should(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        sign_itself(folder.name, "server", "/CN=localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder.name}/server.pem", f"{folder.name}/server.key")
        receiver = Receiver(True, context)
        self.addCleanup(receiver.socket.close)
        process = start("--syslog-tls", receiver.endpoint, "--count", 2000)
        (stream,) = receiver.take_streams(1)  # an end without close_notify would be an error
        _, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, errors)
        self.check_frames(stream, 2000)

    def test_a_plain_listener_is_named_when_tls_is_wanted(self):
        receiver = Receiver(True)
        self.addCleanup(receiver.socket.close)
        process = start("--syslog-tls", receiver.endpoint, "--count", 1)
        connection = receiver.socket.accept()[0]
        connection.sendall(b"no TLS here\n")
        connection.close()
        _, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertRegex(errors, "netlog-gen: syslog-tls: TLS handshake: ")

    def check_frames(self, stream, count):
        frames = []
        while stream:
            head = re.match(r"(\d+) ", stream)
            end = head.end() + int(head.group(1))
            frames.append(stream[head.end():end])
            stream = stream[end:]
        self.assertEqual(len(frames), count)
        for number, frame in enumerate(frames, 1):
            self.assertRegex(frame, rf"^<\d{{1,3}}>.* seq=0\.{number}$")

    def test_the_same_seed_gives_the_same_messages_and_another_seed_others(self):
        def texts(seed):
            (stream,), _ = self.receive(True, 200, "syslog-tcp", "--seed", seed, "--format", "eos")
            return [line.split(" ", 4)[4] for line in stream.replace("  ", " ").splitlines()]
        self.assertEqual(texts(7), texts(7))
        self.assertNotEqual(texts(7), texts(8))

    def test_every_family_keeps_its_header(self):
        heads = {
            "ios": r"^<\d+>(\d+: )?([\w-]+: )?[A-Z][a-z]{2} [ \d]\d (\d{4} )?[\d:.]{12}( UTC)?: %[A-Z_]+-\d-\w+: ",
            "nxos": r"^<\d+>(: )?\d{4} [A-Z][a-z]{2} [ \d]\d [\d:]{8}( UTC: | [\w-]+ )%\w+-\d-\w+: ",
            "xr": r"^<\d+>\d+: [\w-]+ RP/0/RSP0/CPU0:[A-Z][a-z]{2} [ \d]\d \d{4} [\d:.]{12} UTC: \w+\[\d+\]: %[\w-]+-\d-\w+ : ",
            "asa": r"^<\d+>[A-Z][a-z]{2} [ \d]\d \d{4} [\d:]{8}( [\w-]+ )?: %ASA-\d-\d{6}: ",
            "junos": r"^<\d+>[A-Z][a-z]{2} [ \d]\d [\d:]{8}  [\w-]+ \w+(\[\d+\])?: [A-Z0-9_]+: ",
            "junos5424": r"^<\d+>1 \d{4}-\d\d-\d\dT[\d:.]{12}(Z|[+-]\d\d:\d\d) [\w-]+ \w+ (\d+|-) [A-Z0-9_]+ \[junos@2636\S* .*\] ",
            "eos": r"^<\d+>[A-Z][a-z]{2} [ \d]\d [\d:]{8} [\w-]+ \w+: %[A-Z]+-\d-\w+: ",
            "rfc3164": r"^<\d+>[A-Z][a-z]{2} [ \d]\d [\d:]{8} [\w-]+ \w+(\[\d+\])?: ",
            "rfc5424": r"^<\d+>1 \d{4}-\d\d-\d\dT[\d:.]{12}(Z|[+-]\d\d:\d\d) [\w-]+ \w+ (\d+|-) - - ",
        }
        for family, head in heads.items():
            with self.subTest(family):
                (stream,), _ = self.receive(True, 300, "syslog-tcp", "--format", family, "--devices", 4)
                for line in stream.splitlines():
                    self.assertRegex(line, head)

    def test_a_rate_is_not_passed_and_is_spread_evenly(self):
        _, summary = self.receive(False, 500, "syslog-udp", "--rate", "1000/s", connections=5)
        self.assertGreater(summary["seconds"], 0.49)
        self.assertEqual([one["messages"] for one in summary["connections"]], [100] * 5)

    def test_connections_come_from_consecutive_source_addresses(self):
        datagrams, _ = self.receive(False, 30, "syslog-udp", "--source", "127.0.1.1", "--rate", 1000, connections=3)
        self.assertEqual({source[0] for _, source in datagrams}, {"127.0.1.1", "127.0.1.2", "127.0.1.3"})

    def test_traps_and_flows_of_all_versions(self):
        datagrams, _ = self.receive(False, 40, "snmp", "--rate", 1000)
        self.assertEqual({data[data.index(b"\x02\x01") + 2] for data, _ in datagrams}, {0, 1})
        for number, (data, _) in enumerate(datagrams, 1):
            self.assertTrue(data.endswith(b"seq=0.%010d" % number))
        datagrams, summary = self.receive(False, 40, "flow", "--rate", 1000, connections=4)
        self.assertEqual({data[1] if data[0:2] != bytes(2) else "sflow" for data, _ in datagrams}, {5, 9, 10, "sflow"})
        self.assertGreater(summary["records"], 40)

    def test_nonsense_is_refused_with_a_sentence(self):
        for arguments in ([], ["--syslog-udp", "nowhere"], ["--syslog-udp", "host.example:1"], ["--syslog-udp", "127.0.0.1:0"],
                          ["--syslog-udp", "127.0.0.1:9", "--format", "morse"], ["--syslog-udp", "127.0.0.1:9", "--rate", "-1"]):
            with self.subTest(arguments):
                process = start(*arguments)
                _, errors = process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, 2)
                self.assertIn("netlog-gen:", errors)

    def test_nobody_listening_is_an_error(self):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as free:
            free.bind(("127.0.0.1", 0))
            process = start("--syslog-tcp", "127.0.0.1:%d" % free.getsockname()[1], "--count", 1)
            _, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertIn("refused", errors)


if __name__ == "__main__":
    main()
