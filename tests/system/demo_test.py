"""The README's first command, without the building: every protocol is shown, SQLite answers, an interrupt stops it cleanly."""
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from harness import BUILD, PATIENCE, SOURCE, LISTENERS, main, needs, write_yaml

import pathlib


class Demo(unittest.TestCase):
    @needs("sqlite3")
    def test_shows_every_protocol_answers_in_sql_and_stops_cleanly(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        write_yaml(folder / "demo.yaml", {"data_dir": "./data", "listen": LISTENERS})
        demo = subprocess.Popen([sys.executable, SOURCE / "tools" / "demo.py", "--build", BUILD, "--config", folder / "demo.yaml", "--seconds", "4"],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = []
        end = time.monotonic() + PATIENCE
        for line in demo.stdout:
            lines.append(line)
            if line.startswith("Listening on") or time.monotonic() > end:
                break
        demo.send_signal(signal.SIGINT)
        rest, _ = demo.communicate(timeout=PATIENCE)
        shown = "".join(lines)
        self.assertEqual(demo.returncode, 0, shown + rest)
        for word in ("TRAP v1", "TRAP v2c", "FLOW", "%", "sqlite3", "What happened, and how often?", "Listening on"):
            self.assertIn(word, shown)
        self.assertNotIn("\x1b", shown, "colours are for terminals only")


if __name__ == "__main__":
    main()
