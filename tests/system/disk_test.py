"""A disk that is full for the journal, for SQLite alone, for the state files alone: receiving goes on, TCP waits,
UDP is counted, it is said once, and when there is space again it goes on by itself."""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import Daemon, LOOPBACK_HTTP, free_port, main, write_yaml

TEXT = "x" * 900
NO_SPACE = "No space left on device"


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of its own in `folder`; yields a function that leaves so many octets free of it."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0750", "netlogd-test", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        raise unittest.SkipTest("mounting is not allowed here")
    ballast = folder / "ballast"

    def leave(octets):
        space = os.statvfs(folder)
        more = space.f_bavail * space.f_frsize - octets
        with open(ballast, "ab") as file:
            if more > 0:
                os.posix_fallocate(file.fileno(), file.tell(), more)
            else:
                file.truncate(max(0, file.tell() + more))
    try:
        yield leave
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        shutil.rmtree(folder.parent, ignore_errors=True)


class Disk(unittest.TestCase):
    def setUp(self):
        self.begun = time.monotonic()

    def minutes(self):
        """How often a line that is held to one a minute may be there by now."""
        return 1 + int((time.monotonic() - self.begun) / 60)

    def test_a_full_disk_makes_tcp_wait_counts_udp_and_is_over_when_it_is_over(self):
        count = 20_000
        daemon = Daemon(http=LOOPBACK_HTTP, limits={"memory": "16MiB"}, sqlite={"enabled": False}, journal={"min_free": "off", "compress": False}, listen=[
            {"protocol": "syslog", "transport": "udp", "address": "127.0.0.1", "port": 0, "receive_buffer": "64KiB"},
            {"protocol": "syslog", "transport": "tcp", "address": "127.0.0.1", "port": 0}])
        with small_disk(daemon.data, "128m") as leave, daemon:
            leave(64 << 10)
            lines = b"".join(b"<13>Jan 17 14:32:15 r1 over tcp %d %s\n" % (n, TEXT.encode()) for n in range(count))
            stream = threading.Thread(target=daemon.send_stream, args=(lines,))
            stream.start()

            def udp_drops():
                daemon.send(*[b"<13>over udp " + TEXT.encode()] * 20)
                return daemon.live_totals("syslog", "udp")["dropped"].get("disk_full")
            daemon.wait_until(udp_drops, "datagrams dropped as disk_full")
            self.assertTrue(stream.is_alive(), "the stream waits")
            self.assertLess(daemon.live_totals("syslog", "tcp")["received"], count)
            self.assertLessEqual(daemon.log_text().count(NO_SPACE), 2 * self.minutes(), "said once a minute by the journal and by its writer, not per record")
            leave(100 << 20)
            stream.join()
            daemon.wait_for_records(count)
            daemon.stop()
            over_tcp = [record["message"].split()[2] for record in daemon.records() if record["transport"] == "tcp"]
            self.assertEqual(over_tcp, [str(n) for n in range(count)])

    def test_sqlite_alone_without_space_costs_the_journal_nothing_and_catches_up(self):
        daemon = Daemon()
        place = daemon.folder / "elsewhere" / "disk"
        daemon.settings["sqlite"] = {"file": str(place / "netlogd.db")}
        with small_disk(place, "32m") as leave:
            write_yaml(daemon.config, daemon.settings)
            with daemon:
                daemon.send("<13>the first")
                daemon.wait_for_records(1)
                follower = lambda: daemon.ledger()["followers"]["sqlite"]  # noqa: E731
                daemon.wait_until(lambda: follower()["written"] == 1, "the first row")
                leave(0)
                for start in range(0, 2000, 100):
                    daemon.send(*(f"<13>Jan 17 14:32:15 r1 probe: {n} {TEXT}" for n in range(start, start + 100)))
                    daemon.wait_for_records(1 + start + 100)
                daemon.wait_until(lambda: follower()["failures"] > 1 and follower()["pending"] > 1000, "a follower that cannot write")
                self.assertIn(daemon.log_text().count("is full"), range(1, 1 + self.minutes()), daemon.log_text())
                leave(24 << 20)
                daemon.wait_until(lambda: follower()["written"] == 2001, "all rows")

    def test_state_files_alone_without_space_cost_nothing_else(self):
        daemon = Daemon()
        with small_disk(daemon.data / "run", "1m") as leave, daemon:
            leave(0)
            daemon.send(*(f"<13>Jan 17 14:32:15 r1 probe: {n}" for n in range(100)))
            daemon.wait_for_rows(100)
            daemon.wait_until(lambda: NO_SPACE in daemon.log_text(), "word of the trouble")
            leave(512 << 10)
            daemon.wait_until_balanced("syslog", 100)
            self.assertLessEqual(daemon.log_text().count(NO_SPACE), 2 * self.minutes(), "said once a minute for each kind of file at most")
            daemon.stop()

    def test_a_disk_that_is_full_at_the_start_keeps_nobody_out(self):
        port = free_port(socket.SOCK_DGRAM)
        daemon = Daemon(http=LOOPBACK_HTTP, limits={"memory": "16MiB"}, journal={"min_free": "off"}, listen=[
            {"protocol": "syslog", "transport": "udp", "address": "127.0.0.1", "port": port}])
        with small_disk(daemon.data, "32m") as leave:
            daemon.start()
            daemon.send("<13>the first")
            daemon.wait_for_rows(1)
            daemon.stop()
            daemon.forget_sockets()
            leave(0)
            daemon.start(await_ready=False)
            try:
                daemon.wait_until(lambda: daemon.log_text().count("ready:") == 2, "the second start")
                daemon.send(*[f"<13>one of {n}" for n in range(100)])
                daemon.wait_until(lambda: "keeping the records" in daemon.log_text(), "word of the trouble")
                self.assertIn("snmp-engine.json", daemon.log_text())
                self.assertIsNone(daemon.run_file("http.json"))
                leave(16 << 20)
                daemon.await_ready()  # the files that say where it listens
                daemon.wait_until(lambda: daemon.live_totals()["journaled"] == 100, "all records")
                daemon.wait_until(lambda: "writing again" in daemon.log_text(), "word of its end")
                daemon.wait_for_rows(101)
                daemon.stop()
                self.assertEqual(len(daemon.records()), 101)
            finally:
                daemon.__exit__(None, None, None)

    def test_a_stop_comes_to_its_end_though_the_disk_is_full_and_all_memory_is_in_use(self):
        daemon = Daemon(http=LOOPBACK_HTTP, limits={"memory": "16MiB"}, sqlite={"enabled": False}, journal={"min_free": "off"}, listen=[
            {"protocol": "syslog", "transport": "udp", "address": "127.0.0.1", "port": 0, "receive_buffer": "64KiB"}])
        with small_disk(daemon.data, "32m") as leave, daemon:
            leave(64 << 10)

            def drops():
                daemon.send(*[b"<13>over udp " + TEXT.encode()] * 20)
                return daemon.live_totals()["dropped"].get("disk_full")
            daemon.wait_until(drops, "datagrams dropped as disk_full")
            daemon.signal(signal.SIGTERM)
            daemon.await_exit()
            self.assertIn("stopped", daemon.log_text())

    def test_the_oldest_segments_go_when_the_least_free_space_is_reached(self):
        daemon = Daemon(http=LOOPBACK_HTTP, sqlite={"enabled": False}, journal={"min_free": "4MiB", "rotate_size": "1MiB", "compress": False})
        with small_disk(daemon.data, "48m") as leave, daemon:
            leave(12 << 20)
            count = 8000
            daemon.send_stream(b"".join(b"<13>Jan 17 14:32:15 r1 probe: %d %s\n" % (n, TEXT.encode()) for n in range(count)))
            daemon.wait_until_balanced("syslog", count)
            records = [int(record["message"].split()[0]) for record in daemon.records()]
            self.assertEqual(records, list(range(records[0], count)), "the newest, without a gap")
            self.assertGreater(records[0], 0)
            self.assertEqual(daemon.live_totals()["dropped"].get("disk_full", 0), 0)
            daemon.stop()


if __name__ == "__main__":
    main()
