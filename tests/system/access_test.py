"""Who may send, and how much: prefixes, connections, rates, communities; and all of it changed by a reload."""
import signal
import unittest

from harness import Daemon, main, write_yaml
from hostile_packet_test import trap

KNOWN = {"ip": "127.0.0.2", "hostname": "known"}


def listener(transport, protocol="syslog", **more):
    return {"protocol": protocol, "transport": transport, "address": "127.0.0.1", "port": 0, **more}


class Prefixes(unittest.TestCase):
    def test_each_listener_has_its_own_and_deny_wins(self):
        rules = {"allow": ["127.0.0.0/29"], "deny": ["127.0.0.3"]}
        with Daemon(listen=[listener("udp", **rules), listener("tcp", **rules), listener("udp", "snmp")]) as daemon:
            for source in ("127.0.0.2", "127.0.0.3", "127.0.0.9"):
                daemon.send(f"<13>udp from {source}", source=source)
                daemon.send(trap(), protocol="snmp", source=source)
                try:
                    daemon.send_stream(f"<13>tcp from {source}\n", source=source)
                except OSError:  # reset, or not connected any more when we end it
                    self.assertNotEqual(source, "127.0.0.2")
            daemon.wait_for_records(2)
            daemon.wait_for_records(3, "trap")
            daemon.wait_until(lambda: daemon.dropped("syslog") == {"not_allowed": 2}, "the two refused datagrams")
            daemon.stop()
            self.assertEqual({record["source_ip"] for record in daemon.records()}, {"127.0.0.2"})
            refused = {one["source_ip"]: one["refused"] for one in daemon.run_file("senders.json")["refused"]}
            self.assertEqual(refused, {"127.0.0.3": 2, "127.0.0.9": 2})


class Connections(unittest.TestCase):
    def closed(self, stream):
        with stream:
            try:
                return stream.recv(1) == b""
            except ConnectionError:
                return True

    def test_no_more_than_so_many_in_all_and_so_many_of_one_source(self):
        with Daemon(limits={"connections": 3, "connections_per_source": 2}, listen=[listener("tcp")]) as daemon:
            def is_open(count):
                name = f"syslog/tcp/{daemon.endpoint('syslog', 'tcp')}"
                daemon.wait_until(lambda: daemon.ledger()["listeners"][name]["connections_open"] == count, f"{count} connections")
            open_ones = [daemon.connect("127.0.0.2"), daemon.connect("127.0.0.2")]
            is_open(2)
            self.assertTrue(self.closed(daemon.connect("127.0.0.2")), "the third of one source")
            open_ones.append(daemon.connect("127.0.0.3"))
            is_open(3)
            self.assertTrue(self.closed(daemon.connect("127.0.0.4")), "the fourth of all")
            open_ones[0].sendall(b"<13>one that was there\n")
            daemon.wait_for_records(1)
            for stream in open_ones:
                stream.close()
            is_open(0)
            daemon.send_stream("<13>there is room again\n")
            daemon.wait_for_records(2)


class Rates(unittest.TestCase):
    def test_who_is_unknown_is_held_to_a_rate_and_counted_by_source(self):
        with Daemon(devices=[KNOWN], limits={"unknown_rate": "10/s"}) as daemon:
            for source in ("127.0.0.2", "127.0.0.9"):
                daemon.send(*[f"<13>from {source}"] * 1000, source=source)
            daemon.wait_until_balanced("syslog", 2000)
            limited = daemon.dropped("syslog")["rate_limited"]
            self.assertEqual(daemon.dropped("syslog"), {"rate_limited": limited})
            daemon.stop()
            sources = [record["source_ip"] for record in daemon.records()]
            self.assertEqual(sources.count("127.0.0.2"), 1000)
            self.assertEqual(sources.count("127.0.0.9"), 1000 - limited)
            self.assertGreaterEqual(sources.count("127.0.0.9"), 20, "a burst of twice the rate")
            self.assertEqual(daemon.run_file("senders.json")["refused"], [{"source_ip": "127.0.0.9", "refused": limited}])

    def test_without_an_inventory_nobody_is_unknown(self):
        with Daemon(limits={"unknown_rate": "10/s"}) as daemon:
            daemon.send(*["<13>hello"] * 1000)
            self.assertEqual(len(daemon.wait_for_records(1000)), 1000)


class Reload(unittest.TestCase):
    def test_communities_limits_prefixes_and_data_files_are_taken(self):
        # What is in a worker's queue already may still be judged by the old ones, so each is asked for until it shows.
        daemon = Daemon(snmp_users={"communities": ["old"]}, knowledge={"dir": "own"})
        own = daemon.folder / "own"
        own.mkdir()
        (own / "zone_abbreviations.csv").write_text("XQT,+01:00,before\n")
        with daemon:
            new_trap = trap(community=b"new")
            stamped = "<189>1: Jan 17 14:32:15.234 XQT: %SYS-5-CONFIG_I: Configured from console by admin"
            daemon.send(new_trap, protocol="snmp")
            daemon.wait_until_balanced("snmp", 1)
            self.assertEqual(daemon.dropped("snmp"), {"not_allowed": 1})
            daemon.send(stamped)
            self.assertIn("T13:32:15", daemon.wait_for_records(1)[0]["timestamp_normalized"])

            write_yaml(daemon.folder / "snmp-users.yaml", {"communities": ["new"]})
            (own / "zone_abbreviations.csv").write_text("XQT,+02:00,after\n")
            daemon.settings["limits"] = {"message": "480"}
            daemon.settings["listen"] = [{**entry, "deny": ["127.0.0.5"]} for entry in daemon.settings["listen"]]
            write_yaml(daemon.config, daemon.settings)
            before = daemon.log_text().count("reloaded:")
            daemon.signal(signal.SIGHUP)
            daemon.wait_until(lambda: daemon.log_text().count("reloaded:") > before, "the reload")

            daemon.wait_until(lambda: daemon.send(new_trap, protocol="snmp") or daemon.count("trap"), "a trap of the new community")

            def last():
                before = daemon.count()
                daemon.send("<13>" + "x" * 996, stamped)
                return daemon.wait_for_records(before + 2)[-2:]
            daemon.wait_until(lambda: "T12:32:15" in last()[1]["timestamp_normalized"], "the new zone")
            self.assertEqual(last()[0]["truncated"], 1000)
            daemon.send("<13>denied", source="127.0.0.5")
            daemon.wait_until(lambda: daemon.dropped("syslog") == {"not_allowed": 1}, "the denied one")


if __name__ == "__main__":
    main()
