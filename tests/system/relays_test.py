"""rsyslog and syslog-ng as senders, as people have them in front: over UDP and TCP, in both framings."""
import contextlib
import os
import pathlib
import subprocess
import unittest

from harness import Daemon, PATIENCE, SOURCE, main, needs, tool

ROOT = SOURCE / "build" / "tools-root"
MESSAGES = [f"line {number} of the file with 'quotes', \"more\" and a [bracket]" for number in range(200)]


def folder_of(pattern):
    """Where a program's own modules are: unpacked aside, or on the machine."""
    for root in (ROOT, pathlib.Path("/")):
        for path in sorted(root.glob(pattern)):
            return str(path.parent)
    raise FileNotFoundError(pattern)


@contextlib.contextmanager
def running(command, folder, environment=None):
    with open(folder / "relay.log", "ab") as log:
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env={**os.environ, **(environment or {})})
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


class Relays(unittest.TestCase):
    def expect(self, relay, expected_copies):
        """Every message once by each way, in order, with its time and application."""
        with Daemon() as daemon:
            (daemon.folder / "in.log").write_text("".join(text + "\n" for text in MESSAGES), encoding="utf-8")
            with relay(daemon):
                records = daemon.wait_for_records(expected_copies * len(MESSAGES))
            by_connection = {}
            for record in records:
                by_connection.setdefault((record["transport"], record["raw_message"][:8].rpartition(">")[2][:1]), []).append(record)
            self.assertEqual(len(by_connection), expected_copies, by_connection.keys())
            for way, mine in by_connection.items():
                self.assertEqual([r["message"].strip() for r in mine], MESSAGES, way)
                for record in mine:
                    self.assertEqual((record["parse_status"], record["process"], record["facility"], record["severity"]),
                                     ("parsed", "app", 16, 5), record)
                    self.assertIsNotNone(record["timestamp_normalized"])

    def rsyslog(self, daemon):
        host, port = daemon.address("syslog", "tcp")
        _, datagrams = daemon.address("syslog", "udp")
        config = daemon.folder / "rsyslog.conf"
        config.write_text(
            f'global(workDirectory="{daemon.folder}")\nmodule(load="imfile" mode="polling" pollingInterval="1")\n'
            f'input(type="imfile" file="{daemon.folder}/in.log" tag="app:" facility="local0" severity="notice")\n'
            f'action(type="omfwd" target="{host}" port="{port}" protocol="tcp" template="RSYSLOG_ForwardFormat")\n'
            f'action(type="omfwd" target="{host}" port="{port}" protocol="tcp" TCP_Framing="octet-counted"'
            f' template="RSYSLOG_SyslogProtocol23Format")\n'
            f'action(type="omfwd" target="{host}" port="{datagrams}" protocol="udp" template="RSYSLOG_TraditionalForwardFormat")\n',
            encoding="utf-8")
        return running([tool("rsyslogd"), "-n", "-f", config, "-i", daemon.folder / "rsyslog.pid",
                        "-M", folder_of("usr/lib/*/rsyslog/imfile.so")], daemon.folder)

    def syslog_ng(self, daemon):
        host, port = daemon.address("syslog", "tcp")
        _, datagrams = daemon.address("syslog", "udp")
        modules = folder_of("usr/lib/syslog-ng/*/libaffile.so")
        config = daemon.folder / "syslog-ng.conf"
        config.write_text(
            f'@version: 3.35\nsource s {{ file("{daemon.folder}/in.log" read-old-records(yes) flags(no-parse) follow-freq(1)'
            f' program-override("app") default-facility(local0) default-priority(notice)); }};\n'
            f'destination a {{ syslog("{host}" port({port}) transport("tcp") persist-name("a")); }};\n'
            f'destination b {{ network("{host}" port({port}) transport("tcp") persist-name("b")); }};\n'
            f'destination c {{ network("{host}" port({datagrams}) transport("udp") persist-name("c")); }};\n'
            f'log {{ source(s); destination(a); destination(b); destination(c); }};\n', encoding="utf-8")
        return running([tool("syslog-ng"), "-F", "-f", config, "--no-caps", "--module-path", modules,
                        "-R", daemon.folder / "ng.persist", "-p", daemon.folder / "ng.pid", "-c", daemon.folder / "ng.ctl"],
                       daemon.folder, {"LD_LIBRARY_PATH": str(pathlib.Path(modules).parent)})

    @needs("rsyslogd")
    def test_rsyslog(self):
        self.expect(self.rsyslog, 3)

    @needs("syslog-ng")
    def test_syslog_ng(self):
        self.expect(self.syslog_ng, 3)


if __name__ == "__main__":
    main()
