"""What compare and growth share: processes with what they cost, sockets, the checks of what was written, the page."""
import array
import contextlib
import json
import os
import pathlib
import platform
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
TICKS = os.sysconf("SC_CLK_TCK")
MOST_NUMBERS = 100_000_000  # of one connection; more is no number of ours


# --- processes

def tree_of(pid):
    """The leader of a session, its descendants, and what else is of the session, also after its end:
    {pid: (processor seconds, peak resident KiB)}."""
    parents, costs, family = {}, {}, {pid}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                    fields = file.read().rpartition(") ")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[0] == "Z":
                continue
            parents[int(entry)] = int(fields[1])
            if int(fields[3]) == pid:
                family.add(int(entry))
            costs[int(entry)] = (int(fields[11]) + int(fields[12])) / TICKS
    added = True
    while added:
        added = {child for child, parent in parents.items() if parent in family} - family
        family |= added
    return {member: (costs[member], peak_kib(member)) for member in family if member in costs}


def peak_kib(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


class Process:
    """A program that runs until it is stopped; what it and its children cost is kept beyond their end."""

    def __init__(self, command, log, environment=None):
        self.log = log
        with open(log, "ab") as file:
            self.child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                          env={**os.environ, **(environment or {})}, start_new_session=True)
        self.pid = self.child.pid
        self.seen = {}  # {pid: processor seconds}, also of those that have ended
        self.peak_kib = 0
        self.reaped = 0.0

    def look(self):
        self.note(tree_of(self.pid))

    def note(self, family):
        for pid, (seconds, _) in family.items():
            self.seen[pid] = max(seconds, self.seen.get(pid, 0.0))
        self.peak_kib = max(self.peak_kib, sum(kib for _, kib in family.values()))

    def cpu(self):
        """Processor seconds so far. What the kernel accounts at the end also knows children too short to be seen."""
        return max(sum(self.seen.values()), self.reaped)

    def peak_mib(self):
        """Of all that lived at a time, each with its own peak until then."""
        return self.peak_kib / 1024

    def is_alive(self):
        return self.child.poll() is None

    def await_port(self, kind, port, patience=60):
        end = time.monotonic() + patience
        while not is_bound(kind, port):
            if not self.is_alive() or time.monotonic() > end:
                raise RuntimeError(f"{self.child.args[0]} does not listen on {kind} {port}:\n{self.log_text()}")
            time.sleep(0.002)

    def log_text(self):
        return pathlib.Path(self.log).read_text(encoding="utf-8", errors="replace")[-3000:]

    def kill(self):
        """It and its children at once, after something went wrong."""
        for pid in tree_of(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.child.wait()

    def stop(self, number=signal.SIGTERM, whole_group=False, patience=120):
        """The signal, then waits for it, then for what it left running; looks at the costs until the end."""
        if self.child.returncode is None:
            os.killpg(self.pid, number) if whole_group else os.kill(self.pid, number)
        end = time.monotonic() + patience
        while True:
            family = tree_of(self.pid)  # helpers that outlive their parent write the rest
            self.note(family)
            if self.child.returncode is None:
                pid, status, usage = os.wait4(self.pid, os.WNOHANG)
                if pid:
                    self.child.returncode = os.waitstatus_to_exitcode(status)
                    self.reaped = usage.ru_utime + usage.ru_stime
            elif not family:
                return
            if time.monotonic() > end:
                for pid in family:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                end += patience
            time.sleep(0.01)


# --- sockets

def is_bound(kind, port):
    """Whether a UDP or listening TCP socket of this machine has the port, without sending anything to it."""
    for version in ("", "6"):
        with open(f"/proc/net/{kind}{version}", encoding="ascii") as table:
            next(table)
            for line in table:
                fields = line.split()
                if int(fields[1].rpartition(":")[2], 16) == port and (kind == "udp" or fields[3] == "0A"):
                    return True
    return False


def free_port(kind):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def receive_buffer_mib(port):
    """What the kernel gave the UDP socket (it counts its own overhead, so twice of what was asked); None if unknown."""
    try:
        text = subprocess.run(["ss", "-Hlunm", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    got = [int(part[2:]) for part in text.replace("(", ",").split(",") if part.startswith("rb")]
    return sum(got) / 2 / 1024 / 1024 if got else None


# --- checks

class Numbers:
    """How often each number of each connection was seen."""

    def __init__(self):
        self.counts, self.strange = {}, 0

    def add(self, connection, number):
        if number > MOST_NUMBERS:
            self.strange += 1
            return
        counts = self.counts.setdefault(connection, array.array("H"))
        if number >= len(counts):
            counts.extend([0] * (number + 65536 - len(counts)))
        counts[number] += 1

    def seen(self):
        """The same for the same records, in whatever order they came."""
        return {connection: counts.tobytes().rstrip(b"\0") for connection, counts in self.counts.items()}

    def check(self, expected):
        """(lost, duplicates, not sent) against {connection: messages}, which are numbered from 1."""
        lost = duplicates = foreign = 0
        for connection in set(expected) | set(self.counts):
            wanted, counts = expected.get(connection, 0), self.counts.get(connection, array.array("H"))
            mine = counts[1:wanted + 1]
            lost += wanted - len(mine) + mine.count(0)
            duplicates += sum(mine) - (len(mine) - mine.count(0))
            foreign += sum(counts[wanted + 1:]) + sum(counts[:1])
        return lost, duplicates, foreign + self.strange


class SharedNumbers(Numbers):
    """For records that carry their number but not their connection: connections count alike, so each number must
    come as often as there are connections that sent so many."""

    def check(self, expected):
        counts = self.counts.get(0, array.array("H"))
        lost = duplicates = 0
        ends = sorted(expected.values())
        longest = ends[-1] if ends else 0
        for number in range(1, longest + 1):
            while ends and ends[0] < number:
                ends.pop(0)
            seen = counts[number] if number < len(counts) else 0
            lost += max(0, len(ends) - seen)
            duplicates += max(0, seen - len(ends))
        return lost, duplicates, sum(counts[longest + 1:]) + sum(counts[:1]) + self.strange


# --- traffic

def generate(program, to, *arguments, patience=1200):
    """netlog-gen as it runs: a Popen whose summary() waits for its end. What it says of a thousand connections is more
    than a pipe holds that nobody reads until then, so it goes to a file."""
    said = tempfile.TemporaryFile("w+", encoding="utf-8")
    process = subprocess.Popen([str(program), *to, *(str(argument) for argument in arguments)], stdout=said, stderr=subprocess.PIPE, text=True)

    def summary():
        errors = process.communicate(timeout=patience)[1]
        with said:
            said.seek(0)
            out = said.read()
        if not out.startswith("{"):
            raise RuntimeError(f"netlog-gen: exit {process.returncode}: {errors}")
        return json.loads(out)["targets"][0]
    process.summary = summary
    return process


# --- the page

def median_and_spread(values, digits=0):
    """"12,345 (11,900–12,800)", or the value alone when there is one."""
    def text(value):
        return f"{value:,.{digits}f}"
    values = [value for value in values if value is not None]
    if not values:
        return "–"
    middle = text(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({text(min(values))}–{text(max(values))})"


def table(heads, rows):
    return "\n".join(["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |",
                      *("| " + " | ".join(row) + " |" for row in rows)])


def machine():
    """The machine and how busy it was, as one sentence."""
    model = memory = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), model)
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = f"{int(next(file).split()[1]) / 1024 / 1024:.1f} GiB"
    release = "unknown system"
    if os.path.exists("/etc/os-release"):
        with open("/etc/os-release", encoding="utf-8") as file:
            release = next((line.partition("=")[2].strip().strip('"') for line in file if line.startswith("PRETTY_NAME=")), release)
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return (f"{model}, {os.cpu_count()} cores, {memory} memory, Linux {platform.release()}, {release}, "
            f"load average {load} at the start, {time.strftime('%Y-%m-%d', time.gmtime())}")


def touch_memory(folder, messages):
    """A virtual machine gets memory from its host page by page when it first touches it, which may take 10 µs for 4 KiB:
    more than a collector needs for the records in them. So what the page cache will use is touched before anyone is measured."""
    with open("/proc/meminfo", encoding="ascii") as file:
        available = next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable"))
    piece = bytes(1 << 20)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(min(messages * 8192, available // 2) // len(piece)):
            file.write(piece)


def write_between_markers(page, name, text):
    """Replaces what stands between the page's two comments of that name; adds them at its end the first time."""
    begin, end = f"<!-- {name}: begin, written by tools/bench/{name} -->", f"<!-- {name}: end -->"
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    block = f"{begin}\n{text.strip()}\n{end}"
    if begin in old and end in old:
        old = old.partition(begin)[0] + block + old.partition(end)[2]
    else:
        old = old.rstrip("\n") + "\n\n" + block + "\n"
    page.write_text(old, encoding="utf-8")
