"""What happens to a daemon's own files while it works: templates damaged, the inventory cut or replaced, rotations and
reloads under load."""
import signal
import unittest

from harness import Daemon, LONG, generate, finish_generator, main, sequences


def template_and_flow(number):
    """An IPFIX template of one field (octetDeltaCount) and a record of it."""
    def packet(*sets):
        body = b"".join(sets)
        return b"\0\x0a" + (16 + len(body)).to_bytes(2, "big") + (1_700_000_000).to_bytes(4, "big") + bytes(8) + body
    template = b"\0\2\0\x0c\1\0\0\1\0\1\0\4"
    flow = b"\1\0\0\x08" + number.to_bytes(4, "big")
    return packet(template), packet(flow)


class HostileOperation(unittest.TestCase):
    def test_a_damaged_template_file_is_named_and_the_rest_goes_on(self):
        template, flow = template_and_flow(77)
        damages = {
            "whole": lambda data: data,
            "cut": lambda data: data[:len(data) // 2],
            "zeros": lambda data: bytes(len(data)),
            "rubbish": lambda data: b"\xff" * 5000,
            "a length without end": lambda data: b"99999999999999999999\n" + data,
            "nothing": lambda data: b"",
        }
        with Daemon() as daemon:
            daemon.send(template, flow, protocol="flow")
            daemon.wait_for_records(1, "flow")
            daemon.stop()
            path = daemon.data / "state" / "flow-templates"
            kept = path.read_bytes()
            self.assertIn(b"\n", kept)
            for count, (name, damage) in enumerate(damages.items(), 2):
                with self.subTest(name):
                    path.write_bytes(damage(kept))
                    logged = len(daemon.log_text())
                    daemon.start()
                    if name != "whole":
                        daemon.send(template, protocol="flow")
                    daemon.send(flow, protocol="flow")
                    daemon.wait_for_records(count, "flow")
                    daemon.stop()
                    if name in ("cut", "zeros", "rubbish"):
                        self.assertIn("flow-templates", daemon.log_text()[logged:])

    def test_an_inventory_that_is_cut_replaced_or_very_large(self):
        with Daemon(devices=[{"ip": "127.0.0.1", "hostname": "right"}]) as daemon:
            def next_device(count):
                daemon.send("<13>who am I")
                return daemon.wait_for_records(count)[-1]["device"]["hostname"]
            whole = daemon.inventory.read_text()
            # Written in place and never closed: only a file that is done is read.
            with open(daemon.inventory, "w", encoding="utf-8") as half:
                half.write(whole[:len(whole) // 2])
                half.flush()
                self.assertEqual(next_device(1), "right")
            daemon.wait_until(lambda: "inventory.yaml:" in daemon.log_text().split("ready:")[1], "the fault of the cut file")
            self.assertEqual(next_device(2), "right")
            count = 200_000 if LONG else 10_000
            daemon.write_inventory([{"ip": "127.0.0.1", "hostname": "large"}] + [
                {"ip": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "hostname": f"r{n}"} for n in range(count)])
            daemon.wait_until(lambda: f"{count + 1} devices" in daemon.log_text(), "the large one")
            self.assertEqual(next_device(3), "large")

    def test_rotations_and_reloads_under_load_lose_nothing(self):
        with Daemon(journal={"rotate_size": "1MiB"}, devices=[{"ip": "127.0.0.1", "hostname": "r1"}]) as daemon:
            count = 30_000
            generator = generate(daemon, "--count", count, "--connections", 2, wait=False)
            while generator.poll() is None:
                before = daemon.log_text().count("SIGHUP")
                daemon.signal(signal.SIGUSR1)
                daemon.signal(signal.SIGHUP)
                daemon.wait_until(lambda: daemon.log_text().count("SIGHUP") > before, "the reload")
            finish_generator(generator)
            records = daemon.wait_for_records(count)
            for connection, numbers in sequences(record["message"] for record in records).items():
                self.assertEqual(numbers, list(range(1, len(numbers) + 1)), f"connection {connection}")
            daemon.wait_for_rows(count)


if __name__ == "__main__":
    main()
