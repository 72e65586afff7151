"""kill -9, lost and damaged databases, torn lines: what was journaled is there once, and ids go on."""
import contextlib
import json
import signal
import sqlite3
import unittest

from harness import Daemon, LONG, PATIENCE, finish_generator, generate, main, sequences

LOAD = ("--connections", 4, "--rate", 20000, "--seconds", 60)


class Recovery(unittest.TestCase):
    def fill(self, daemon, count=3000):
        generate(daemon, "--count", count, "--connections", 2)
        daemon.wait_for_records(count)
        daemon.wait_for_rows(count)
        return count

    def check_journal_equals_sqlite(self, daemon):
        records = daemon.records()
        ids = [record["id"] for record in records]
        self.assertTrue(all(a < b for a, b in zip(ids, ids[1:])), "ids do not rise strictly")
        daemon.wait_for_rows(len(records))
        self.assertEqual(daemon.sql("SELECT id, message FROM logs ORDER BY id"), [(record["id"], record["message"]) for record in records])
        return records

    def test_kill_9_under_load_leaves_no_torn_line_and_sqlite_equals_the_journal(self):
        daemon = Daemon()
        with daemon:
            highest = 0
            for round_number in range(3):
                generator = generate(daemon, *LOAD, wait=False)
                before = highest
                daemon.wait_until(lambda: daemon.totals("syslog")["journaled"] > 15000, "traffic")
                daemon.kill()
                finish_generator(generator, status=None)
                daemon.start()
                self.assertTrue(all(line.endswith(b"}\n") and json.loads(line) for line in daemon.lines()), "a torn line")
                records = self.check_journal_equals_sqlite(daemon)
                new = [record for record in records if record["id"] > before]
                self.assertGreater(len(new), 10000)
                for connection, numbers in sequences(record["message"] for record in new).items():
                    self.assertEqual(numbers, list(range(1, len(numbers) + 1)), f"round {round_number}, connection {connection}")
                highest = records[-1]["id"]
            daemon.send("<13>Jan  1 00:00:00 host probe: after all that")
            self.assertGreater(daemon.wait_for_records(len(records) + 1)[-1]["id"], highest)

    def test_a_deleted_database_is_rebuilt_from_the_journal(self):
        with Daemon(journal={"rotate_size": "1MiB"}) as daemon:
            count = self.fill(daemon)
            daemon.stop()
            for path in daemon.data.glob("netlogd.db*"):
                path.unlink()
            daemon.start()
            self.assertEqual(len(self.check_journal_equals_sqlite(daemon)), count)

    def test_a_damaged_database_is_set_aside_and_rebuilt(self):
        damages = {
            "overwritten from the start": lambda data: b"this is no database" * 100 + data[1900:],
            "cut in half": lambda data: data[:len(data) // 2],
            "empty header page": lambda data: bytes(4096) + data[4096:],
        }
        for name, damage in damages.items():
            with self.subTest(name), Daemon() as daemon:
                count = self.fill(daemon, 2000)
                daemon.stop()
                path = daemon.data / "netlogd.db"
                for extra in daemon.data.glob("netlogd.db-*"):
                    extra.unlink()
                damaged = damage(path.read_bytes())
                path.write_bytes(damaged)
                daemon.start()
                self.assertEqual(len(self.check_journal_equals_sqlite(daemon)), count)
                aside = [other for other in daemon.data.rglob("*") if other.is_file() and other != path and other.stat().st_size == len(damaged)]
                self.assertTrue(aside, f"the damaged database is gone: {sorted(daemon.data.iterdir())}")
                self.assertIn("netlogd.db", daemon.log_text())

    def test_a_torn_last_line_is_set_aside_and_not_dropped_silently(self):
        with Daemon() as daemon:
            count = self.fill(daemon, 1000)
            daemon.kill()
            torn = '{"id":999999,"record_type":"syslog","received_at":"2026-01-'
            with open(daemon.data / "syslog" / "syslog.jsonl", "a", encoding="utf-8") as file:
                file.write(torn)
            logged = len(daemon.log_text())
            daemon.start()
            daemon.send("<13>Jan  1 00:00:00 host probe: afterwards")
            records = daemon.wait_for_records(count + 1)
            self.assertEqual(records[-1]["message"], "afterwards")
            self.check_journal_equals_sqlite(daemon)
            self.assertIn("syslog.jsonl", daemon.log_text()[logged:])
            kept = [path for path in daemon.data.rglob("*") if path.is_file() and path.name != "syslog.jsonl"
                    and torn.encode() in path.read_bytes()]
            self.assertTrue(kept, "the torn line is nowhere")

    def test_ids_go_on_in_an_emptied_journal(self):
        with Daemon() as daemon:
            self.fill(daemon, 500)
            highest = daemon.records()[-1]["id"]
            daemon.stop()
            for path in daemon.files():
                path.unlink()
            daemon.start()
            daemon.send("<13>Jan  1 00:00:00 host probe: a new beginning")
            self.assertGreater(daemon.wait_for_records(1)[-1]["id"], highest)


class Company(unittest.TestCase):
    """Others have the database open too."""

    def wal(self, daemon):
        return (daemon.data / "netlogd.db-wal").stat().st_size

    def test_a_reader_that_keeps_its_snapshot_holds_nobody_up(self):
        count = 200_000 if LONG else 20_000
        with Daemon() as daemon:
            generate(daemon, "--count", 1000)
            daemon.wait_for_rows(1000)
            with contextlib.closing(sqlite3.connect(f"file:{daemon.data / 'netlogd.db'}?mode=ro", uri=True, isolation_level=None)) as reader:
                reader.execute("BEGIN")
                self.assertEqual(reader.execute("SELECT count(*) FROM logs").fetchone(), (1000,))
                generate(daemon, "--count", count)
                daemon.wait_for_rows(1000 + count)
                self.assertEqual(reader.execute("SELECT count(*) FROM logs").fetchone(), (1000,), "its snapshot")
                self.assertLess(self.wal(daemon), 600 << 20)
            daemon.stop()
            self.assertFalse((daemon.data / "netlogd.db-wal").exists(), "the log went into the database")

    def test_a_second_writer_makes_the_follower_wait_and_nothing_else(self):
        with Daemon(sqlite={"enabled": True}) as daemon:
            generate(daemon, "--count", 1000)
            daemon.wait_for_rows(1000)
            follower = lambda: daemon.ledger()["followers"]["sqlite"]  # noqa: E731
            with contextlib.closing(sqlite3.connect(daemon.data / "netlogd.db", timeout=PATIENCE, isolation_level=None)) as writer:
                writer.execute("BEGIN IMMEDIATE")
                generate(daemon, "--count", 2000)
                daemon.wait_for_records(3000)
                daemon.wait_until(lambda: follower()["failures"] >= 1, "a follower that has found it locked")
                self.assertEqual(follower()["pending"], 2000)
                writer.execute("ROLLBACK")
            daemon.wait_for_rows(3000)
            self.assertEqual(daemon.sql("SELECT count(DISTINCT id) FROM logs"), [(3000,)])


class StopInTheMiddle(unittest.TestCase):
    """SIGTERM while something else is going on; the harness wants exit status 0 and a ledger that balances."""

    def stop_during(self, what, **settings):
        # What waits at the stop is written, however slow the machine: let it not be half a million records.
        with Daemon(limits={"memory": "32MiB"}, **settings) as daemon:
            for _ in range(2):
                generator = generate(daemon, *LOAD, wait=False)
                before = daemon.count()
                daemon.wait_until(lambda: daemon.count() > before + 3000, "traffic")
                what(daemon)
                daemon.stop()
                finish_generator(generator, status=None)
                daemon.start()
            records = daemon.records()
            ids = [record["id"] for record in records]
            self.assertEqual(ids, sorted(set(ids)))
            daemon.wait_for_rows(len(records))
            self.assertEqual(daemon.sql("SELECT count(*) FROM logs"), [(len(records),)])

    def test_during_rotation_and_compression(self):
        self.stop_during(lambda daemon: daemon.signal(signal.SIGUSR1), journal={"rotate_size": "1MiB"})

    def test_during_a_reload(self):
        self.stop_during(lambda daemon: daemon.signal(signal.SIGHUP), devices=[
            {"ip": f"10.{n >> 8}.{n & 255}.1", "hostname": f"r{n}"} for n in range(3000)])

    def test_during_a_rebuild(self):
        def rebuild(daemon):
            for path in daemon.data.glob("netlogd.db*"):
                path.unlink()
            daemon.wait_until(lambda: any(daemon.data.glob("netlogd.db.rebuild")) or any(daemon.data.glob("netlogd.db")), "the new database")
        self.stop_during(rebuild, journal={"rotate_size": "1MiB"})


if __name__ == "__main__":
    main()
