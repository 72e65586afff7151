"""Syslog messages that broke others: each is one record with its text kept, nothing else happens."""
import base64
import re
import unittest

from harness import LONG, Daemon, main

SAMPLES = [
    "<189>2024: Jan 17 14:32:15.234 PST: %BGP-5-ADJCHANGE: neighbor 192.168.1.2 Down Interface flap",
    "<190>3352436: sw01: 3352457: *Aug 12 2023 12:14:24.412 mdt: %SW_MATM-4-MACFLAP_NOTIF: Host 0050.5600.0001 in vlan 7 is flapping",
    "<28>1 2024-01-17T14:32:15.234Z r1 rpd 1234 RPD_X [junos@2636.1.1.1.2.39 a=\"b\\]c\" d=\"\"] text",
    "<28>Jun 21 14:03:12  vmx01 rpd[2902]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.1 (External AS 65000) changed state",
    "<165>Feb  6 09:42:36 veos01 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet1, changed state to down",
    "<187>94307: gw1 LC/0/2/CPU0:Jul  7 20:16:14.834 : ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : Interface TenGigE0/0/0/1, changed state to Up",
    "<187>: 2025 Jun 25 11:36:10 MST: %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface Ethernet1/1 is down (Link failure)",
    "<166>Apr 24 2013 16:00:28 INT-FW01 : %ASA-6-302013: Built outbound TCP connection 1 for outside:192.0.2.1/443 to inside:10.0.0.1/1",
    "<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed for lonvick on /dev/pts/8",
]


class HostileMessage(unittest.TestCase):
    def exchange(self, datagrams, records=None):
        """Sends each as a datagram to a daemon of its own and returns the records, one for each."""
        with Daemon() as daemon:
            for start in range(0, len(datagrams), 200):
                daemon.send(*datagrams[start:start + 200])
                daemon.wait_for_records(min(start + 200, len(datagrams)))
            found = daemon.wait_for_records(len(datagrams) if records is None else records)
            self.daemon_data = [path.relative_to(daemon.data).as_posix() for path in daemon.data.rglob("*")]
            daemon.wait_for_rows(len(found))
        return found

    def check_kept(self, record, sent):
        sent = sent if isinstance(sent, bytes) else sent.encode()
        if "raw_base64" in record:
            self.assertEqual(base64.b64decode(record["raw_base64"]), sent)
        else:
            self.assertEqual(record["raw_message"].encode(), sent)

    def test_priorities_out_of_range_are_no_priorities(self):
        odd = ["192", "999", "1011", "3500000000", "1" * 31, "x112", "", "-1", "0013", " 13", "13.5"]
        datagrams = [f"<{pri}>Jan 17 14:32:15 host probe: text" for pri in odd] + ["<14 text without the bracket", "<", "<>", "<14"]
        for record, sent in zip(self.exchange(datagrams), datagrams):
            with self.subTest(sent[:40]):
                self.check_kept(record, sent)
                self.assertIsNone(record["facility"])
                self.assertIsNone(record["severity"])

    def test_every_prefix_of_every_sample_is_kept(self):
        datagrams = [sample[:length] for sample in SAMPLES for length in range(1, len(sample) + 1)]
        for record, sent in zip(self.exchange(datagrams), datagrams):
            self.check_kept(record, sent)

    def test_almost_nothing(self):
        datagrams = ["<14>1: ", "<14>2: .", "<14>", "<14>1", "<14>1 ", "<14>1 - - - - - -", "<14>1 - - - - - [", "<14>: ", "<14>:", "%", "<14>%",
                     "<14>%-", "<14>%A-1-B", "<14>%A-9-B: x", "<14>*", "<14>.", "<14>*Jan", "<14>Jan", "<14>Jan 1", " ", "\t", "0", ":"]
        for record, sent in zip(self.exchange(datagrams), datagrams):
            self.check_kept(record, sent)

    def test_an_empty_datagram_is_no_record_and_the_largest_is_one(self):
        largest = "<14>" + "x" * 65503
        with Daemon() as daemon:
            daemon.send(b"", largest, b"<14>after")
            records = daemon.wait_for_records(2)
            self.assertEqual([record["raw_message"] for record in records], [largest, "<14>after"])
            line = daemon.wait_until_balanced("syslog", 3)
            self.assertEqual(line["no_record"], 1)

    def test_one_datagram_is_one_record_whatever_is_in_it(self):
        datagrams = ["<14>line one\nline two\n<14>line three", "<14>Jan 17 14:32:15 a b: c<14>Jan 17 14:32:15 a b: c", "<14>a\0b", "<14>a\r\nb"]
        for record, sent in zip(self.exchange(datagrams), datagrams):
            self.assertEqual(record["raw_message"], sent)

    def test_structured_data_of_every_bad_shape(self):
        head = "<14>1 2024-01-17T14:32:15Z host app 1 ID "
        cases = ['[', '[a', '[a ', '[a b', '[a b=', '[a b="', '[a b="c', '[a b="c"', '[a b="c\\', '[a b="\\]\\"\\\\"] text', '[]', '[ b="c"] text',
                 '[a][b][c] text', '[a b="c"][a b="d"] text', '[a ' + " ".join(f'p{n}="{n}"' for n in range(4000)) + "] text",
                 "[" + "n" * 10240 + ' x="y"] text', '[a b="\0"] text', '\ufeff[a b="c"] text', '- \ufefftext', '[a b=c] text',
                 '[a b="c" b="c"] text', '[[a b="c"]] text', "[a" + ' b="]"' * 10 + "] text"]
        datagrams = [head + case for case in cases]
        records = self.exchange(datagrams)
        for record, sent in zip(records, datagrams):
            with self.subTest(sent[:80]):
                self.check_kept(record, sent)
        self.assertEqual(records[9]["structured_data"], {"a": {"b": ']"\\'}})
        # The number of parameters has a limit; the raw text has them all.
        self.assertGreaterEqual(len(records[14]["structured_data"]["a"]), 1000)

    def test_octets_that_are_no_utf_8_are_replaced_and_kept_exactly(self):
        bad = [b"\xc0\xaf", b"\xed\xa0\x80", b"\xff", b"\x80", b"\xe9", b"\xe4\xb8", b"\xf8\x88\x80\x80\x80", b"\xf4\x90\x80\x80", b"\xc3"]
        datagrams = [b"<14>Jan 17 14:32:15 host probe: a" + octets + b"z" for octets in bad] + [b"<14>" + octets for octets in bad]
        for record, sent in zip(self.exchange(datagrams), datagrams):
            with self.subTest(sent):
                self.assertEqual(base64.b64decode(record["raw_base64"]), sent)
                self.assertIn("\ufffd", record["raw_message"])

    def test_odd_but_valid_characters_come_back_as_they_were(self):
        datagrams = [f"<14>Jan 17 14:32:15 host probe: a{text}z" for text in
                     ("\0", "\u2028\u2029", "\x1b[31mred\x1b]0;title\x07", "\b\b\b", "\x7f", "\"\\/", "\U0001f600", "\ufeff", "\ufffd", "\r", "\t")]
        for record, sent in zip(self.exchange(datagrams), datagrams):
            with self.subTest(sent):
                self.assertEqual(record["raw_message"], sent)
                self.assertNotIn("raw_base64", record)

    def test_no_path_is_made_from_a_name(self):
        hosts = ["../../etc/cron.d/x", "a/b", ".", "..", "/etc/passwd", "h" * 60000, "%2e%2e", "$(id)", "`id`", "a\\b"]
        self.exchange([f"<14>Jan 17 14:32:15 {host} probe: text" for host in hosts])
        expected = re.compile(r"(syslog|trap|flow|run|state)(/|$)|netlogd\.db")
        self.assertEqual([path for path in self.daemon_data if not expected.match(path)], [])

    def test_many_hosts_do_not_grow_the_memory_without_bound(self):
        count = 100_000 if LONG else 10_000
        with Daemon() as daemon:
            resident = []
            for half in range(2):
                for start in range(half * count, (half + 1) * count, 250):
                    daemon.send(*(f"<14>Jan 17 14:32:15 host-{n} probe: text" for n in range(start, start + 250)))
                    daemon.wait_until(lambda: daemon.count() >= start + 250, "the records")
                resident.append(daemon.resident_kib())
            self.assertLess(resident[1], resident[0] + 64 * 1024, "KiB resident after the first and the second half")

    def test_impossible_and_edge_times_are_kept_as_sent(self):
        stamps = ["Feb 29 12:00:00", "Feb 30 12:00:00", "Dec 31 23:59:59", "Jan  1 00:00:00", "Jan 17 24:00:00", "Jan 17 23:59:60", "Mar 10 02:30:00",
                  "Nov  3 01:30:00", "Jan 0 00:00:00", "Jan 32 00:00:00", "Jan 17 25:61:61"]
        datagrams = [f"<189>1: {stamp}: %SYS-5-CONFIG_I: text" for stamp in stamps]
        years = ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-17T24:00:00Z",
                 "2024-01-17T14:32:15+99:99", "2024-01-17T14:32:15-24:00", "2024-01-17T14:32:15.", "2024-01-17t14:32:15z", "1969-12-31T23:59:59Z"]
        datagrams += [f"<14>1 {year} host app - - - text" for year in years]
        datagrams += [f"<189>1: {uptime}: %SYS-5-CONFIG_I: text" for uptime in ("00:00:46", "20w2d", "1d05h", "2y10w")]
        records = self.exchange(datagrams)
        for record, sent in zip(records, datagrams):
            with self.subTest(sent):
                self.check_kept(record, sent)
                if record["timestamp_normalized"] is not None:
                    self.assertRegex(record["timestamp_normalized"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z$")
        for record in records[-4:]:
            self.assertIsNone(record["timestamp_normalized"])

    def test_long_digit_runs_are_no_addresses(self):
        texts = ["165874883373.1.15599155266856607338.91", "1.2.3.4.5.6", "999.1.1.1", "1.2.3", "2024.01.17.14", "1:2:3", "::::", "v1.2.3.4"]
        datagrams = [f"<189>1: Jan 17 14:32:15: %X-5-Y: peer {text} is odd" for text in texts]
        for record, sent in zip(self.exchange(datagrams), datagrams):
            self.check_kept(record, sent)
        datagrams = [datagrams[0]]
        record = self.exchange(datagrams)[0]
        self.assertFalse(record["extracted_fields"].get("ip_addresses"))


if __name__ == "__main__":
    main()
