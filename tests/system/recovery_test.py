"""kill -9, lost and damaged databases, torn lines: what was journaled is there once, and ids go on."""
import json
import unittest

from harness import Daemon, finish_generator, generate, main, sequences

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


if __name__ == "__main__":
    main()
