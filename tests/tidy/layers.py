#!/usr/bin/env python3
"""Reads the #include lines of src/ and include/netlogd/ and keeps the design's table of folders true.

A folder includes itself and the folders its row names; for each exception below, single headers.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

ABOVE = ["core", "config", "observe", "wire", "parse", "enrich", "journal", "follow", "listen", "pipeline", "app", "cli"]
MAY_INCLUDE = {
    "core": [],
    "config": ["core"],
    "observe": ["core"],
    "wire": ["core"],
    "parse": ["core", "wire"],
    "enrich": ["core"],
    "journal": ["core", "observe"],
    "follow": ["core", "journal", "observe"],
    "listen": ["core", "observe"],
    "pipeline": ["core", "observe", "wire", "parse", "enrich", "journal"],
    "app": ABOVE,
    "cli": [folder for folder in ABOVE if folder not in ("listen", "app")],
}
# What a listener needs of the wire: where a message ends, and who stands behind a balancer.
LISTEN_MAY_INCLUDE = re.compile(r"netlogd/wire/(.*fram|proxy).*\.hpp")
# The system's headers that pure folders have no business with.
PURE = ["wire", "parse"]
IMPURE = re.compile(r"(sys/(socket|stat|epoll|mman)\.h|unistd\.h|fcntl\.h|netdb\.h|fstream|filesystem|mutex|thread|iostream|"
                    r"shared_mutex|condition_variable|spdlog/.*|boost/asio.*|sqlite3\.h)$")
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]')


def folder_of(header):
    """The folder of an include of ours, or None: "netlogd/wire/ber.hpp" and "wire/ber_private.hpp"."""
    parts = header.split("/")
    if parts[0] == "netlogd":
        parts = parts[1:]
    return parts[0] if len(parts) > 1 and parts[0] in MAY_INCLUDE else None


def fault(folder, header, quoted):
    if folder in PURE and IMPURE.match(header):
        return f"{folder} is pure and may not include <{header}>"
    other = folder_of(header) if quoted else None
    if other is None or other == folder or other in MAY_INCLUDE[folder]:
        return None
    if folder == "listen" and LISTEN_MAY_INCLUDE.match(header):
        return None
    return f"{folder} may not include {header}"


def main():
    faults = []
    files = 0
    for top in ("src", "include/netlogd"):
        for path in sorted((ROOT / top).rglob("*.[ch]pp")):
            folder = path.relative_to(ROOT / top).parts[0]
            if folder not in MAY_INCLUDE:
                continue
            files += 1
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                found = fault(folder, match.group(1), '"' in line)
                if found:
                    faults.append(f"{path.relative_to(ROOT)}:{number}: {found}")
    print("\n".join(faults) or f"{files} files keep to the table")
    return 1 if faults or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
