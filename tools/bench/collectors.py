"""netlogd and its peers, each with the configuration that did best for the work, and how to read what they wrote.

A collector has a name, `command(folder, port)`, the files it writes, and `numbers(folder)` for the check. None of them
syncs each message to the disk. Peers' JSON lines have the same 19 values as far as the peer knows them.
"""
import gzip
import json
import re
import signal
import sqlite3
import subprocess
import time

import aside
from measuring import Numbers, SharedNumbers

BUFFER = 64 << 20
SEQUENCE = re.compile(rb"seq=(\d+)\.(\d+)")
SAMPLE = 997  # every so many lines one is read as JSON


def opened(path):
    return gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb")


class Collector:
    kind = "tcp"            # of the socket it listens on
    target = None           # netlog-gen's option, where it is not the work's
    program = None          # of the peer, to be found aside
    patterns = ("out*",)    # its files, in its folder
    ends_by = "size"        # a file that only grows; "time": the last change counts
    json_lines = True
    kept_back = 0           # records that it may lose at its stop, not under load
    quiet = 1.0             # seconds without a change after the sender's end: all that comes has been written
    stop_signal, stops_as_group = signal.SIGTERM, False

    def __init__(self, name, **options):
        self.name = name
        self.__dict__.update(options)

    def is_there(self):
        return aside.find(self.program) is not None

    def label(self):
        return f"{self.program} {aside.version(self.program).split('-')[0]} {self.name}".strip()

    def environment(self, folder):
        return aside.environment()

    def files(self, folder):
        return sorted(path for pattern in self.patterns for path in folder.glob(pattern) if path.is_file())

    def ready(self, process, port):
        process.await_port(self.kind, port)

    def flush(self, process, folder):
        """After everything has arrived: what makes it write the rest, where that is not the stop; true if it has to."""
        return False

    def lines(self, folder):
        for path in self.files(folder):
            with opened(path) as file:
                yield from file

    def numbers(self, folder):
        found = Numbers()
        for count, line in enumerate(self.lines(folder)):
            match = SEQUENCE.search(line)
            if match is None or not line.endswith(b"\n") or (self.json_lines and count % SAMPLE == 0 and not is_json(line)):
                found.strange += 1
            if match:
                found.add(int(match[1]), int(match[2]))
        return found


def is_json(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


class Netlogd(Collector):
    protocol, stream, compress, sqlite, text_index, tls = "syslog", "syslog", False, False, False, False
    inventory = knowledge = None
    build = None
    flow_keys = re.compile(rb'"src_as":(\d+).*?"dst_as":(\d+)')

    def is_there(self):
        return self.build is not None

    def label(self):
        return f"netlogd {self.name}".strip()

    def environment(self, folder):
        return {}

    @property
    def patterns(self):
        return ("data/netlogd.db*",) if self.sqlite else (f"data/{self.stream}/{self.stream}*.jsonl*",)

    @property
    def ends_by(self):
        return "time" if self.sqlite or self.compress else "size"

    def listener(self, folder, port):
        listener = {"protocol": self.protocol, "transport": self.kind, "address": "127.0.0.1", "port": port}
        if self.tls:
            pair = {"certificate": str(folder / "certificate.pem"), "key": str(folder / "key.pem")}
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                            "-subj", "/CN=localhost", "-out", pair["certificate"], "-keyout", pair["key"]], check=True, capture_output=True)
            listener |= {"transport": "tls", "tls": pair}
        return listener

    def command(self, folder, port):
        settings = {
            "data_dir": "./data",
            "listen": [self.listener(folder, port)],
            "limits": {"unknown_rate": "off"},
            "journal": {"compress": self.compress, "rotate_size": "100MiB" if self.compress else "100GiB", "min_free": "off"},
            "sqlite": {"enabled": self.sqlite, "text_index": self.text_index},
            "stop": {"follower_wait": "10m"},
        }
        if self.inventory:
            settings["inventory"] = {"file": str(self.inventory)}
        if self.knowledge:
            settings["knowledge"] = {"dir": str(self.knowledge)}
        config = folder / "netlogd.yaml"
        config.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in settings.items()), encoding="utf-8")
        return [self.build / "bin" / "netlogd", "--config", config]

    def flush(self, process, folder):
        if self.compress:
            process.child.send_signal(signal.SIGUSR1)  # closes the segment
        return self.compress

    def lines(self, folder):
        paths = sorted((folder / "data" / self.stream).glob(f"{self.stream}*.jsonl*"))
        for path in paths:
            with opened(path) as file:
                yield from file

    def numbers(self, folder):
        if self.sqlite:  # both must have everything once
            journal, rows = self.journal_numbers(folder), rows_of(folder / "data" / "netlogd.db", "SELECT message FROM logs")
            if journal.seen() != rows.seen():
                rows.strange += 1
            rows.strange += journal.strange
            return rows
        return self.journal_numbers(folder)

    def journal_numbers(self, folder):
        return super().numbers(folder) if self.stream != "flow" else flow_numbers(self.lines(folder), self.flow_keys)

    def ledger(self, folder):
        """What netlogd itself says of losses."""
        try:
            listeners = json.loads((folder / "data/run/ledger.json").read_text(encoding="utf-8"))["listeners"]
        except (FileNotFoundError, ValueError, KeyError):
            return "no ledger"
        return json.dumps({name: {key: value for key, value in line.items() if value} for name, line in listeners.items()})


def rows_of(path, query):
    found = Numbers()
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)
    database.text_factory = bytes
    try:
        for (text,) in database.execute(query):
            match = SEQUENCE.search(text)
            if match:
                found.add(int(match[1]), int(match[2]))
            else:
                found.strange += 1
    finally:
        database.close()
    return found


def flow_numbers(lines, keys):
    found = SharedNumbers()
    for line in lines:
        match = keys.search(line)
        if match:
            found.add(0, (int(match[1]) << 16) + int(match[2]))
        else:
            found.strange += 1
    return found


class Rsyslog(Collector):
    program, cisco, zip_level = "rsyslogd", False, 0
    queue = ('queue.type="FixedArray" queue.size="200000" queue.dequeueBatchSize="4096" queue.workerThreads="2"'
             ' queue.workerThreadMinimumMessages="40000" queue.timeoutEnqueue="600000"')
    values = [
        ("received_at", 'name="timegenerated" dateFormat="rfc3339"'), ("source_ip", 'name="fromhost-ip"'),
        ("transport", 'name="inputname"'), ("host", 'name="fromhost"'), ("raw_message", 'name="rawmsg"'),
        ("facility", 'name="syslogfacility"'), ("facility_text", 'name="syslogfacility-text"'),
        ("severity", 'name="syslogseverity"'), ("severity_text", 'name="syslogseverity-text"'),
        ("timestamp", 'name="timereported" dateFormat="rfc3339"'), ("hostname", 'name="hostname"'),
        ("process", 'name="programname"'), ("app_name", 'name="app-name"'), ("pid", 'name="procid"'),
        ("message_id", 'name="msgid"'), ("tag", 'name="syslogtag"'), ("protocol_version", 'name="protocol-version"'),
        ("message", 'name="msg"'),
    ]

    def command(self, folder, port):
        modules = aside.folder_with("usr/lib/*/rsyslog/imptcp.so")
        properties = "\n".join(f'  property(outname="{key}" {what} format="jsonf")' for key, what in self.values)
        if self.kind == "udp":
            listen = ('module(load="imudp" threads="2" batchSize="256" timeRequery="8")\n'
                      f'input(type="imudp" address="127.0.0.1" port="{port}" rcvbufSize="{BUFFER}" ruleset="all")\n')
        else:
            listen = ('module(load="imptcp" threads="2" processOnPoller="on")\n'
                      f'input(type="imptcp" address="127.0.0.1" port="{port}" ruleset="all")\n')
        parsers = ' parser=["rsyslog.ciscoios", "rsyslog.rfc5424", "rsyslog.rfc3164"]' if self.cisco else ""
        zipped = f' zipLevel="{self.zip_level}" veryRobustZip="off"' if self.zip_level else ""
        config = folder / "rsyslog.conf"
        config.write_text(
            f'global(workDirectory="{folder}" net.enableDNS="off")\n'
            + ('module(load="pmciscoios")\nparser(name="rsyslog.ciscoios" type="pmciscoios" present.origin="on")\n' if self.cisco else "")
            + f'template(name="json" type="list" option.jsonf="on") {{\n'
            f'  constant(outname="record_type" value="syslog" format="jsonf")\n{properties}\n}}\n'
            f'ruleset(name="all" {self.queue}{parsers}) {{\n'
            f'  action(type="omfile" file="{folder}/out.jsonl{".gz" if zipped else ""}" template="json" asyncWriting="on"'
            f' ioBufferSize="256k" flushOnTXEnd="off" flushInterval="1"{zipped})\n}}\n{listen}', encoding="utf-8")
        return [aside.find("rsyslogd"), "-n", "-f", config, "-i", folder / "rsyslog.pid", "-M", modules]


class SyslogNg(Collector):
    program, sqlite = "syslog-ng", False
    values = ("record_type=syslog received_at=$R_ISODATE source_ip=$SOURCEIP transport=$TRANSPORT host_from=$HOST_FROM"
              " raw_message=$RAWMSG facility=int64($FACILITY_NUM) facility_text=$FACILITY severity=int64($LEVEL_NUM)"
              " severity_text=$LEVEL timestamp=$S_ISODATE hostname=$HOST process=$PROGRAM pid=$PID message_id=$MSGID"
              " tag=$MSGHDR structured_data=$SDATA sequence=$SEQNUM message=$MSG")
    columns = [("received_at", "$R_ISODATE"), ("source_ip", "$SOURCEIP"), ("raw_message", "$RAWMSG"), ("facility", "$FACILITY_NUM"),
               ("severity", "$LEVEL_NUM"), ("timestamp", "$S_ISODATE"), ("hostname", "$HOST"), ("process", "$PROGRAM"),
               ("pid", "$PID"), ("message_id", "$MSGID"), ("message", "$MSG")]

    def is_there(self):  # the library of drivers has its folder built in
        return super().is_there() and (not self.sqlite or aside.has_sqlite_driver())

    @property
    def patterns(self):
        return ("out.db*",) if self.sqlite else ("out*",)

    @property
    def ends_by(self):
        return "time" if self.sqlite else "size"

    def command(self, folder, port):
        modules = aside.folder_with("usr/lib/syslog-ng/*/libaffile.so")
        if self.kind == "udp":
            listen = "".join(f'  network(ip("127.0.0.1") port({port}) transport("udp") so-rcvbuf({BUFFER}) so-reuseport(1)'
                             f' persist-name("u{n}") log-fetch-limit(1000) flags(store-raw-message));\n' for n in range(2))
        else:
            listen = (f'  network(ip("127.0.0.1") port({port}) transport("tcp") max-connections(1000) log-iw-size(1000000)'
                      ' log-fetch-limit(1000) flags(store-raw-message));\n')
        if self.sqlite:
            names = ", ".join(f'"{name} text"' for name, _ in self.columns)
            texts = ", ".join(f'"{text}"' for _, text in self.columns)
            into = (f'sql(type(sqlite3) database("{folder}/out.db") table("logs") columns({names})'
                    f' values({texts}) indexes("received_at", "hostname", "severity") batch-lines(5000) batch-timeout(1000)'
                    ' flags(explicit-commits) session-statements("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"));')
        else:
            into = f'file("{folder}/out.jsonl" template("$(format-json {self.values})\\n") flush-lines(1000));'
        config = folder / "syslog-ng.conf"
        config.write_text(
            "@version: 3.38\noptions { threaded(yes); use-dns(no); keep-hostname(yes); stats-freq(0); log-fifo-size(1000000);"
            f" time-reopen(1); create-dirs(no); }};\nsource s {{\n{listen}}};\ndestination d {{ {into} }};\n"
            f"log {{ source(s); destination(d);{' flags(flow-control);' if self.kind == 'tcp' else ''} }};\n", encoding="utf-8")
        return [aside.find("syslog-ng"), "-F", "-f", config, "--no-caps", "--module-path", modules, "--worker-threads=2",
                "-R", folder / "ng.persist", "-p", folder / "ng.pid", "-c", folder / "ng.ctl"]

    def numbers(self, folder):
        return rows_of(folder / "out.db", "SELECT message FROM logs") if self.sqlite else super().numbers(folder)


class Snmptrapd(Collector):
    program, kind, json_lines = "snmptrapd", "udp", False

    def environment(self, folder):
        return {**super().environment(folder), "MIBS": "", "SNMPCONFPATH": str(folder), "SNMP_PERSISTENT_DIR": str(folder)}

    def command(self, folder, port):
        config = folder / "traps.conf"
        config.write_text("disableAuthorization yes\ndoNotRetainNotificationLogs yes\n"
                          f"[snmp] serverRecvBuf {BUFFER}\n[snmptrapd]\n"
                          "format2 %.4y-%.2m-%.2lT%.2h:%.2j:%.2k %b %v\\n\n", encoding="utf-8")
        return [aside.find("snmptrapd"), "-f", "-n", "-On", "-OQ", "-Ot", "-C", "-c", config, "-Lf", folder / "out.txt",
                "-p", folder / "snmptrapd.pid", f"udp:127.0.0.1:{port}"]

    def lines(self, folder):
        for line in super().lines(folder):
            if SEQUENCE.search(line) or line.count(b"=") > 1:  # its own start and stop are in the file too
                yield line


class Nfcapd(Collector):
    program, kind, compression, patterns = "nfcapd", "udp", "", ("flows/nfcapd*",)

    def command(self, folder, port):
        (folder / "flows").mkdir(exist_ok=True)
        return [aside.find("nfcapd"), "-w", folder / "flows", "-b", "127.0.0.1", "-p", port, "-B", BUFFER, "-t", "3600",
                *([self.compression] if self.compression else [])]

    def numbers(self, folder):
        found = SharedNumbers()
        for path in self.files(folder):
            text = subprocess.run([aside.find("nfdump"), "-r", str(path), "-q", "-o", "fmt:%sas,%das"], capture_output=True, check=True,
                                  env=aside.environment()).stdout
            for source, destination in re.findall(rb"(\d+),\s*(\d+)", text):
                found.add(0, (int(source) << 16) + int(destination))
        return found


class Nfacctd(Collector):
    """Aggregates in memory and writes every two seconds; the numbers make every flow an aggregate of its own, as a
    line for each flow wants it. With 400,009 print_cache_entries 1.7.7 was seen to write one line of 30,000."""
    program, kind, stop_signal = "nfacctd", "udp", signal.SIGINT
    stops_as_group, quiet = True, 5.0
    kept_back = 300  # its last buffer between the two processes, not full, is lost at the stop: 264 were seen
    keys = re.compile(rb'"as_src": (\d+), "as_dst": (\d+)')

    def ready(self, process, port):  # binds before its writing process is attached
        super().ready(process, port)
        time.sleep(2)

    def command(self, folder, port):
        config = folder / "nfacctd.conf"
        config.write_text(
            f"daemonize: false\nnfacctd_ip: 127.0.0.1\nnfacctd_port: {port}\nnfacctd_as: netflow\nnfacctd_time_new: true\n"
            f"nfacctd_disable_checks: true\nnfacctd_pipe_size: {BUFFER}\nplugin_pipe_size: 268435456\nplugin_buffer_size: 262144\n"
            "plugins: print[a]\nprint_output[a]: json\nprint_refresh_time[a]: 2\n"
            f"print_output_file[a]: {folder}/out.jsonl\nprint_output_file_append[a]: true\n"
            "aggregate[a]: peer_src_ip, src_host, dst_host, peer_dst_ip, in_iface, out_iface, src_port, dst_port, proto, tos,"
            " tcpflags, src_as, dst_as, src_mask, dst_mask, timestamp_start, timestamp_end\n",
            encoding="utf-8")
        return [aside.find("nfacctd"), "-f", config]

    def numbers(self, folder):
        return flow_numbers(self.lines(folder), self.keys)


class ReceiveOnly(Collector):
    """The limit: recvmmsg and counting, nothing else."""
    kind, build, patterns = "udp", None, ()

    def is_there(self):
        return self.build is not None and (self.build / "bin" / "netlog-limits").exists()

    def label(self):
        return self.name

    def command(self, folder, port):
        return [self.build / "bin" / "netlog-limits", "receive", port, BUFFER, folder / "received"]

    def numbers(self, folder):
        return int((folder / "received").read_text(encoding="ascii"))
