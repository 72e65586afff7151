"""Restarts and reloads that lose nothing: the service manager keeps the sockets, a reload leaves them alone."""
import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import Daemon, PATIENCE, SANITIZERS, Supervised, free_port, held_by_kernel, main, needs, program, sequences, tool, write_yaml

RATE = 20_000
BUFFER = "64MiB"


def kernel_holds():
    """What the kernel gives when netlogd asks for so much; less than that where it has no right to more."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for option in (socket.SO_RCVBUF, 33):  # SO_RCVBUFFORCE
            with contextlib.suppress(PermissionError):
                probe.setsockopt(socket.SOL_SOCKET, option, 64 << 20)
        return probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


KERNEL_HOLDS = kernel_holds()


def listener(transport, port, protocol="syslog", **more):
    return {"protocol": protocol, "transport": transport, "address": "127.0.0.1", "port": port, **more}


class Datagrams(threading.Thread):
    """`rate` numbered messages a second until told to stop."""

    def __init__(self, port, rate=RATE):
        super().__init__()
        self.port, self.rate, self.sent, self.done = port, rate, 0, threading.Event()

    def run(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            begun = time.monotonic()
            while not self.done.is_set():
                if held_by_kernel(self.port) > KERNEL_HOLDS // 2:  # a machine that is too slow for this rate
                    begun += 0.001
                    time.sleep(0.001)
                    continue
                due = int((time.monotonic() - begun) * self.rate)
                for _ in range(min(due - self.sent, 500)):
                    sender.sendto(b"<13>Jan 17 14:32:15 r1 a steady stream seq=0.%d" % self.sent, ("127.0.0.1", self.port))
                    self.sent += 1
                time.sleep(0.001)

    def stop(self):
        self.done.set()
        self.join()
        return self.sent


class Restart(unittest.TestCase):
    def expect_all(self, daemon, sent):
        records = daemon.wait_for_records(sent)
        self.assertEqual(sequences(r["raw_message"] for r in records), {0: list(range(sent))})

    def test_kept_sockets_lose_no_datagram_over_restarts(self):
        port = free_port(socket.SOCK_DGRAM)
        with Supervised(listen=[listener("udp", port, receive_buffer=BUFFER)]) as daemon:
            stream = Datagrams(port)
            stream.start()
            try:
                for _ in range(2):
                    time.sleep(0.5)
                    daemon.stop(balanced=False)  # the next life begins a new ledger
                    time.sleep(0.1)
                    daemon.start()
                time.sleep(0.5)
            finally:
                sent = stream.stop()
            self.assertGreater(sent, RATE)
            self.assertIn("socket taken over from the service manager", daemon.log_text())
            self.expect_all(daemon, sent)

    def test_a_kept_stream_listener_refuses_nobody_while_it_restarts(self):
        port = free_port(socket.SOCK_STREAM)
        with Supervised(listen=[listener("tcp", port)]) as daemon:
            daemon.stop()
            clients = []
            for number in range(20):
                client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
                client.sendall(b"<13>Jan 17 14:32:15 r1 sent while nobody was there seq=0.%d\n" % number)
                clients.append(client)
            daemon.start()
            records = daemon.wait_for_records(20)
            for client in clients:
                client.close()
            self.assertEqual(sorted(int(r["message"].rpartition(".")[2]) for r in records), list(range(20)))

    @needs("systemd-socket-activate")
    def test_sockets_of_systemd_are_taken(self):
        port = free_port(socket.SOCK_DGRAM)
        daemon = Daemon(listen=[listener("udp", port)])
        with open(daemon.log, "ab") as log:
            daemon.process = subprocess.Popen(
                [tool("systemd-socket-activate"), "--datagram", "-l", f"127.0.0.1:{port}",
                 program("netlogd"), "--config", str(daemon.config)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **SANITIZERS})
        try:
            # The first datagram starts the daemon and waits for it in the socket.
            daemon.wait_until(lambda: "Listening" in daemon.log_text(), "the socket")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for number in range(100):
                    sender.sendto(b"<13>Jan 17 14:32:15 r1 hello seq=0.%d" % number, ("127.0.0.1", port))
            self.expect_all(daemon, 100)
            self.assertIn("taken over", daemon.log_text())
            daemon.stop()
        finally:
            daemon.__exit__(None, None, None)


class Reload(unittest.TestCase):
    def test_hup_under_load_loses_nothing_and_opens_and_closes_listeners(self):
        first, second = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_DGRAM)
        with Daemon(listen=[listener("udp", first, receive_buffer=BUFFER)]) as daemon:
            stream = Datagrams(first)
            stream.start()
            try:
                for more in (True, False, True):
                    time.sleep(0.3)
                    daemon.settings["listen"] = [listener("udp", first, receive_buffer=BUFFER)] + ([listener("udp", second)] if more else [])
                    write_yaml(daemon.config, daemon.settings)
                    before = daemon.log_text().count("reloaded:")
                    daemon.signal(signal.SIGHUP)
                    daemon.wait_until(lambda: daemon.log_text().count("reloaded:") > before, "the reload")
                    self.assertIn(f"127.0.0.1:{second} {'opened' if more else 'closed'}", daemon.log_text())
            finally:
                sent = stream.stop()
            records = daemon.wait_for_records(sent)
            self.assertEqual(sequences(r["raw_message"] for r in records), {0: list(range(sent))})
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"<13>to the new one seq=0.%d" % sent, ("127.0.0.1", second))
            daemon.wait_for_records(sent + 1)

    def test_a_wrong_configuration_changes_nothing_and_every_fault_has_its_line(self):
        port = free_port(socket.SOCK_DGRAM)
        with Daemon(listen=[listener("udp", port)]) as daemon:
            daemon.config.write_text(daemon.config.read_text() + "limits:\n  idel: 5m\n  message: 12\n")
            daemon.signal(signal.SIGHUP)
            daemon.wait_until(lambda: "the old configuration stays" in daemon.log_text(), "the refusal")
            text = daemon.log_text()
            self.assertRegex(text, r"netlogd\.yaml:\d+: limits\.idel: unknown key, the nearest is \"idle\"")
            self.assertTrue(re.search(r"netlogd\.yaml:\d+: limits\.message: ", text), text)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"<13>still here", ("127.0.0.1", port))
            daemon.wait_for_records(1)

    def test_what_changes_is_told_with_its_old_value(self):
        with Daemon() as daemon:
            daemon.settings["limits"] = {"idle": "30m"}
            daemon.settings["workers"] = 3
            write_yaml(daemon.config, daemon.settings)
            daemon.signal(signal.SIGHUP)
            daemon.wait_until(lambda: "reloaded:" in daemon.log_text(), "the reload")
            self.assertIn("limits.idle: 30m, was 1h", daemon.log_text())
            self.assertRegex(daemon.log_text(), r"workers: 3, was \w+ \(from the next start on\)")


if __name__ == "__main__":
    main()
