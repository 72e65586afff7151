#!/usr/bin/env python3
"""Every promise of docs/operations.md and every input of docs/hostile-inputs.md names what keeps it, and that exists."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"


def rows(page, heading):
    """The last column of each table row below the heading, with its line number."""
    inside = heading is None
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1):
        if heading is not None and line.startswith("## "):
            inside = line == heading
        if inside and line.startswith("| ") and not line.startswith("| ---"):
            yield number, line.strip("| ").split(" | ")[-1]


def names_of_tests():
    """Everything that a page may name: programs, scripts, test cases, classes, functions, files."""
    found = {"system." + path.stem for path in (TESTS / "system").glob("*_test.py")}
    found |= {"fault_" + path.stem for path in (TESTS / "fault").glob("*_test.cpp")}
    found |= {path.parent.name + "_test" for path in (TESTS / "unit").glob("*/CMakeLists.txt")}
    found |= {f"fuzz.{path.stem}_corpus" for path in (TESTS / "fuzz").glob("*_fuzz.cpp")}
    found |= set(re.findall(r"NAME (tidy\.\w+)", (TESTS / "tidy" / "CMakeLists.txt").read_text(encoding="utf-8")))
    for path in TESTS.rglob("*.cpp"):
        found |= set(re.findall(r"^TEST(?:_F|_P)?\(\s*\w+,\s*(\w+)\)", path.read_text(encoding="utf-8"), re.MULTILINE))
    for path in (TESTS / "system").glob("*.py"):
        found.add(path.name)
        found |= set(re.findall(r"^ *(?:def|class) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    return found


def main():
    known = names_of_tests()
    faults = []
    for page, heading in (("docs/operations.md", "## What is promised"), ("docs/hostile-inputs.md", None)):
        for number, keepers in rows(page, heading):
            named = re.findall(r"`([^`]+)`", keepers)
            if keepers in ("kept by", "not supported: netlogd takes no compressed stream, so there is nothing to inflate"):
                continue
            if not named:
                faults.append(f"{page}:{number}: names no test")
            faults += [f"{page}:{number}: {name}: there is no such test" for name in named
                       if name not in known and not (("/" in name) and (ROOT / name).exists())]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
