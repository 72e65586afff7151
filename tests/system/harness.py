"""What every system test needs: the real netlogd on free ports in a temporary folder, senders, and readers
of what it wrote. Standard library only. A daemon that is stopped must exit 0 with a ledger that balances.
"""
import array
import contextlib
import gzip
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

SOURCE = pathlib.Path(os.environ.get("NETLOGD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("NETLOGD_BUILD", SOURCE / "build" / "dev"))
SHARED = pathlib.Path(os.environ.get("NETLOGD_SHARED", SOURCE.parent / "shared"))
LONG = os.environ.get("NETLOGD_LONG", "") not in ("", "0")
PATIENCE = 300  # seconds for anything that should take less than one; sanitizers and busy machines are slow

# A small quarantine, so that resident memory says something; a leak is an exit status.
SANITIZERS = {"ASAN_OPTIONS": "quarantine_size_mb=8:detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}

LISTENERS = [
    {"protocol": "syslog", "transport": "udp", "address": "127.0.0.1", "port": 0},
    {"protocol": "syslog", "transport": "tcp", "address": "127.0.0.1", "port": 0},
    {"protocol": "snmp", "transport": "udp", "address": "127.0.0.1", "port": 0},
    {"protocol": "flow", "transport": "udp", "address": "127.0.0.1", "port": 0},
]


LOOPBACK_HTTP = {"address": "127.0.0.1", "port": 0}


def program(name):
    """A program of the build; the newest if a tree has several."""
    found = [path for path in BUILD.rglob(name) if path.is_file() and os.access(path, os.X_OK)]
    if not found:
        raise FileNotFoundError(f"{name} is not built in {BUILD}")
    return str(max(found, key=lambda path: path.stat().st_mtime))


def is_release():
    """Sanitizers make everything several times slower; volumes depend on this."""
    cache = BUILD / "CMakeCache.txt"
    return cache.exists() and "NETLOGD_SANITIZE:STRING=\n" in cache.read_text(encoding="utf-8")


def tool(name):
    """A client program from the machine or from build/tools-root, else None."""
    aside = SOURCE / "build" / "tools-root"
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", str(aside / "usr/bin"), str(aside / "usr/sbin")])
    return shutil.which(name, path=places)


def needs(name):
    return unittest.skipUnless(tool(name), f"{name} is not installed (tools/deps installs it)")


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=PATIENCE)


def sign_itself(folder, name, subject):
    """A key and a certificate of its own, NAME.key and NAME.pem."""
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", subject)


def wait_until(condition, what, patience=PATIENCE):
    """The first true value of condition(); a failure that names what was waited for."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience} s in vain for {what}")
        time.sleep(0.02)


def write_yaml(path, settings):
    """One top-level key a line with its value as JSON, which YAML reads as it is."""
    path.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in settings.items()), encoding="utf-8")


class Daemon:
    """One netlogd and its data; start() and stop() as often as wanted."""

    def __init__(self, devices=(), subnets=(), snmp_users=None, environment=None, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="netlogd-test-"))
        self.config = self.folder / "netlogd.yaml"
        self.data = self.folder / "data"
        self.log = self.folder / "netlogd.log"
        self.environment = environment or {}
        self.process = None
        self.settings = {
            "data_dir": "./data",
            "listen": LISTENERS,
        }
        if devices or subnets:
            self.inventory = self.folder / "inventory.yaml"
            self.write_inventory(devices, subnets)
            self.settings["inventory"] = {"file": "inventory.yaml"}
        if snmp_users is not None:
            users = self.folder / "snmp-users.yaml"
            write_yaml(users, snmp_users)
            users.chmod(0o600)
            self.settings["snmp"] = {"users_file": "snmp-users.yaml"}
        self.settings.update(settings)
        write_yaml(self.config, self.settings)

    def write_inventory(self, devices, subnets=()):
        new = self.inventory.with_suffix(".new")
        write_yaml(new, {"devices": list(devices), "subnets": list(subnets)})
        new.rename(self.inventory)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.stop()
        finally:
            if self.process is not None and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            if sys.exc_info()[0] is None and kind is None:
                shutil.rmtree(self.folder, ignore_errors=True)
            else:
                print(f"\n--- {self.log} (kept)\n{self.log_text()[-4000:]}", file=sys.stderr)

    # --- life

    def start(self, await_ready=True):
        self.forget_sockets()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [program("netlogd"), "--config", str(self.config)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **SANITIZERS, **self.environment})
        if await_ready:
            self.await_ready()

    def forget_sockets(self):
        """What an earlier life was bound to."""
        for name in ("listeners.json", "http.json"):
            (self.data / "run" / name).unlink(missing_ok=True)

    def await_ready(self):
        self.listeners = self.wait_until(lambda: self.run_file("listeners.json"), "run/listeners.json")
        if "http" in self.settings:
            self.http = self.wait_until(lambda: self.run_file("http.json"), "run/http.json")

    def run_file(self, name):
        try:
            return json.loads((self.data / "run" / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def stop(self, balanced=True):
        """SIGTERM, exit status 0, a ledger that adds up."""
        if self.process is None or self.process.poll() is not None:
            assert self.process is None or self.process.returncode == 0, f"netlogd had exited with {self.process.returncode}"
            return
        self.process.send_signal(signal.SIGTERM)
        self.await_exit()
        if balanced:
            self.check_ledger()

    def await_exit(self, status=0):
        got = self.process.wait(timeout=PATIENCE)
        assert got == status, f"netlogd exited with {got}:\n{self.log_text()[-4000:]}"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def signal(self, number):
        self.process.send_signal(number)

    def is_alive(self):
        return self.process.poll() is None

    def log_text(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def wait_until(self, condition, what, patience=PATIENCE):
        """As the function, but a daemon that has died is reported at once."""
        def alive_and_true():
            assert self.is_alive(), f"netlogd died with {self.process.returncode}:\n{self.log_text()[-6000:]}"
            return condition()
        return wait_until(alive_and_true, what, patience)

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    # --- sending

    def address(self, protocol="syslog", transport="udp"):
        for entry in self.listeners:
            if entry["protocol"] == protocol and entry["transport"] == transport:
                return entry["address"], entry["port"]
        raise KeyError(f"no {protocol}/{transport} among {self.listeners}")

    def endpoint(self, protocol="syslog", transport="udp"):
        host, port = self.address(protocol, transport)
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def send(self, *datagrams, protocol="syslog", source=None):
        """Each as one datagram, from one socket, and never so many at once that the kernel would have to drop some."""
        to = self.address(protocol)
        with socket.socket(socket.AF_INET6 if ":" in to[0] else socket.AF_INET, socket.SOCK_DGRAM) as sender:
            if source is not None:
                sender.bind((source, 0))
            for number, datagram in enumerate(datagrams, 1):
                sender.sendto(datagram if isinstance(datagram, bytes) else datagram.encode(), to)
                if number % 16 == 0:
                    wait_until(lambda: held_by_kernel(to[1]) < 96 << 10, "the kernel's buffer to be read")

    def connect(self, source=None):
        return socket.create_connection(self.address("syslog", "tcp"), timeout=PATIENCE,
                                        source_address=(source, 0) if source else None)

    def send_stream(self, data, source=None):
        """All of it over one TCP connection, until the daemon has closed it too."""
        with self.connect(source) as stream:
            stream.sendall(data if isinstance(data, bytes) else data.encode())
            stream.shutdown(socket.SHUT_WR)
            while stream.recv(4096):
                pass

    # --- reading

    def files(self, stream="syslog"):
        """The stream's files, oldest first, the one being written last."""
        folder = self.data / stream
        closed = [path for path in folder.glob(f"{stream}-*.jsonl*") if path.suffix == ".gz" or path.suffix == ".jsonl"]
        closed = [path for path in closed if not (path.suffix == ".jsonl" and path.with_name(path.name + ".gz").exists())]
        closed.sort(key=lambda path: int(path.name.split(".")[0].rsplit("-", 1)[1]))
        active = folder / f"{stream}.jsonl"
        return closed + ([active] if active.exists() else [])

    def lines(self, stream="syslog"):
        """Of all files as they are at one moment, whatever is rotated, compressed or removed meanwhile."""
        while True:
            with contextlib.ExitStack() as stack:
                paths = self.files(stream)
                try:
                    files = [stack.enter_context(open(path, "rb")) for path in paths]
                    if self.files(stream) != paths or not all(map(is_at, files, paths)):
                        continue
                except FileNotFoundError:
                    continue
                for path, file in zip(paths, files):
                    yield from gzip.open(file) if path.suffix == ".gz" else file
                return

    def records(self, stream="syslog"):
        """Whole lines only: the last one may still be being written."""
        return [json.loads(line) for line in self.lines(stream) if line.endswith(b"\n")]

    def count(self, stream="syslog"):
        """Whole lines in all files."""
        return sum(line.endswith(b"\n") for line in self.lines(stream))

    def wait_for_records(self, count, stream="syslog", patience=PATIENCE):
        """At least `count` records are in the JSON lines; returns all of them."""
        try:
            self.wait_until(lambda: self.count(stream) >= count, "", patience)
        except AssertionError as trouble:
            raise AssertionError(f"{stream}: {self.count(stream)} of {count} records; {trouble}\nledger: {self.ledger()}") from None
        return self.records(stream)

    def sql(self, query, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.data / 'netlogd.db'}?mode=ro", uri=True, timeout=PATIENCE)) as database:
            return database.execute(query, values).fetchall()

    def sql_count(self, table):
        try:
            return self.sql(f"SELECT count(*) FROM {table}")[0][0]
        except sqlite3.DatabaseError:  # not there yet, damaged, or being replaced
            return -1

    def wait_for_rows(self, count, table="logs", patience=PATIENCE):
        self.wait_until(lambda: self.sql_count(table) >= count, f"{count} rows in {table}", patience)

    def ledger(self):
        try:
            return json.loads((self.data / "run" / "ledger.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def live_ledger(self):
        """As it is now, over HTTP (`http=LOOPBACK_HTTP`); needs no disk that works."""
        with urllib.request.urlopen(f"http://{self.http['address']}:{self.http['port']}/ledger", timeout=PATIENCE) as answer:
            return json.load(answer)

    def live_totals(self, protocol="syslog", transport=None):
        return self.totals(protocol, transport, self.live_ledger())

    def totals(self, protocol="syslog", transport=None, ledger=None):
        """One listener's lines of the ledger, or the sum over the transports of a protocol."""
        total = {"received": 0, "journaled": 0, "no_record": 0, "records": 0, "kernel_drops": 0, "receive_buffer_got": 0, "dropped": {}}
        for name, line in (ledger or self.ledger()).get("listeners", {}).items():
            if not name.startswith(f"{protocol}/{transport or ''}"):
                continue
            for key in ("received", "journaled", "no_record", "records", "kernel_drops", "receive_buffer_got"):
                total[key] += line.get(key, 0)
            for reason, count in line.get("dropped", {}).items():
                total["dropped"][reason] = total["dropped"].get(reason, 0) + count
        return total

    def dropped(self, protocol):
        return {reason: count for reason, count in self.totals(protocol)["dropped"].items() if count}

    def wait_until_balanced(self, protocol, received):
        """The ledger has seen `received` messages and knows what became of each."""
        def settled():
            line = self.totals(protocol)
            return line["received"] >= received and line["received"] == (
                line["journaled"] + line["no_record"] + sum(line["dropped"].values()))
        try:
            self.wait_until(settled, "")
        except AssertionError as trouble:
            raise AssertionError(f"{protocol}: {received} messages are not in the ledger; {trouble}\n{self.ledger()}") from None
        return self.totals(protocol)

    def check_ledger(self):
        ledger = self.ledger()
        assert ledger.get("listeners"), f"no listeners in the ledger: {ledger}"
        for name, line in ledger["listeners"].items():
            accounted = line["journaled"] + line.get("no_record", 0) + sum(line.get("dropped", {}).values())
            assert line["received"] == accounted, f"{name} does not balance: {line}"
        for name, line in ledger.get("followers", {}).items():
            accounted = line["written"] + line["pending"] + line.get("expired", 0)
            assert line["journaled"] == accounted, f"follower {name} does not balance: {line}"


def is_at(file, path):
    """Whether the open file is still the one of that name."""
    return os.path.samestat(os.fstat(file.fileno()), path.stat())


def held_by_kernel(port):
    """How much of the receive buffer of the UDP socket on `port` is taken, as the kernel counts."""
    held = 0
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        with contextlib.suppress(FileNotFoundError), open(table, encoding="ascii") as lines:
            for line in list(lines)[1:]:
                words = line.split()
                if int(words[1].rpartition(":")[2], 16) == port:
                    held = max(held, int(words[4].rpartition(":")[2], 16))
    return held


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Supervised(Daemon):
    """The daemon under a small service manager that keeps descriptors as systemd's store does."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.kept = {}
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(self.folder / "notify"))
        self.environment = {"NOTIFY_SOCKET": str(self.folder / "notify")}
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                text, ancillary, _, _ = self.manager.recvmsg(4096, socket.CMSG_SPACE(64 * 4))
            except OSError:
                return
            state = dict(line.split("=", 1) for line in text.decode().splitlines())
            for level, kind, data in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    for fd in array.array("i", data):
                        self.kept.setdefault(state.get("FDNAME", "stored"), fd)
            if "FDSTOREREMOVE" in state:
                os.close(self.kept.pop(state["FDNAME"]))

    def start(self):
        """With the kept descriptors from 3 on, as sd_listen_fds(3) wants them."""
        names = list(self.kept)
        self.environment["LISTEN_FDS"] = str(len(names))
        self.environment["LISTEN_FDNAMES"] = ":".join(names)
        # The shell becomes the daemon, so that LISTEN_PID is its own.
        moved = " ".join(f"{3 + i}<&{self.kept[name]}" for i, name in enumerate(names))
        command = f'LISTEN_PID=$$ exec "{program("netlogd")}" --config "{self.config}" {moved}'
        self.forget_sockets()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            pass_fds=list(self.kept.values()),
                                            env={**os.environ, **SANITIZERS, **self.environment})
        self.await_ready()

    def __exit__(self, kind, value, trace):
        super().__exit__(kind, value, trace)
        self.manager.close()
        for fd in self.kept.values():
            os.close(fd)


def generate(daemon, *arguments, protocols=("syslog-tcp",), wait=True):
    """netlog-gen towards the daemon; returns its summary by target, or the running process."""
    command = [program("netlog-gen")]
    for name in protocols:
        protocol, _, transport = name.partition("-")
        command += [f"--{name}", daemon.endpoint(protocol, transport or "udp")]
    command += [str(argument) for argument in arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return finish_generator(process) if wait else process


def finish_generator(process, status=0):
    out, errors = process.communicate(timeout=600)
    assert status is None or process.returncode == status, f"netlog-gen: exit {process.returncode}: {errors}{out[:500]}"
    return {target["target"]: target for target in json.loads(out)["targets"]}


def run(*command, **options):
    """A client program; its failure is the test's."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=PATIENCE, **options)
    assert result.returncode == 0, f"{command}: exit {result.returncode}\n{result.stdout}{result.stderr}"
    return result.stdout


def sequences(messages):
    """{connection: [number, ...]} of netlog-gen's ` seq=C.N` in order of appearance."""
    found = {}
    for text in messages:
        connection, _, number = text.rpartition("seq=")[2].partition(".")
        found.setdefault(int(connection), []).append(int(number))
    return found


def main():
    """The tests of the calling file: unittest.main, with exit status 77 when every test was skipped."""
    result = unittest.main(module="__main__", exit=False, verbosity=2).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if result.testsRun > 0 and len(result.skipped) == result.testsRun else 0)
