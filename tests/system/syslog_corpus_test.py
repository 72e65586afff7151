"""Scores the syslog path on the corpus of captured lines beside the project, where it is there.

The corpus belongs to others and is read in place; NETLOGD_SHARED names its folder, else ../shared of
the source tree is taken. Demanded: 99 % strict in total, 98 % in every family, every line accepted
with its raw text and a sane host.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77


def main():
    source = pathlib.Path(os.environ["NETLOGD_SOURCE"])
    shared = pathlib.Path(os.environ.get("NETLOGD_SHARED", source.parent / "shared"))
    corpus = shared / "corpus" / "syslog-visible.jsonl"
    scorer = shared / "corpus" / "tools" / "score_corpus.py"
    if not corpus.exists() or not scorer.exists():
        print(f"skipped: no corpus at {corpus}")
        return SKIPPED
    program = pathlib.Path(os.environ["NETLOGD_BUILD"]) / "tests/unit/parse/syslog_corpus_records"
    with tempfile.TemporaryDirectory() as folder:
        records = pathlib.Path(folder) / "records.jsonl"
        report = pathlib.Path(folder) / "report.json"
        with records.open("wb") as out:
            subprocess.run([program, corpus], stdout=out, check=True, timeout=300)
        subprocess.run([sys.executable, scorer, corpus, records, "--json", report], check=True, timeout=300)
        return judge(json.loads(report.read_text()))


def judge(report):
    faults = []
    for family, fields in report.items():
        least = 0.99 if family == "TOTAL" else 0.98
        share = fields["all"]["strict"] / fields["all"]["checked"]
        if share < least:
            faults.append(f"{family}: {100 * share:.2f} % strict, less than {100 * least:.0f} %")
        for field in ("accepted", "raw_kept", "host_sane"):
            if fields[field]["strict"] != fields[field]["checked"]:
                faults.append(f"{family}: {field} is not complete")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
