"""Programs from Debian packages unpacked under build/tools-root: nothing is installed and nothing is started."""
import os
import pathlib
import re
import shutil
import subprocess

from measuring import ROOT

ASIDE = ROOT / "build" / "tools-root"
PROGRAMS = {  # what the comparison runs, and the packages it is in
    "rsyslogd": ("rsyslog",),
    "syslog-ng": ("syslog-ng-core", "syslog-ng-mod-sql"),
    "snmptrapd": ("snmptrapd",),
    "nfcapd": ("nfdump",),
    "nfacctd": ("pmacct",),
}


def find(program):
    """The program unpacked aside, else the machine's own, else None."""
    places = [ASIDE / "usr/sbin", ASIDE / "usr/bin", "/usr/sbin", "/usr/bin"]
    return shutil.which(program, path=os.pathsep.join(map(str, places)))


def folder_with(pattern):
    """The folder of the first file that fits, aside or on the machine."""
    for root in (ASIDE, pathlib.Path("/")):
        for path in sorted(root.glob(pattern)):
            return path.parent
    return pathlib.Path("/nonexistent")


def environment():
    """With which the programs aside find their libraries aside."""
    folders = sorted({str(path.parent) for path in (ASIDE / "usr/lib").glob("**/lib*.so*")
                      if path.parent.name.endswith("linux-gnu") or path.parent.name == "syslog-ng"})
    return {"LD_LIBRARY_PATH": os.pathsep.join(folders)} if folders else {}


def is_installed(package):
    status = subprocess.run(["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True, check=False).stdout
    return status == "install ok installed"


def unpack(package, done):
    """The package, and the libraries it needs and the machine lacks."""
    if package in done:
        return
    done.add(package)
    packages = ASIDE / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    if not list(packages.glob(f"{package}_*.deb")):
        print(f"unpacking {package} under build/tools-root (not installed, nothing is started)", flush=True)
        result = subprocess.run(["apt-get", "download", "-qq", package], cwd=packages, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            print(f"apt-get download {package}: {result.stderr.strip()}", flush=True)
            return
    for file in packages.glob(f"{package}_*.deb"):
        marker = packages / (file.name + ".unpacked")
        if not marker.exists():
            subprocess.run(["dpkg", "-x", str(file), str(ASIDE)], check=True)
            marker.touch()
        depends = subprocess.run(["dpkg-deb", "-f", str(file), "Depends"], capture_output=True, text=True, check=True).stdout
        for name in re.findall(r"(?:^|,)\s*(lib[^\s,|(:]+)", depends):
            if not is_installed(name):
                unpack(name, done)


def has_sqlite_driver():
    """syslog-ng's way to SQLite: libdbi looks for its drivers in the machine's own folder only."""
    return any(pathlib.Path("/usr/lib").glob("*/dbd/libdbdsqlite3.so"))


def fetch():
    """All that is missing. One library has to be installed, which starts nothing."""
    if shutil.which("apt-get") is None:
        print("no apt-get here: the peers that are installed are compared", flush=True)
        return
    done = set()
    for packages in PROGRAMS.values():
        for package in packages:
            unpack(package, done)
    if not has_sqlite_driver() and os.geteuid() == 0:
        print("installing libdbd-sqlite3 with apt (syslog-ng finds this driver nowhere else)", flush=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "libdbd-sqlite3"], check=False,
                       stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def version(program):
    """As Debian numbers it."""
    for package in PROGRAMS[program][:1]:
        for file in sorted((ASIDE / "packages").glob(f"{package}_*.deb")):
            return file.name.split("_")[1].replace("%3a", ":")
        text = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=False).stdout
        if text:
            return text
    return "unknown version"
