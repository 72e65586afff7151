#!/usr/bin/env python3
"""How long do questions take on many rows?

    tools/bench/queries.py [--rows 10000000] [--hours 24] [--build build/release] [--keep DIR] [--data DIR]

Fills a data directory with syslog rows through netlog-gen and netlogd, then asks every question of docs/queries.md and the
netlog commands of a bad night, each several times with a connection of its own, and reports, as Markdown, the median and the
worst. Limits: a second, two for `netlog context`; exit status 1 when one is missed.

With the package faketime the rows spread over the hours before now, as they would; without it they all lie in the
minutes that the filling takes, which is harder on every question about the last hour. --data asks a directory that is
there already (--keep). Numbers mean something in the release preset only.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT, CONTEXT_LIMIT = 1.0, 2.0  # seconds
RATE = 40_000  # messages a second while filling: what SQLite follows without falling far behind


def sql_blocks():
    """The SELECT statements of the page, in its order."""
    page = (ROOT / "docs" / "queries.md").read_text(encoding="utf-8").split("## pandas")[0]
    for block in re.findall(r"(?:^    .*\n)+", page, re.M):
        text = re.sub(r"^    ", "", block, flags=re.M)
        if text.startswith("SELECT"):
            yield from (statement.strip() for statement in text.split(";") if statement.strip())


class Data:
    """A data directory, and the database in it."""

    def __init__(self, folder):
        self.folder = folder

    def database(self):
        return sqlite3.connect(f"file:{self.folder / 'netlogd.db'}?mode=ro", uri=True, timeout=60)

    def one(self, query):
        database = self.database()
        try:
            row = database.execute(query).fetchone()
            return row and row[0]
        finally:
            database.close()


def fill(folder, build, rows, hours):
    """netlogd with a clock that runs so fast that the hours go by while the rows come."""
    config = folder / "netlogd.yaml"
    config.write_text('data_dir: ./data\nlisten: [{protocol: syslog, transport: tcp, address: 127.0.0.1, port: 0}]\n')
    data = folder / "data"
    command, environment = [str(build / "bin" / "netlogd"), "--config", str(config)], dict(os.environ)
    fake = shutil.which("faketime")
    if fake and hours > 0:
        seconds = rows / RATE
        begin = time.strftime("@%Y-%m-%d %H:%M:%S", time.localtime(time.time() + seconds - hours * 3600))
        command = [fake, "-f", f"{begin} x{hours * 3600 / seconds:.3f}", *command]
        environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
    elif hours > 0:
        print("faketime is not installed: all rows lie in the time the filling takes", file=sys.stderr)
    with open(folder / "netlogd.log", "wb") as log:
        daemon = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        listeners = data / "run" / "listeners.json"
        end = time.monotonic() + 60
        while not listeners.exists() or not listeners.read_text():
            assert daemon.poll() is None and time.monotonic() < end, (folder / "netlogd.log").read_text()[-2000:]
            time.sleep(0.05)
        port = json.loads(listeners.read_text())[0]["port"]
        begun = time.monotonic()
        subprocess.run([str(build / "bin" / "netlog-gen"), "--syslog-tcp", f"127.0.0.1:{port}", "--count", str(rows), "--rate", f"{RATE}/s",
                        "--connections", "20", "--devices", "300", "--source", "127.0.1.1", "--sources", "20"], check=True, stdout=subprocess.DEVNULL)
        sent = time.monotonic() - begun
        there = Data(data)

        def caught_up():
            try:
                return there.one("SELECT min(last_id, text_indexed_id, counted_id) FROM netlogd_state WHERE stream = 0") >= rows
            except (sqlite3.DatabaseError, TypeError):
                return False
        while not caught_up():
            assert daemon.poll() is None, (folder / "netlogd.log").read_text()[-2000:]
            time.sleep(0.2)
        print(f"{rows} rows sent in {sent:.1f} s, in SQLite with the text index after {time.monotonic() - begun:.1f} s; "
              f"database {os.path.getsize(data / 'netlogd.db') >> 20} MiB", file=sys.stderr)
    finally:
        daemon.terminate() if not fake or hours <= 0 else os.killpg(daemon.pid, 15)
        daemon.wait(timeout=120)
    return data


def clocked(action, times):
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        found = action()
        taken.append(time.perf_counter() - begun)
    return found, statistics.median(taken), max(taken)


class Bench:
    def __init__(self, data, build, times):
        self.data, self.build, self.times, self.rows = data, build, times, []

    def add(self, name, action, limit):
        found, median, worst = clocked(action, self.times)
        self.rows.append((name, found, median, worst, limit))
        print(f"  {median:8.3f} s  {worst:8.3f} s  {found:>8}  {name[:100]}", file=sys.stderr)

    def ask(self, statement):
        def action():
            database = self.data.database()
            try:
                return len(database.execute(statement).fetchall())
            finally:
                database.close()
        self.add(" ".join(statement.split()), action, LIMIT)

    def netlog(self, *arguments, limit=LIMIT):
        def action():
            result = subprocess.run([str(self.build / "bin" / "netlog"), "--data-dir", str(self.data.folder), *arguments], capture_output=True, text=True)
            assert result.returncode in (0, 1), result.stderr
            return result.stdout.count("\n")
        self.add("netlog " + " ".join(f"'{word}'" if " " in word or "*" in word else word for word in arguments), action, limit)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--keep", type=pathlib.Path, help="fill this folder and leave it")
    parser.add_argument("--data", type=pathlib.Path, help="a data directory that is there already")
    options = parser.parse_args()
    folder = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="netlogd-queries-"))
    folder.mkdir(exist_ok=True)
    try:
        data = Data(options.data or fill(folder.resolve(), options.build.resolve(), options.rows, options.hours))
        count = data.one("SELECT count(*) FROM logs")
        # What the page's examples name, as it is called in these rows.
        device = data.one("SELECT device_hostname FROM logs ORDER BY id DESC LIMIT 1 OFFSET 100")
        address = data.one("SELECT extracted_fields ->> '$.bgp_neighbor' FROM logs WHERE event_type = 'routing_protocol_bgp' "
                           "AND extracted_fields ->> '$.bgp_neighbor' LIKE '%.%' ORDER BY id DESC LIMIT 1") or data.one(
            "SELECT extracted_fields ->> '$.ip_addresses[0]' FROM logs ORDER BY id DESC LIMIT 1")
        bench = Bench(data, options.build.resolve(), options.times)
        for statement in sql_blocks():
            bench.ask(statement.replace("router-core-01", device).replace("192.168.1.2", address).replace("4711", str(count // 2)))
        bench.netlog("query", "--device", device, "--since", "1h", "-n", "200")
        bench.netlog("query", "--severity", "err", "-n", "200")
        bench.netlog("query", "--device", device, "--severity", "err", "--since", "1d", "-n", "200")
        bench.netlog("query", "--text", address, "-n", "200")
        bench.netlog("query", "--text", "changed state", "--since", "6h", "-n", "200")
        bench.netlog("query", "--message-id", "%BGP-*", "-n", "200")
        bench.netlog("query", "--event", "configuration_change", "-n", "200")
        bench.netlog("query", "--device", "nobody")
        bench.netlog("query", "--message-id", "*NOSUCH*")
        bench.netlog("query", "--site", "nowhere")
        bench.netlog("query", "--role", "core", "-n", "200")
        bench.netlog("query", "--parse-status", "partial,unparsed", "-n", "200")
        bench.netlog("unknown")
        bench.netlog("count")
        bench.netlog("count", "--by", "device")
        bench.netlog("count", "--by", "event,severity")
        bench.netlog("count", "--by", "site,vendor,message_id")
        bench.netlog("count", "--every", "1h")
        bench.netlog("count", "--by", "event", "--since", "1h")
        bench.netlog("count", "--by", "device,event", "--since", "1h")
        bench.netlog("count", "--by", "severity,site", "--since", "1h")
        bench.netlog("count", "--device", device, "--by", "event", "--since", "1h")
        bench.netlog("count", "--every", "5m", "--since", "1h")
        bench.netlog("timeline", "--device", device, "--minutes", "15")
        bench.netlog("devices")
        bench.netlog("context", "--symptom", f"BGP flapping on {device}", "--minutes", "60", "--budget", "8000", limit=CONTEXT_LIMIT)
        bench.netlog("context", "--device", device, "--symptom", "BGP flapping", "--minutes", "60", "--budget", "8000", limit=CONTEXT_LIMIT)
        print(f"{count} syslog rows, {options.times} runs of each, seconds\n\n| median | worst | limit | rows found | question |\n| --- | --- | --- | --- | --- |")
        for name, found, median, worst, limit in bench.rows:
            print(f"| {median:.3f} | {worst:.3f} | {limit:.0f}{' **missed**' if median > limit else ''} | {found} | `{name.replace('|', chr(92) + '|')}` |")
        missed = [name for name, _, median, _, limit in bench.rows if median > limit]
        print(f"\n{len(missed)} of {len(bench.rows)} missed their limit")
        sys.exit(1 if missed else 0)
    finally:
        if not options.keep and not options.data:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
