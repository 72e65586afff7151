"""Many records: the same set, once each, in order, in the JSON lines and in SQLite; a stop in the middle loses
nothing that was accepted."""
import json
import re
import unittest

from harness import LONG, Daemon, finish_generator, generate, is_release, main, sequences

COUNT = 1_000_000 if LONG or is_release() else 200_000
LINE = re.compile(rb'^\{"id":(\d+),.*? seq=(\d+)\.(\d+)"')


def journal_of(daemon, cut_allowed=0):
    """[(id, connection, number)] of all files in order; every line must be whole, a sample is read as JSON. At most
    `cut_allowed` messages may lack their end, because the connection was closed in the middle of them."""
    found = []
    for count, line in enumerate(daemon.lines()):
        assert line.endswith(b"}\n"), f"no whole line: {line[-200:]}"
        match = LINE.match(line)
        if match is None:
            cut_allowed -= 1
            assert cut_allowed >= 0, f"no message of netlog-gen: {line[:500]}"
        if match is None or count % 97 == 0:
            json.loads(line)
        if match:
            found.append(tuple(int(group) for group in match.groups()))
    return found


def by_connection(entries):
    numbers = {}
    for _, connection, number in entries:
        numbers.setdefault(connection, []).append(number)
    return numbers


class Volume(unittest.TestCase):
    def check_order(self, entries, exact=None):
        ids = [entry[0] for entry in entries]
        self.assertTrue(all(a < b for a, b in zip(ids, ids[1:])), "ids do not rise strictly")
        for connection, numbers in by_connection(entries).items():
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), f"connection {connection}: lost, doubled or out of order")
            if exact:
                self.assertEqual(len(numbers), exact[connection])

    def check_sqlite(self, daemon, entries):
        daemon.wait_for_rows(len(entries), patience=300)
        rows = daemon.sql("SELECT id, message FROM logs ORDER BY id")
        self.assertEqual(len(rows), len(entries))
        self.assertEqual([row[0] for row in rows], [entry[0] for entry in entries])
        self.assertEqual(sequences(row[1] for row in rows), by_connection(entries))

    def test_every_record_once_and_in_order_over_several_rotations(self):
        with Daemon(journal={"rotate_size": f"{COUNT * 800 // 6 // 1024}KiB"}) as daemon:
            summary = generate(daemon, "--count", COUNT, "--connections", 8, "--devices", 60)["syslog-tcp"]
            self.assertEqual(summary["messages"], COUNT)
            daemon.wait_until(lambda: daemon.totals("syslog")["journaled"] >= COUNT, "all records in the journal", 300)
            daemon.wait_until(lambda: sum(path.suffix == ".gz" for path in daemon.files()) >= 3, "three compressed segments")
            entries = journal_of(daemon)
            self.assertEqual(len(entries), COUNT)
            self.check_order(entries, {one["connection"]: one["messages"] for one in summary["connections"]})
            self.check_sqlite(daemon, entries)

    def test_a_stop_in_the_middle_keeps_all_that_was_accepted(self):
        with Daemon(limits={"memory": "256MiB" if is_release() else "32MiB"}) as daemon:
            generator = generate(daemon, "--connections", 8, "--seconds", 60, wait=False)
            daemon.wait_until(lambda: daemon.totals("syslog")["received"] > COUNT // 10, "traffic")
            daemon.stop()
            finish_generator(generator, status=None)
            accepted = daemon.totals("syslog")
            self.assertEqual(accepted["received"], accepted["journaled"])
            ids = [record["id"] for record in daemon.records()]
            self.assertEqual(len(ids), accepted["journaled"])
            for numbers in by_connection(journal_of(daemon, cut_allowed=8)).values():
                *before, last = numbers
                self.assertEqual(before, list(range(1, len(before) + 1)), "lost, doubled or out of order")
                # Of the message that was under way the end may be missing, be it within its number.
                self.assertTrue(str(len(numbers)).startswith(str(last)), f"{last} after {len(before)}")
            daemon.start()
            daemon.wait_for_rows(len(ids), patience=300)
            self.assertEqual([row[0] for row in daemon.sql("SELECT id FROM logs ORDER BY id")], ids)

    def test_octet_counted_streams_and_ietf_messages_are_no_different(self):
        count = COUNT // 10
        with Daemon() as daemon:
            summary = generate(daemon, "--count", count, "--connections", 4, "--octet-counted", "--format", "rfc5424,junos5424")["syslog-tcp"]
            daemon.wait_until(lambda: daemon.totals("syslog")["journaled"] >= count, "all records in the journal")
            entries = journal_of(daemon)
            self.assertEqual(len(entries), count)
            self.check_order(entries, {one["connection"]: one["messages"] for one in summary["connections"]})

    def test_datagrams_of_all_protocols_at_a_bearable_rate(self):
        count = 20_000 if is_release() else 6_000
        with Daemon() as daemon:
            sent = generate(daemon, "--count", count, "--rate", 2000, "--connections", 4, "--sequence", "--flows-per-packet", 5,
                            protocols=("syslog-udp", "snmp", "flow"))
            daemon.wait_until_balanced("syslog", count)
            daemon.wait_until_balanced("snmp", count)
            daemon.wait_until_balanced("flow", count)
            for protocol in ("syslog", "snmp", "flow"):
                self.assertEqual(daemon.dropped(protocol), {})
            self.check_order(journal_of(daemon))

            traps = sequences(next(varbind["value"] for varbind in record["varbinds"] if varbind["oid"] == "1.3.6.1.4.1.32473.1.1.0")
                              for record in daemon.records("trap"))
            for numbers in traps.values():
                self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

            flows = {}
            for record in daemon.records("flow"):
                if record.get("flow_type") != "counter":
                    flows.setdefault(record["flow_version"], []).append((record["src_as"] << 16) + record["dst_as"])
            counters = sum(record.get("flow_type") == "counter" for record in daemon.records("flow"))
            self.assertEqual(sum(map(len, flows.values())) + counters, sent["flow"]["records"])
            self.assertEqual(set(flows), {5, 9, 10, "sflow5"})
            for version, numbers in flows.items():
                self.assertEqual(numbers, list(range(1, len(numbers) + 1)), f"flow version {version}")

            daemon.wait_for_rows(count)
            daemon.wait_for_rows(count, "traps")
            daemon.wait_for_rows(sent["flow"]["records"], "flows")


if __name__ == "__main__":
    main()
