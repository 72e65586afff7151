"""What an operator does to a running netlogd: signals, reloads, settings right and wrong."""
import contextlib
import gzip
import os
import shutil
import signal
import socket
import time
import struct
import stat
import subprocess
import tempfile
import pathlib
import unittest

from harness import Daemon, LISTENERS, PATIENCE, main, program, write_yaml

LINE = "<189>Jan 17 14:32:15 switch-dist-01 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet1, changed state to down"
DEVICE = {"ip": "127.0.0.2", "hostname": "switch-dist-01", "role": "distribution", "site": "west"}


class Signals(unittest.TestCase):
    def test_usr1_rotates_and_the_closed_segment_is_standard_gzip(self):
        with Daemon() as daemon:
            daemon.send(LINE)
            daemon.wait_for_records(1)
            daemon.signal(signal.SIGUSR1)
            closed = daemon.wait_until(lambda: [path for path in daemon.files() if path.suffix == ".gz"], "a compressed segment")[0]
            self.assertRegex(closed.name, r"^syslog-\d{8}T\d{6}Z-\d+\.jsonl\.gz$")
            self.assertEqual(gzip.decompress(closed.read_bytes()).count(b"\n"), 1)
            daemon.send(LINE)
            daemon.wait_until(lambda: (daemon.data / "syslog" / "syslog.jsonl").read_bytes().count(b"\n") == 1, "a record in the new file")
            self.assertEqual(len(daemon.records()), 2)

    def test_what_is_ordered_while_it_starts_is_done_then(self):
        devices = [{"ip": f"10.{n >> 8 & 255}.{n & 255}.1", "hostname": f"device-{n}"} for n in range(3000)]  # for a start that takes a while
        for number, done in ((signal.SIGHUP, "SIGHUP: "), (signal.SIGUSR1, "SIGUSR1: "), (signal.SIGUSR2, "statistics: received")):
            with self.subTest(signal=number.name), contextlib.ExitStack() as at_the_end:
                daemon = Daemon(devices=devices)
                at_the_end.push(daemon)
                daemon.start(await_ready=False)
                while not self.catches(daemon, signal.SIGTERM):
                    self.assertTrue(daemon.is_alive(), daemon.log_text())
                daemon.signal(number)
                daemon.wait_until(lambda: done in daemon.log_text(), "the order to be carried out")

    @staticmethod
    def catches(daemon, number):
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("SigCgt:")[2].split()[0], 16) >> (number - 1) & 1 == 1

    def test_usr2_writes_a_statistics_line(self):
        with Daemon() as daemon:
            daemon.send(LINE)
            daemon.wait_for_records(1)
            before = len(daemon.log_text())
            daemon.signal(signal.SIGUSR2)
            daemon.wait_until(lambda: "received" in daemon.log_text()[before:], "the statistics")

    def test_int_stops_as_cleanly_as_term(self):
        with Daemon() as daemon:
            daemon.send(LINE)
            daemon.wait_for_records(1)
            daemon.signal(signal.SIGINT)
            daemon.await_exit()
            daemon.check_ledger()

    def test_the_service_manager_is_told(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(f"{folder}/notify")
            manager.settimeout(PATIENCE)
            told = []

            def hear(word):
                while not any(word in message for message in told):
                    told.append(manager.recv(4096).decode())

            with Daemon(environment={"NOTIFY_SOCKET": f"{folder}/notify"}) as daemon:
                hear("READY=1")
                daemon.signal(signal.SIGTERM)
                hear("STOPPING=1")
                daemon.await_exit()


class Inventory(unittest.TestCase):
    def device_of_next(self, daemon):
        count = len(daemon.records())
        daemon.send(LINE, source="127.0.0.2")
        return daemon.wait_for_records(count + 1)[-1]["device"]

    def test_hup_takes_the_new_inventory(self):
        with Daemon(devices=[DEVICE]) as daemon:
            self.assertEqual(self.device_of_next(daemon)["site"], "west")
            daemon.write_inventory([{**DEVICE, "site": "east"}])
            daemon.signal(signal.SIGHUP)
            daemon.wait_until(lambda: self.device_of_next(daemon)["site"] == "east", "the new site")

    def test_a_new_inventory_is_seen_without_a_signal(self):
        with Daemon(devices=[DEVICE]) as daemon:
            daemon.write_inventory([{**DEVICE, "site": "north"}])
            daemon.wait_until(lambda: self.device_of_next(daemon)["site"] == "north", "the new site")

    def test_a_wrong_inventory_keeps_the_old_one_with_a_clear_message(self):
        with Daemon(devices=[DEVICE]) as daemon:
            before = len(daemon.log_text())
            daemon.inventory.write_text('devices:\n  - {ip: 127.0.0.2, hostname: renamed}\n  - {ip: "not an address", hostname: x}\n', encoding="utf-8")
            daemon.signal(signal.SIGHUP)
            daemon.wait_until(lambda: "inventory.yaml:3" in daemon.log_text()[before:], "a message that names file and line")
            self.assertEqual(self.device_of_next(daemon)["hostname"], "switch-dist-01")
            self.assertTrue(daemon.is_alive())

    def test_an_empty_inventory_keeps_the_old_one(self):
        with Daemon(devices=[DEVICE]) as daemon:
            before = len(daemon.log_text())
            daemon.inventory.write_text("", encoding="utf-8")
            daemon.signal(signal.SIGHUP)
            daemon.wait_until(lambda: "inventory.yaml" in daemon.log_text()[before:], "a message")
            self.assertEqual(self.device_of_next(daemon)["site"], "west")

    def test_subnets_name_what_no_device_entry_does(self):
        subnets = [{"prefix": "127.0.0.0/8", "site": "everywhere"}, {"prefix": "127.0.3.0/24", "site": "lab", "timezone": "Asia/Tokyo"}]
        with Daemon(devices=[DEVICE], subnets=subnets) as daemon:
            for source in ("127.0.3.9", "127.0.4.9", "127.0.0.2"):
                daemon.send(LINE, source=source)
            by_source = {record["source_ip"]: record for record in daemon.wait_for_records(3)}
            self.assertEqual(by_source["127.0.3.9"]["device"]["site"], "lab")
            self.assertEqual(by_source["127.0.4.9"]["device"]["site"], "everywhere")
            self.assertEqual(by_source["127.0.0.2"]["device"]["site"], "west")
            self.assertTrue(by_source["127.0.3.9"]["timestamp_normalized"].endswith("-01-17T05:32:15.000Z"))

    def test_an_unknown_device_is_named_by_its_message(self):
        with Daemon() as daemon:
            daemon.send(LINE)
            device = daemon.wait_for_records(1)[0]["device"]
            self.assertEqual(device["hostname"], "switch-dist-01")
            self.assertEqual(device["vendor"], "arista")
            self.assertEqual((device["site"], device["role"], device["model"]), ("unknown", "unknown", "unknown"))


class Settings(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.file = self.folder / "netlogd.yaml"

    def check(self, text):
        """Exit status and the lines of --check-config for a file with this text."""
        self.file.write_text(text, encoding="utf-8")
        result = subprocess.run([program("netlogd"), "--check-config", "--config", self.file], capture_output=True, text=True, timeout=PATIENCE)
        return result.returncode, (result.stdout + result.stderr).splitlines()

    def test_a_good_file_passes(self):
        status, lines = self.check("data_dir: ./data\nlisten:\n  - {protocol: syslog, transport: udp, address: 127.0.0.1, port: 0}\n")
        self.assertEqual(status, 0, lines)

    def test_every_fault_is_named_with_file_line_and_nearest_key(self):
        status, lines = self.check("data_dir: ./data\nlisten:\n  - {protocol: syslog, transport: udp, address: 127.0.0.1, prot: 5140}\n"
                                   "journal: {rotate_sise: 500MiB, sync_every: soon}\nlimits: {message: 64parsecs}\n")
        self.assertEqual(status, 2)
        text = "\n".join(lines)
        for line, words in ((3, "port"), (4, "rotate_size"), (4, "sync_every"), (5, "message")):
            with self.subTest(words):
                self.assertTrue(any(f"netlogd.yaml:{line}:" in found and words in found for found in lines), text)

    def test_broken_yaml_a_wrong_port_and_a_missing_file_are_faults(self):
        for text in ("listen: [\n", "listen:\n  - {protocol: syslog, transport: udp, address: 127.0.0.1, port: 70000}\n",
                     "listen:\n  - {protocol: telegraph, transport: udp, address: 127.0.0.1, port: 0}\n",
                     "listen:\n  - {protocol: syslog, transport: udp, address: localhost.example, port: 0}\n",
                     "inventory: {file: nowhere.yaml}\nlisten:\n  - {protocol: syslog, transport: udp, address: 127.0.0.1, port: 0}\n",
                     "workers: [1, 2]\n", "- a list\n", "\x00\x01\x02"):
            with self.subTest(text):
                status, lines = self.check(text)
                self.assertEqual(status, 2, lines)
                self.assertTrue(any(".yaml" in line for line in lines), lines)

    def test_a_missing_config_is_a_fault_and_not_a_start(self):
        result = subprocess.run([program("netlogd"), "--config", self.folder / "nowhere.yaml"], capture_output=True, text=True, timeout=PATIENCE)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("nowhere.yaml", result.stdout + result.stderr)

    def test_users_that_others_may_read_are_refused(self):
        users = self.folder / "snmp-users.yaml"
        write_yaml(users, {"communities": ["public"]})
        users.chmod(0o644)
        listen = "listen:\n  - {protocol: snmp, transport: udp, address: 127.0.0.1, port: 0}\n"
        status, lines = self.check("snmp: {users_file: snmp-users.yaml}\n" + listen)
        self.assertEqual(status, 2, lines)
        self.assertIn("snmp-users.yaml", "\n".join(lines))

    def test_a_port_that_is_taken_is_named(self):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            write_yaml(self.file, {"data_dir": "./data", "listen": [{"protocol": "syslog", "transport": "tcp", "address": "127.0.0.1", "port": port}]})
            result = subprocess.run([program("netlogd"), "--config", self.file], capture_output=True, text=True, timeout=PATIENCE)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(f"127.0.0.1:{port}", result.stdout + result.stderr)


class Outputs(unittest.TestCase):
    def test_gaps_in_an_exporters_numbering_are_in_the_ledger(self):
        def version_5(sequence):
            return struct.pack("!HHIIIIBBH", 5, 1, 100000, 1700000000, 0, sequence, 0, 0, 0) + bytes(48)
        with Daemon() as daemon:
            for sequence in (1, 2, 33, 34):
                daemon.send(version_5(sequence), protocol="flow", source="127.0.0.7")
                time.sleep(0.05)
            daemon.wait_for_records(4, "flow")
            daemon.wait_until(lambda: daemon.ledger().get("exporters"), "the exporter")
            self.assertEqual(daemon.ledger()["exporters"], {"127.0.0.7": {"lost": 30, "late": 0, "restarts": 0}})

    def test_without_sqlite_there_is_no_database(self):
        with Daemon(sqlite={"enabled": False}) as daemon:
            daemon.send(LINE)
            daemon.wait_for_records(1)
            daemon.stop()
            self.assertFalse((daemon.data / "netlogd.db").exists())
            self.assertEqual(daemon.ledger().get("followers", {}), {})

    def test_nobody_else_may_read_the_data(self):
        with Daemon() as daemon:
            daemon.send(LINE)
            daemon.wait_for_records(1)
            daemon.wait_for_rows(1)
            for path in [daemon.data, *daemon.data.rglob("*")]:
                mode = stat.S_IMODE(path.lstat().st_mode)
                allowed = 0o750 if path.is_dir() else 0o660 if path.is_socket() else 0o640
                self.assertEqual(mode & ~allowed, 0, f"{path} has mode {mode:o}")

    def test_ipv6_and_ipv4_senders_are_told_apart_by_their_own_address(self):
        listeners = [{"protocol": "syslog", "transport": "udp", "address": "::", "port": 0}]
        with Daemon(listen=listeners) as daemon:
            port = daemon.listeners[0]["port"]
            for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                with socket.socket(family, socket.SOCK_DGRAM) as sender:
                    sender.sendto(LINE.encode(), (host, port))
            sources = {record["source_ip"] for record in daemon.wait_for_records(2)}
            self.assertEqual(sources, {"127.0.0.1", "::1"})

    def test_relative_paths_start_at_the_config_file(self):
        with Daemon(listen=LISTENERS[:1]) as daemon:
            self.assertTrue((daemon.folder / "data" / "run" / "listeners.json").exists())
            self.assertFalse((pathlib.Path(os.getcwd()) / "data" / "run").exists() and os.getcwd() == str(daemon.folder))

    def test_communities_are_a_secret_everywhere(self):
        with Daemon() as daemon:
            trap = bytes.fromhex("302f02010104067365637265 74a7220204100000010201000201003014"
                                 "301206 0a2b06010603010104010006042b060103".replace(" ", ""))
            daemon.send(trap, protocol="snmp")
            daemon.wait_until_balanced("snmp", 1)
            everything = b"".join(path.read_bytes() for path in daemon.data.rglob("*") if path.is_file())
            self.assertNotIn(b'"secret"', everything)
            self.assertNotIn("secret", daemon.log_text())


if __name__ == "__main__":
    main()
