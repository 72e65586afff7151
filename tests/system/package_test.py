"""The Debian package: what is in it, which libraries it needs, and with --long its life in a fresh Debian 12 root:
installed, run, upgraded over an edited configuration, removed, purged.
    NETLOGD_PACKAGE=netlogd_1.0_amd64.deb names one; else build/package has it, or it is made there (--long)."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import LONG, PATIENCE, SOURCE, main, needs, program, run, tool, wait_until

PROGRAMS = ("netlogd", "netlog", "netlog-gen")
SLOW = 1800  # seconds: a whole release build, or a Debian root over the network


def package():
    """The newest package, or None."""
    named = os.environ.get("NETLOGD_PACKAGE")
    found = [pathlib.Path(named)] if named else sorted((SOURCE / "build" / "package").glob("netlogd_*.deb"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def slowly(*command, **options):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=SLOW, **options)
    assert result.returncode == 0, f"{command}: exit {result.returncode}\n{result.stdout[-3000:]}{result.stderr[-3000:]}"
    return result.stdout


def listed_libraries():
    """The rows of the first table: shared libraries, their Debian packages, who uses them."""
    rows = re.findall(r"^\| (lib\S+\.so.*?) \| (.*?) \|.*?\| ([^|]*) \| [^|]* \|$", (SOURCE / "docs" / "libraries.md").read_text(), re.M)
    return [(re.findall(r"lib[\w+-]+\.so", names), packages.split(", "), users) for names, packages, users in rows]


def depends():
    """What the package needs, real packages for virtual ones (libspdlog1.10-fmt9), as this machine has them; of
    alternatives the last and smallest: the tool that makes users without the rest of systemd."""
    providers = {}
    for line in run("dpkg-query", "-W", "-f", "${Package}\t${Provides}\n").splitlines():
        name, _, provides = line.partition("\t")
        providers[name] = name
        for virtual in re.findall(r"[^\s,()]+(?= \(|,|$)", provides):
            providers.setdefault(virtual, name)
    names = [re.sub(r"\s*\(.*", "", one).split("|")[-1].strip() for one in run("dpkg-deb", "-f", package(), "Depends").split(",")]
    return [providers.get(name, name) for name in names]


def machine_mirror():
    """Where this machine's own apt gets bookworm from, or None."""
    folder = pathlib.Path("/etc/apt")
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]:
        text = path.read_text(errors="replace") if path.is_file() else ""
        if path.suffix == ".list":
            found = re.search(r"(?m)^deb\s+(?:\[.*?\]\s+)?(\S+)\s+bookworm\s", text)
            if found:
                return found.group(1)
        elif path.suffix == ".sources":
            for paragraph in re.split(r"\n\s*\n", text):
                uris = re.search(r"(?m)^URIs:\s*(\S+)", paragraph)
                if uris and re.search(r"(?m)^Suites:.*\bbookworm(\s|$)", paragraph):
                    return uris.group(1)
    return None


class Libraries(unittest.TestCase):
    @needs("readelf")
    def test_every_linked_library_is_in_the_list_with_its_users(self):
        listed = {name: users for names, _, users in listed_libraries() for name in names}
        used = set()
        for name in PROGRAMS:
            for library in re.findall(r"NEEDED.*\[(.*?)\]", run("readelf", "-d", program(name))):
                if re.match(r"lib(asan|ubsan|tsan|clang_rt)|ld-", library):
                    continue
                plain = re.sub(r"\.so\..*$", ".so", library)
                used.add(plain)
                self.assertIn(plain, listed, f"{name} needs {library}: docs/libraries.md")
                self.assertTrue(listed[plain] == "all" or name in re.split(r", ", listed[plain]), f"{name} uses {library}: docs/libraries.md")
        self.assertEqual({name for name in listed if not name.startswith(("libc.", "libm.", "libgcc"))} - used, set(), "listed and not used")


@unittest.skipUnless(package() or LONG, "no package is built (cmake --workflow --preset package, or ./tools/test --long)")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if package() is None:
            slowly("cmake", "--workflow", "--preset", "package", cwd=SOURCE)
        cls.deb = package()

    def test_everything_is_where_debian_wants_it(self):
        files = {line.split(None, 5)[5].lstrip("."): line.split()[:2] for line in run("dpkg-deb", "-c", self.deb).splitlines()}
        for path in ("/usr/bin/netlogd", "/usr/bin/netlog", "/usr/bin/netlog-gen", "/etc/netlogd/netlogd.yaml", "/etc/netlogd/inventory.yaml",
                     "/usr/lib/systemd/system/netlogd.service", "/usr/lib/sysusers.d/netlogd.conf", "/usr/lib/tmpfiles.d/netlogd.conf", "/usr/share/man/man1/netlog.1", "/usr/share/man/man8/netlogd.8",
                     "/usr/share/bash-completion/completions/netlog", "/usr/share/zsh/vendor-completions/_netlog", "/etc/lnav/formats/netlogd/netlogd.json",
                     "/usr/share/netlogd/knowledge/oids.csv", "/usr/share/doc/netlogd/libraries.md", "/usr/share/doc/netlogd/prometheus-alerts.yml", "/usr/share/doc/netlogd/grafana-dashboard.json"):
            self.assertIn(path, files)
        for path, (mode, owner) in files.items():
            self.assertEqual(owner, "root/root", path)
            self.assertFalse(mode[8] == "w", f"{path} may be written by everyone")
            self.assertRegex(path, r"^/(|etc/.*|usr/.*|var/.*)$")
        self.assertEqual([path for path in files if "/usr/local" in path or "/man/netlog" in path and "/usr/share/man/" not in path], [])

    def test_control_data(self):
        fields = dict(re.findall(r"^ ?([A-Z][\w-]+): (.*)$", run("dpkg-deb", "-f", self.deb), re.M))
        self.assertEqual(fields["Package"], "netlogd")
        self.assertRegex(fields["Version"], r"^\d+\.\d+\.\d+(\+\d+\.g[0-9a-f]+)?$")
        libraries = {name for _, packages, _ in listed_libraries() for name in packages}
        self.assertEqual({name for name in depends() if not name.startswith(("tzdata", "systemd"))}, libraries, "Depends against docs/libraries.md")
        self.assertRegex(fields["Depends"], r"tzdata.*systemd \| systemd-standalone-sysusers")
        conffiles = run("dpkg-deb", "-I", self.deb, "conffiles")
        self.assertIn("/etc/netlogd/netlogd.yaml\n", conffiles)
        for script in ("postinst", "prerm", "postrm"):
            run("sh", "-n", "-", input=run("dpkg-deb", "-I", self.deb, script))

    @needs("lnav")
    def test_lnav_finds_the_format_where_the_package_puts_it(self):
        with tempfile.TemporaryDirectory() as folder:
            run("dpkg-deb", "-x", self.deb, folder)
            log = pathlib.Path(folder, "syslog.jsonl")
            log.write_text('{"id":1,"record_type":"syslog","received_at":"2026-01-17T14:32:15.123456Z","source_ip":"192.0.2.1","transport":"udp","device":{"hostname":"core-01"},"severity":3,"severity_text":"ERROR","message_id":"%X-3-Y","message":"z"}\n')
            out = run(tool("lnav"), "-I", f"{folder}/etc/lnav", "-n", log, stdin=subprocess.DEVNULL, env={**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder, "TERM": "dumb"})
            self.assertIn("core-01", out)
            self.assertNotIn('"id"', out)


def is_debian_12():
    release = pathlib.Path("/etc/os-release")
    return release.exists() and "VERSION_CODENAME=bookworm" in release.read_text()


@unittest.skipUnless(LONG and os.geteuid() == 0 and tool("debootstrap") and is_debian_12(), "needs --long, root, debootstrap and Debian 12")
class FreshDebian(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="netlogd-root-"))
        cls.addClassCleanup(shutil.rmtree, cls.root, True)
        if package() is None:
            slowly("cmake", "--workflow", "--preset", "package", cwd=SOURCE)
        # What it depends on comes with the root, so that nothing in the root needs the network.
        mirror = os.environ.get("NETLOGD_MIRROR") or machine_mirror()
        try:
            slowly("debootstrap", "--variant=minbase", f"--include={','.join(depends())}", "bookworm", cls.root, *([mirror] if mirror else []))
        except (AssertionError, subprocess.TimeoutExpired) as trouble:
            raise unittest.SkipTest(f"debootstrap is not possible here: {str(trouble)[-300:]}")
        cls.root.chmod(0o755)  # the user netlogd passes through it
        (cls.root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (cls.root / "usr/sbin/policy-rc.d").chmod(0o755)
        shutil.copy(package(), cls.root / "tmp" / "netlogd.deb")
        # The same with a later version and other defaults, as an upgrade.
        with tempfile.TemporaryDirectory() as folder:
            run("dpkg-deb", "-R", package(), folder)
            control = pathlib.Path(folder, "DEBIAN", "control")
            control.write_text(re.sub(r"(?m)^Version: .*$", "Version: 99.0.0", control.read_text()))
            for name in ("netlogd.yaml", "inventory.yaml"):
                path = pathlib.Path(folder, "etc", "netlogd", name)
                path.write_text(path.read_text() + "# newer\n")
            slowly("dpkg-deb", "-b", "-Zgzip", "-z1", "--root-owner-group", folder, cls.root / "tmp" / "newer.deb")

    def inside(self, *command):
        return slowly("chroot", self.root, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *command)

    def test_a_life(self):
        root = self.root
        self.inside("dpkg", "-i", "/tmp/netlogd.deb")
        self.assertRegex(self.inside("getent", "passwd", "netlogd"), r"^netlogd:x:\d+:\d+:.*:/var/lib/netlogd:/usr/sbin/nologin")
        self.assertEqual(self.inside("stat", "-c", "%U:%G %a", "/var/lib/netlogd", "/etc/netlogd").split("\n")[:2], ["netlogd:netlogd 750", "root:netlogd 750"])
        self.inside("netlogd", "--check-config", "--config", "/etc/netlogd/netlogd.yaml")
        self.assertRegex(self.inside("netlog", "--version"), r"^\d+\.\d+")
        self.assertTrue((root / "etc/systemd/system/multi-user.target.wants/netlogd.service").is_symlink(), "enabled")

        # As its own user it starts, writes and stops.
        self.inside("sh", "-c", "printf 'data_dir: /var/lib/netlogd\\nlisten: [{protocol: syslog, transport: udp, address: 127.0.0.1, port: 0}]\\n' > /tmp/small.yaml")
        daemon = subprocess.Popen(["chroot", root, "setpriv", "--reuid=netlogd", "--regid=netlogd", "--clear-groups", "netlogd", "--config", "/tmp/small.yaml"],
                                  env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, stderr=subprocess.PIPE, text=True)
        made = [root / "var/lib/netlogd" / name for name in ("run/listeners.json", "netlogd.db")]
        wait_until(lambda: all(path.exists() for path in made) or daemon.poll() is not None, "its files")
        daemon.terminate()
        said = daemon.communicate(timeout=PATIENCE)[1]
        self.assertEqual((daemon.returncode, [path.name for path in made if not path.exists()]), (0, []), said)

        config = root / "etc/netlogd/netlogd.yaml"
        config.write_text(config.read_text() + "\n# edited\n")
        (root / "var/lib/netlogd/kept").write_text("data")
        self.inside("dpkg", "--force-confdef", "--force-confold", "-i", "/tmp/newer.deb")
        self.assertTrue(config.read_text().endswith("# edited\n"), "an upgrade keeps what was edited")
        self.assertTrue((root / "etc/netlogd/inventory.yaml").read_text().endswith("# newer\n"), "and renews what was not")
        self.assertIn("99.0.0", self.inside("dpkg-query", "-W", "netlogd"))
        self.assertTrue((root / "var/lib/netlogd/kept").exists(), "an upgrade keeps the data")

        self.inside("dpkg", "-r", "netlogd")
        self.assertFalse((root / "usr/bin/netlogd").exists())
        self.assertTrue(config.exists() and (root / "var/lib/netlogd/kept").exists(), "removing keeps data and configuration")
        self.inside("dpkg", "-P", "netlogd")
        self.assertFalse((root / "etc/netlogd").exists())
        self.assertFalse((root / "var/lib/netlogd").exists())
        self.assertFalse((root / "etc/lnav/formats/netlogd").exists())
        self.assertEqual(list((root / "etc/systemd/system").rglob("netlogd*")), [])
        self.assertEqual(self.inside("sh", "-c", "dpkg -l netlogd 2>/dev/null | grep -c ^ii || true").strip(), "0")


if __name__ == "__main__":
    main()
