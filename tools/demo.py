#!/usr/bin/env python3
"""The demo behind ./tools/run --demo: starts netlogd, lets netlog-gen send traffic of every protocol to it, shows the
records as they are written, asks SQLite a few questions, and goes on showing records until Ctrl-C."""
import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ
SEVERITY_COLOURS = {0: "1;35", 1: "1;35", 2: "1;31", 3: "31", 4: "33", 5: "36", 6: "32", 7: "2"}
WIDTH = 170

QUESTIONS = [
    ("What happened, and how often?",
     "SELECT event_type, count(*) AS messages FROM logs GROUP BY event_type ORDER BY messages DESC LIMIT 8"),
    ("The newest messages that are errors or worse",
     "SELECT substr(received_at, 12, 8) AS time, device_hostname AS device, severity_text AS severity, message_id, "
     "substr(message, 1, 60) AS message FROM logs WHERE severity <= 3 ORDER BY id DESC LIMIT 5"),
    ("Which devices speak most?",
     "SELECT device_hostname AS device, device_site AS site, vendor, count(*) AS messages FROM logs "
     "GROUP BY 1, 2, 3 ORDER BY messages DESC LIMIT 5"),
    ("Which traps came?",
     "SELECT coalesce(trap_name, trap_type) AS trap, version, count(*) AS traps FROM traps GROUP BY 1, 2 ORDER BY traps DESC LIMIT 5"),
    ("Who moves the most octets?",
     "SELECT src_ip, dst_ip, dst_port, sum(bytes) AS octets, count(*) AS flows FROM flows WHERE src_ip IS NOT NULL "
     "GROUP BY 1, 2, 3 ORDER BY octets DESC LIMIT 5"),
]


def paint(text, colour):
    return f"\x1b[{colour}m{text}\x1b[0m" if COLOURS else text


def printable(text):
    """What devices send never reaches the terminal as a control sequence."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def line_of(record):
    """One readable line; the colour follows the severity."""
    kind, device = record["record_type"], record["device"]
    severity = record.get("severity")
    if kind == "syslog":
        word, name, text = record["severity_text"] or "-", record["message_id"] or record["process"] or "-", record["message"] or ""
    elif kind == "trap":
        values = "  ".join(f"{v['name'] or v['oid']}={v['value']}" for v in record["varbinds"][2:])
        word, name, text = f"TRAP {record['version']}", record["trap_name"] or record["trap_type"], values
    elif record.get("flow_type") == "counter":
        word, name, text = "COUNTER", "sflow", json.dumps(record["extracted_fields"])
    else:
        word, name = "FLOW", f"v{record['flow_version']}".replace("vsflow", "sflow ")
        text = (f"{record['src_ip']}:{record['src_port']} -> {record['dst_ip']}:{record['dst_port']} "
                f"{record['packets']} packets {record['bytes']} octets")
    where = device["hostname"] if device["hostname"] != "unknown" else record["source_ip"]
    site = "" if device["site"] == "unknown" else f" ({device['site']})"
    rest = printable(f"{name}  {text}")[:WIDTH - 60]
    return f"{paint(record['received_at'][11:23], '2')} {where + site:<28.28} {paint(f'{word:<9.9}', SEVERITY_COLOURS.get(severity, '34'))} {rest}"


class Follower:
    """The new whole lines of one stream's active file, also across a rotation."""

    def __init__(self, path):
        self.path, self.file, self.rest = path, None, b""
        self.open(at_end=True)

    def open(self, at_end=False):
        try:
            self.file = open(self.path, "rb")
        except FileNotFoundError:
            self.file = None
            return
        self.rest = b""
        if at_end:
            self.file.seek(0, os.SEEK_END)

    def lines(self):
        if self.file is None:
            self.open()
            return []
        data = self.rest + self.file.read()
        *lines, self.rest = data.split(b"\n")
        if not lines and self.was_rotated():
            self.open()
        return lines

    def was_rotated(self):
        try:
            return os.stat(self.path).st_ino != os.fstat(self.file.fileno()).st_ino
        except FileNotFoundError:
            return False


def show_new(followers):
    records = []
    for follower in followers:
        records += [json.loads(line) for line in follower.lines()]
    for record in sorted(records, key=lambda record: record["received_at"]):
        print(line_of(record), flush=True)


def program(build, name):
    found = [path for path in pathlib.Path(build).rglob(name) if path.is_file() and os.access(path, os.X_OK)]
    if not found:
        sys.exit(f"demo: {name} is not built in {build}")
    return str(found[0])


def data_folder(config):
    """data_dir of the config file; a relative one starts at the file's folder."""
    stated = re.search(r"^data_dir:\s*([^#\n]+?)\s*(#.*)?$", config.read_text(encoding="utf-8"), re.MULTILINE)
    return config.parent / (stated.group(1).strip("\"'") if stated else "/var/lib/netlogd")


def await_listeners(daemon, path, log):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if daemon.poll() is not None:
            sys.exit(f"demo: netlogd did not start:\n{log.read_text(errors='replace')}")
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.05)
    sys.exit("demo: netlogd has not bound its sockets within 120 s")


def generator_arguments(listeners):
    arguments = []
    for entry in listeners:
        option = {"syslog": f"--syslog-{entry['transport']}", "snmp": "--snmp", "flow": "--flow"}[entry["protocol"]]
        host = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}.get(entry["address"], entry["address"])
        if option != "--syslog-tls" and option not in arguments:
            arguments += [option, f"[{host}]:{entry['port']}" if ":" in host else f"{host}:{entry['port']}"]
    return arguments


def ask_sqlite(data):
    """Waits until SQLite has caught up, then shows each question with its SQL and the answer."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        ledger = json.loads((data / "run" / "ledger.json").read_text(encoding="utf-8"))
        if all(follower["pending"] == 0 for follower in ledger["followers"].values()):
            break
        time.sleep(0.2)
    for question, query in QUESTIONS:
        print("\n" + paint(question, "1"))
        print(paint(f'$ sqlite3 {data / "netlogd.db"} "{query}"', "2"), flush=True)
        subprocess.run(["sqlite3", "-readonly", "-box", data / "netlogd.db", query], check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--config", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    config = options.config.resolve()
    data = data_folder(config).resolve()
    listeners_file = data / "run" / "listeners.json"
    listeners_file.unlink(missing_ok=True)
    data.parent.mkdir(parents=True, exist_ok=True)
    log = data.parent / "netlogd-demo.log"

    def stop(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with open(log, "w", encoding="utf-8") as log_file:
        daemon = subprocess.Popen([program(options.build, "netlogd"), "--config", str(config)], stderr=log_file, stdout=log_file,
                                  start_new_session=True)
    generator = None
    try:
        listeners = await_listeners(daemon, listeners_file, log)
        followers = [Follower(data / stream / f"{stream}.jsonl") for stream in ("syslog", "trap", "flow")]
        print(paint(f"netlogd runs (its own log: {log}); {options.seconds:g} s of traffic from simulated devices:", "1"), flush=True)
        generator = subprocess.Popen(
            [program(options.build, "netlog-gen"), *generator_arguments(listeners), "--rate", "3/s", "--seconds", str(options.seconds),
             "--connections", "12", "--source", "127.0.1.1", "--flows-per-packet", "2"], stdout=subprocess.DEVNULL, start_new_session=True)
        while generator.poll() is None:
            show_new(followers)
            time.sleep(0.05)
        time.sleep(0.2)
        show_new(followers)
        ask_sqlite(data)
        show_new(followers)
        where = ", ".join(f"{e['protocol']}/{e['transport']} {e['address']}:{e['port']}" for e in listeners)
        print("\n" + paint(f"Listening on {where}.", "1"))
        print(f"JSON lines: {data}/{{syslog,trap,flow}}/*.jsonl   SQLite: {data}/netlogd.db   Ctrl-C stops.", flush=True)
        while daemon.poll() is None:
            show_new(followers)
            time.sleep(0.1)
        sys.exit(f"demo: netlogd has ended with {daemon.returncode}; see {log}")
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if generator is not None and generator.poll() is None:
            generator.terminate()
            generator.wait()
        if daemon.poll() is None:
            daemon.terminate()
            daemon.wait(timeout=60)
    print(f"\nnetlogd stopped with status {daemon.returncode}.")
    sys.exit(daemon.returncode)


if __name__ == "__main__":
    main()
