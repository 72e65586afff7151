"""One run: a collector takes the traffic of netlog-gen until all of it is written, is stopped, and what it wrote is checked."""
import dataclasses
import os
import pathlib
import shutil
import tempfile
import time

from measuring import Process, free_port, generate, receive_buffer_mib

STEP = 0.02
MOST_OF_IT = 0.995    # of the size is written: the rest may lie in a buffer that a timer empties


@dataclasses.dataclass
class Traffic:
    target: str                 # netlog-gen's option: syslog-tcp, syslog-udp, snmp, flow
    arguments: tuple = ()
    per_message: int = 1        # records in each message; the rate and the count are of messages


@dataclasses.dataclass
class Outcome:
    sent: int = 0               # records
    sent_rate: float = 0        # records/s, by netlog-gen's clock
    rate: float = 0             # records/s from the first to the last octet written
    cpu_per_million: float = 0
    bytes_per_record: float = 0
    peak_mib: float = 0
    idle_mib: float = 0         # resident before the traffic
    bound_ms: float = 0         # from the start of the process to the bound socket
    lost: int = 0
    duplicates: int = 0
    strange: int = 0            # lines that are no record, or were not sent
    buffer_mib: float = None
    remark: str = ""

    def is_clean(self):
        return self.lost == self.duplicates == self.strange == 0


class Sizes:
    """How the files grow."""

    def __init__(self, collector, folder):
        self.collector, self.folder = collector, folder
        self.samples, self.changed, self.last = [], time.monotonic(), None

    def look(self):
        now, size, newest = time.monotonic(), 0, 0
        for path in self.collector.files(self.folder):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            size += status.st_size
            newest = max(newest, status.st_mtime_ns)
        if (size, newest) != self.last:
            self.last, self.changed = (size, newest), now
        self.samples.append((now, size))

    def end(self):
        """When the work was done, by the monotonic clock."""
        final = self.samples[-1][1]
        if self.collector.ends_by == "time":
            return time.monotonic() - (time.time() - self.last[1] / 1e9)
        return next(when for when, size in self.samples if size >= MOST_OF_IT * final)


def settle(process, sizes, quiet, still_sending=lambda: False):
    """Until the sender has ended, nothing is written any more, and the processor is left alone."""
    looked, busy_until, cpu = 0.0, time.monotonic(), process.cpu()
    while True:
        sizes.look()
        now = time.monotonic()
        if now - looked >= 0.5:
            process.look()
            looked = now
            if process.cpu() - cpu > 0.08:
                busy_until = now
            cpu = process.cpu()
            if not process.is_alive():
                raise RuntimeError(f"{process.child.args[0]} has ended by itself:\n{process.log_text()}")
        if still_sending():
            busy_until = now
        elif now - max(sizes.changed, busy_until) > quiet:
            return
        time.sleep(STEP)


def run(collector, traffic, gen, work_folder, count, rate=None):
    """The outcome of `count` messages at `rate` a second, or as fast as they are taken."""
    work_folder.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=work_folder))
    port = free_port(collector.kind)
    outcome = Outcome()
    begun = time.monotonic()
    process = Process(collector.command(folder, port), folder / "log", collector.environment(folder))
    try:
        collector.ready(process, port)
        outcome.bound_ms = (time.monotonic() - begun) * 1000
        if collector.kind == "udp":
            outcome.buffer_mib = receive_buffer_mib(port)
        process.look()
        outcome.idle_mib = process.peak_mib()
        before = process.cpu()
        sizes = Sizes(collector, folder)
        limits = ("--count", count, *(("--rate", rate) if rate else ()))
        begun = time.monotonic()
        sender = generate(gen, (f"--{traffic.target}", f"127.0.0.1:{port}"), *limits, *traffic.arguments)
        settle(process, sizes, collector.quiet, lambda: sender.poll() is None)
        summary = sender.summary()
        if collector.flush(process, folder):
            settle(process, sizes, collector.quiet)
        ended = sizes.end() if sizes.last and sizes.last[1] else time.monotonic()
        process.stop(collector.stop_signal, collector.stops_as_group)
        outcome.sent = summary["records"]
        outcome.sent_rate = outcome.sent / summary["seconds"] if summary["seconds"] else 0
        outcome.rate = outcome.sent / max(ended - begun, 1e-6)
        outcome.peak_mib = process.peak_mib()
        outcome.cpu_per_million = (process.cpu() - before) / outcome.sent * 1e6
        size = sum(path.stat().st_size for path in collector.files(folder))
        check(outcome, collector.numbers(folder), summary, traffic)
        if 0 < outcome.lost <= collector.kept_back:
            outcome.lost, outcome.remark = 0, f"{outcome.lost} kept back at the stop"
        outcome.bytes_per_record = size / max(1, outcome.sent - outcome.lost)
        if not outcome.is_clean() and hasattr(collector, "ledger"):
            outcome.remark = collector.ledger(folder)
    finally:
        process.kill()
        if os.environ.get("NETLOGD_KEEP"):
            print(f"kept: {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return outcome


def check(outcome, numbers, summary, traffic):
    if isinstance(numbers, int):  # a collector that only counts
        outcome.lost = max(0, summary["messages"] - numbers) * traffic.per_message
        outcome.strange = max(0, numbers - summary["messages"])
        return
    sent = {one["connection"]: one["records"] for one in summary["connections"]}
    outcome.lost, outcome.duplicates, outcome.strange = numbers.check(sent)
