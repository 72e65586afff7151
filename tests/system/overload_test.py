"""More than one worker can do: what is dropped is chosen and counted, and what quiet devices say arrives, whatever
a babbling one sends. (`fault_overload_test` proves three times the sustainable rate; here it is what the machine gives.)"""
import socket
import time
import unittest

from harness import Daemon, LOOPBACK_HTTP, PATIENCE, main

SO_MEMINFO = 55
QUIET, ROUNDS = 20, 6
BABBLE = " ".join(f"neighbor 10.{n}.2.{n} GigabitEthernet0/{n} 00:11:22:33:44:{n:02x}" for n in range(10, 26))


def octets_in_kernel(datagram):
    """What one datagram takes of a receive buffer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        probe.sendto(datagram, probe.getsockname())
        return int.from_bytes(probe.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)[:4], "little")


def sender(address, to):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, 0))
    sock.connect(to)
    return sock


class Overload(unittest.TestCase):
    def overload(self, priority):
        babble = f"<{priority}>Jan 17 14:32:15 sw1 babble: {BABBLE}".encode()
        with Daemon(workers=1, limits={"memory": "16MiB"}, sqlite={"enabled": False}, http=LOOPBACK_HTTP, listen=[
                {"protocol": "syslog", "transport": "udp", "address": "127.0.0.1", "port": 0, "receive_buffer": "4MiB"}]) as daemon:
            # Never so much at once that the kernel would have to drop: it counts up to a quarter too much, and gives
            # twice what it says.
            self.window = daemon.live_totals()["receive_buffer_got"] * 2 * 62 // 100 // octets_in_kernel(babble)
            self.sent = 0
            babbler = sender("127.0.2.1", daemon.address())
            quiet = [sender(f"127.0.1.{n + 1}", daemon.address()) for n in range(QUIET)]
            daemon.wait_until(lambda: self.flood(daemon, babbler, babble)["dropped"].get("queue_full"), "a full queue")
            for number in range(ROUNDS):
                for n, device in enumerate(quiet):
                    device.send(b"<%d>Jan 17 14:32:15 r%d probe: critical %d" % (184 + n % 5, n, number))
                    device.send(b"<190>Jan 17 14:32:15 r%d probe: harmless %d" % (n, number))
                self.sent += 2 * QUIET
                before, end = daemon.live_totals(), time.monotonic() + 10
                while True:
                    now = self.flood(daemon, babbler, babble)
                    done = now["journaled"] - before["journaled"]
                    if done > 1000 and (now["received"] - before["received"] > 3 * done or time.monotonic() > end):
                        break
            for sock in (babbler, *quiet):
                sock.close()
            total = daemon.wait_until_balanced("syslog", self.sent)
            messages = [record["message"] for record in daemon.records()]
        self.assertEqual(total["kernel_drops"], 0)
        self.assertEqual(total["received"], self.sent)
        self.assertEqual(total["received"], total["journaled"] + total["dropped"]["queue_full"])
        for word in ("critical", "harmless"):
            self.assertEqual(sum(message.startswith(word) for message in messages), QUIET * ROUNDS, word)

    def flood(self, daemon, babbler, babble):
        """As much as the kernel holds; returns what the ledger then says."""
        end = time.monotonic() + PATIENCE
        while True:
            now = daemon.live_totals()
            room = self.window - (self.sent - now["received"])
            if room > self.window // 8:
                break
            self.assertLess(time.monotonic(), end, "nothing is received any more")
        for _ in range(room):
            babbler.send(babble)
        self.sent += room
        return now

    def test_a_flood_of_debug_messages_drowns_nobody(self):
        self.overload(191)

    def test_a_flood_of_emergencies_drowns_nobody(self):
        self.overload(184)


if __name__ == "__main__":
    main()
