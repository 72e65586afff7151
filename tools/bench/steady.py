#!/usr/bin/env python3
"""A large enterprise's day as a steady rate: does everything arrive over UDP, and how long does it take?

    tools/bench/steady.py [--seconds 120] [--rate 10500] [--build build/release]

Sends syslog (96 %), traps (3 %) and NetFlow v5 packets (1 %) and reports, as Markdown:
  - loss: what netlog-gen sent against what is in the JSON lines and in SQLite, and the kernel's drops
  - latency from the kernel's receive time to the line being readable in the file (the reader polls, so its own
    pace, stated below, is in the figure), and to the row being visible in SQLite
  - processor time and resident memory of netlogd
Numbers mean something in the release preset only.
"""
import argparse
import datetime
import os
import pathlib
import sqlite3
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECEIVED_AT = b'"received_at":"'


def percentile(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def milliseconds(text, midnight):
    """The time of day of "2026-01-17T14:32:15.123456Z" in ms since `midnight` (a UTC day's start in ms)."""
    return midnight + ((int(text[11:13]) * 60 + int(text[14:16])) * 60 + float(text[17:26])) * 1000


class LineLatency(threading.Thread):
    """Reads the active file as it grows; each new line's age when it was first seen."""

    def __init__(self, path, stop):
        super().__init__()
        self.path, self.stop, self.ages, self.polls = path, stop, [], 0

    def run(self):
        midnight = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000
        rest = b""
        with open(self.path, "rb", buffering=0) as file:
            while not self.stop.is_set():
                data = file.read(1 << 20)
                self.polls += 1
                if not data:
                    time.sleep(0.0002)
                    continue
                now = time.time() * 1000
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    place = line.index(RECEIVED_AT) + len(RECEIVED_AT)
                    self.ages.append(now - milliseconds(line[place:place + 27].decode(), midnight))


class RowLatency(threading.Thread):
    """The age of the newest row of SQLite, each time a newer one is seen."""

    def __init__(self, path, stop):
        super().__init__()
        self.path, self.stop, self.ages = path, stop, []

    def run(self):
        seen = 0
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as database:
            while not self.stop.is_set():
                row = database.execute("SELECT id, received_us FROM logs ORDER BY id DESC LIMIT 1").fetchone()
                if row and row[0] > seen:
                    seen = row[0]
                    self.ages.append(time.time() * 1000 - row[1] / 1000)
                time.sleep(0.02)


def processor_seconds(pid):
    fields = open(f"/proc/{pid}/stat", encoding="ascii").read().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    for line in open(f"/proc/{pid}/status", encoding="ascii"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=10500)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    options = parser.parse_args()
    os.environ["NETLOGD_BUILD"] = str(options.build.resolve())
    sys.path.insert(0, str(ROOT / "tests" / "system"))
    from harness import Daemon, finish_generator, generate, wait_until

    shares = {"syslog-udp": 0.96, "snmp": 0.03, "flow": 0.01}
    with Daemon() as daemon:
        daemon.send("<13>Jan  1 00:00:00 host probe: first")
        daemon.wait_for_rows(1)
        stop = threading.Event()
        watchers = [LineLatency(daemon.data / "syslog" / "syslog.jsonl", stop), RowLatency(daemon.data / "netlogd.db", stop)]
        for watcher in watchers:
            watcher.start()
        cpu = processor_seconds(daemon.process.pid)
        running = [generate(daemon, "--rate", options.rate * share, "--seconds", options.seconds, "--connections", 20,
                            *(("--format", "v5") if name == "flow" else ()), protocols=(name,), wait=False) for name, share in shares.items()]
        sent = {}
        for process in running:
            sent.update(finish_generator(process))
        cpu = processor_seconds(daemon.process.pid) - cpu
        resident = resident_mib(daemon.process.pid)
        journaled = {}
        for name, stream, table, extra in (("syslog-udp", "syslog", "logs", 1), ("snmp", "trap", "traps", 0), ("flow", "flow", "flows", 0)):
            wanted = sent[name]["records"] + extra
            try:
                wait_until(lambda: daemon.sql_count(table) >= wanted, table, 30)
            except AssertionError:
                pass
            lines = sum(1 for _ in daemon.lines(stream)) - extra
            journaled[name] = (lines, daemon.sql_count(table) - extra)
        stop.set()
        for watcher in watchers:
            watcher.join()
        drops = sum(line.get("kernel_drops", 0) for line in daemon.ledger()["listeners"].values())

    messages = sum(target["messages"] for target in sent.values())
    print(f"Steady rate: {messages} messages in {options.seconds:g} s ({messages / options.seconds:.0f}/s), "
          f"netlogd {cpu:.2f} CPU s ({cpu / messages * 1e6:.2f} s per million), {resident:.0f} MiB resident, {drops} kernel drops\n")
    print("| kind | messages sent | records expected | in the JSON lines | in SQLite |\n| --- | --- | --- | --- | --- |")
    for name, (lines, rows) in journaled.items():
        print(f"| {name} | {sent[name]['messages']} | {sent[name]['records']} | {lines} | {rows} |")
    print("\n| latency, ms | p50 | p90 | p99 | p99.9 | max | samples |\n| --- | --- | --- | --- | --- | --- | --- |")
    for name, watcher in zip(("kernel to JSON line", "kernel to SQLite row"), watchers):
        ages = sorted(watcher.ages)
        print(f"| {name} | " + " | ".join(f"{percentile(ages, share):.2f}" for share in (0.5, 0.9, 0.99, 0.999, 1)) + f" | {len(ages)} |")
    print(f"\nThe reader looked {watchers[0].polls / options.seconds:.0f} times a second. Machine: {os.cpu_count()} processors, "
          f"{subprocess.run(['uname', '-r'], capture_output=True, text=True, check=False).stdout.strip()}")
    return 0 if all(lines == rows == sent[name]["records"] for name, (lines, rows) in journaled.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
