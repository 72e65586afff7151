"""Syslog over TLS (RFC 5425) and the PROXY header, with certificates made on the spot."""
import contextlib
import hashlib
import pathlib
import shutil
import signal
import socket
import ssl
import tempfile
import unittest

from harness import Daemon, PATIENCE, main, needs, openssl, sign_itself


class Certificates:
    """A CA, a server, two clients (one of them revoked), a stranger that signs itself."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="netlogd-tls-"))
        (self.folder / "index").write_text("")
        (self.folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca=a\n[a]\ndatabase=index\nserial=serial\ncrlnumber=crlnumber\ndefault_md=sha256\n"
            "default_crl_days=30\ndefault_days=30\nnew_certs_dir=.\npolicy=p\ncopy_extensions=copy\n[p]\ncommonName=supplied\n")
        (self.folder / "serial").write_text("01\n")
        (self.folder / "crlnumber").write_text("01\n")
        sign_itself(self.folder, "ca", "/CN=test ca")
        for name in ("server", "router1.example.net", "revoked.example.net"):
            openssl(self.folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                    "-out", f"{name}.csr", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name if '.' in name else 'localhost'},IP:127.0.0.1")
            openssl(self.folder, "ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", f"{name}.csr",
                    "-out", f"{name}.pem", "-notext")
        openssl(self.folder, "ca", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-revoke", "revoked.example.net.pem")
        openssl(self.folder, "ca", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-gencrl", "-out", "crl.pem")
        # A name that ends early for whoever reads it as a C string; what is allowed is router1.example.net.
        name = b"router1.example.net\0.attacker.example"
        subject = bytes([0x30, len(name) + 2, 0x82, len(name)]) + name
        self.sign("nul", "/CN=nul", "subjectAltName=DER:" + ":".join(f"{octet:02x}" for octet in subject))
        self.sign("expired", "/CN=expired", "subjectAltName=DNS:router1.example.net", "-startdate", "20200101000000Z", "-enddate", "20200201000000Z")
        sign_itself(self.folder, "stranger", "/CN=stranger")
        for key in self.folder.glob("*.key"):
            key.chmod(0o600)

    def sign(self, name, subject, extension, *dates):
        (self.folder / f"{name}.cnf").write_text(extension.replace("=", " = ", 1) + "\n")
        openssl(self.folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                "-out", f"{name}.csr", "-subj", subject)
        openssl(self.folder, "ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", f"{name}.csr",
                "-out", f"{name}.pem", "-notext", "-extfile", f"{name}.cnf", *dates)

    def path(self, name):
        return str(self.folder / name)

    def fingerprint(self, name):
        der = ssl.PEM_cert_to_DER_cert((self.folder / f"{name}.pem").read_text())
        digest = hashlib.sha256(der).hexdigest().upper()
        return "sha-256:" + ":".join(digest[i:i + 2] for i in range(0, 64, 2))


class TlsCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("openssl") is None:
            raise unittest.SkipTest("openssl is not installed")
        cls.certificates = Certificates()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.certificates.folder, ignore_errors=True)

    def daemon(self, handshake="300s", **tls):
        tls = {"certificate": self.certificates.path("server.pem"), "key": self.certificates.path("server.key"), **tls}
        return Daemon(limits={"handshake": handshake}, listen=[
            {"protocol": "syslog", "transport": "tls", "address": "127.0.0.1", "port": 0, "tls": tls},
            {"protocol": "syslog", "transport": "tcp", "address": "127.0.0.1", "port": 0}])

    def context(self, client=None):
        context = ssl.create_default_context(cafile=self.certificates.path("ca.pem"))
        if client:
            context.load_cert_chain(self.certificates.path(f"{client}.pem"), self.certificates.path(f"{client}.key"))
        return context

    def send(self, daemon, text, client=None, context=None):
        """A client's certificate is judged after its own handshake is done (TLS 1.3): only the records tell."""
        message = text.encode()
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            with socket.create_connection(daemon.address("syslog", "tls"), timeout=PATIENCE) as plain:
                with (context or self.context(client)).wrap_socket(plain, server_hostname="localhost") as secure:
                    secure.sendall(b"%d %s" % (len(message), message))
                    secure.unwrap()

    def messages(self, daemon):
        return [record["message"] for record in daemon.records()]


class Server(TlsCase):
    def test_messages_arrive_and_the_transport_is_named(self):
        with self.daemon() as daemon:
            self.send(daemon, "<13>1 2024-01-17T14:32:15Z r1 app 1 - - over tls")
            record = daemon.wait_for_records(1)[0]
        self.assertEqual((record["transport"], record["hostname"], record["message"]), ("tls", "r1", "over tls"))

    def test_many_messages_over_one_connection_keep_their_order(self):
        with self.daemon() as daemon:
            data = b"".join(b"%d %s" % (len(m), m) for m in (b"<13>Jan 17 14:32:15 r1 number %d" % i for i in range(5000)))
            with socket.create_connection(daemon.address("syslog", "tls"), timeout=PATIENCE) as plain:
                with self.context().wrap_socket(plain, server_hostname="localhost") as secure:
                    secure.sendall(data)
                    secure.unwrap()
            records = daemon.wait_for_records(5000)
        self.assertEqual([int(r["message"].split()[-1]) for r in records], list(range(5000)))

    def test_old_versions_of_the_protocol_are_refused(self):
        old = self.context()
        with contextlib.suppress(ValueError, ssl.SSLError):
            old.minimum_version = ssl.TLSVersion.TLSv1
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.daemon() as daemon:
            self.send(daemon, "<13>old", context=old)
            self.send(daemon, "<13>new")
            daemon.wait_for_records(1)
            self.assertEqual(self.messages(daemon), ["new"])

    def test_the_listener_lives_on_after_plain_text_rubbish_and_silence(self):
        with self.daemon() as daemon:
            silent = socket.create_connection(daemon.address("syslog", "tls"), timeout=PATIENCE)
            for rubbish in (b"<13>plain text on the TLS port\n", b"\x16\x03\x01\xff\xff" + b"\0" * 200, b"\x16", b"GET / HTTP/1.0\r\n\r\n"):
                with socket.create_connection(daemon.address("syslog", "tls"), timeout=PATIENCE) as stream:
                    stream.sendall(rubbish)
                    with contextlib.suppress(OSError):  # netlogd may have closed it by now
                        stream.shutdown(socket.SHUT_WR)
                    with contextlib.suppress(ConnectionError):
                        while stream.recv(4096):
                            pass
            self.send(daemon, "<13>well met")
            daemon.wait_for_records(1)
            self.assertEqual(self.messages(daemon), ["well met"])
            silent.close()

    def test_who_says_nothing_is_closed_when_the_time_for_the_handshake_is_over(self):
        with self.daemon(handshake="1s") as daemon:
            with socket.create_connection(daemon.address("syslog", "tls"), timeout=PATIENCE) as silent:
                with contextlib.suppress(ConnectionError):
                    self.assertEqual(silent.recv(1), b"")

    def test_a_secure_client_on_the_plain_port_leaves_it_working(self):
        with self.daemon() as daemon:
            with socket.create_connection(daemon.address("syslog", "tcp"), timeout=PATIENCE) as plain:
                plain.settimeout(1)  # the plain listener keeps what it takes for text, and does not answer
                with contextlib.suppress(ssl.SSLError, OSError):
                    self.context().wrap_socket(plain, server_hostname="localhost")
            daemon.send_stream("<13>plain and good\n")
            daemon.wait_until(lambda: "plain and good" in self.messages(daemon), "the good message")

    def test_a_reload_takes_the_new_certificate(self):
        with self.daemon() as daemon:
            before = ssl.get_server_certificate(daemon.address("syslog", "tls"))
            shutil.copy(self.certificates.path("server.pem"), self.certificates.path("server.old"))
            shutil.copy(self.certificates.path("server.key"), self.certificates.path("server.old.key"))
            try:
                shutil.copy(self.certificates.path("stranger.pem"), self.certificates.path("server.pem"))
                daemon.signal(signal.SIGHUP)  # the key does not fit: refused, the old one stays
                daemon.wait_until(lambda: "the old configuration stays" in daemon.log_text(), "the refusal")
                self.assertEqual(ssl.get_server_certificate(daemon.address("syslog", "tls")), before)
                shutil.copy(self.certificates.path("stranger.key"), self.certificates.path("server.key"))
                daemon.signal(signal.SIGHUP)
                daemon.wait_until(lambda: ssl.get_server_certificate(daemon.address("syslog", "tls")) != before, "the new certificate")
            finally:
                shutil.move(self.certificates.path("server.old"), self.certificates.path("server.pem"))
                shutil.move(self.certificates.path("server.old.key"), self.certificates.path("server.key"))


class Clients(TlsCase):
    def test_a_required_certificate(self):
        with self.daemon(client_ca=self.certificates.path("ca.pem"), require_client=True) as daemon:
            self.send(daemon, "<13>nobody")
            self.send(daemon, "<13>a stranger", "stranger")
            self.send(daemon, "<13>a router", "router1.example.net")
            daemon.wait_for_records(1)
            self.assertEqual(self.messages(daemon), ["a router"])

    def test_a_certificate_that_is_asked_for_and_not_required(self):
        with self.daemon(client_ca=self.certificates.path("ca.pem")) as daemon:
            self.send(daemon, "<13>a stranger", "stranger")
            self.send(daemon, "<13>nobody")
            self.send(daemon, "<13>a router", "router1.example.net")
            daemon.wait_for_records(2)
            self.assertEqual(sorted(self.messages(daemon)), ["a router", "nobody"])

    def test_a_revoked_certificate(self):
        with self.daemon(client_ca=self.certificates.path("ca.pem"), require_client=True, crl=self.certificates.path("crl.pem")) as daemon:
            self.send(daemon, "<13>revoked", "revoked.example.net")
            self.send(daemon, "<13>valid", "router1.example.net")
            daemon.wait_for_records(1)
            self.assertEqual(self.messages(daemon), ["valid"])

    def test_an_expired_certificate_and_one_with_a_nul_in_its_name(self):
        with self.daemon(client_ca=self.certificates.path("ca.pem"), require_client=True, allowed_names=["router1.example.net"]) as daemon:
            self.send(daemon, "<13>expired", "expired")
            self.send(daemon, "<13>a name with a nul", "nul")
            self.send(daemon, "<13>from another authority", "stranger")
            self.send(daemon, "<13>valid", "router1.example.net")
            daemon.wait_for_records(1)
            self.assertEqual(self.messages(daemon), ["valid"])

    def test_names_and_fingerprints(self):
        with self.daemon(client_ca=self.certificates.path("ca.pem"), require_client=True, allowed_names=["router1.example.net"],
                         allowed_fingerprints=[self.certificates.fingerprint("stranger")]) as daemon:
            self.send(daemon, "<13>another name", "revoked.example.net")
            self.send(daemon, "<13>by name", "router1.example.net")
            daemon.wait_for_records(1)
            self.send(daemon, "<13>by fingerprint", "stranger")
            daemon.wait_for_records(2)
            self.assertEqual(self.messages(daemon), ["by name", "by fingerprint"])


class Proxy(unittest.TestCase):
    def test_the_source_behind_a_balancer_is_the_devices(self):
        with Daemon(devices=[{"ip": "192.0.2.77", "hostname": "far-away"}], listen=[
                {"protocol": "syslog", "transport": "tcp", "address": "127.0.0.1", "port": 0, "proxy_protocol_from": ["127.0.0.9"]}]) as daemon:
            version_2 = (b"\r\n\r\n\0\r\nQUIT\n" + bytes([0x21, 0x11, 0, 12]) + socket.inet_aton("192.0.2.77") +
                         socket.inet_aton("198.51.100.1") + (40000).to_bytes(2, "big") + (514).to_bytes(2, "big"))
            for header in (b"PROXY TCP4 192.0.2.77 198.51.100.1 40000 514\r\n", version_2):
                daemon.send_stream(header + b"<13>through the balancer\n", source="127.0.0.9")
            daemon.send_stream(b"PROXY TCP4 192.0.2.77 198.51.100.1 40000 514\r\n<13>a liar\n", source="127.0.0.8")
            records = daemon.wait_for_records(4)
        honest = [r for r in records if r["source_ip"] == "192.0.2.77"]
        self.assertEqual([(r["relay_ip"], r["device"]["hostname"], r["message"]) for r in honest],
                         [("127.0.0.9", "far-away", "through the balancer")] * 2)
        self.assertEqual({r["source_ip"] for r in records} - {"192.0.2.77"}, {"127.0.0.8"})


if __name__ == "__main__":
    main()
