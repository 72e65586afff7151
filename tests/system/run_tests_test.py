"""tools/run-tests: what fails beside others is run once more, alone, and named."""
import pathlib
import subprocess
import tempfile
import unittest

from harness import PATIENCE, SOURCE, main

# Fails until it has been run once.
ONCE = 'test -e seen || { touch seen; exit 1; }'


class RunTests(unittest.TestCase):
    def run_them(self, **tests):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "CTestTestfile.cmake").write_text(
                "".join(f'add_test({name} sh -c [[{script}]])\n' for name, script in tests.items()))
            result = subprocess.run([SOURCE / "tools" / "run-tests", folder], capture_output=True, text=True, timeout=PATIENCE)
        return result.returncode, result.stdout + result.stderr

    def test_all_pass(self):
        status, text = self.run_them(first="true", second="true")
        self.assertEqual(status, 0, text)
        self.assertIn("0 tests failed out of 2", text)
        self.assertNotIn("unstable", text)

    def test_one_that_fails_only_beside_others_is_named_and_the_run_is_good(self):
        status, text = self.run_them(first="true", wavering=ONCE)
        self.assertEqual(status, 0, text)
        self.assertIn("unstable: wavering failed beside others, passed alone\n", text)
        self.assertIn("1 tests failed out of 2", text)
        self.assertIn("0 tests failed out of 1", text)

    def test_one_that_fails_alone_too_fails_the_run(self):
        status, text = self.run_them(broken="false", wavering=ONCE, good="true")
        self.assertNotEqual(status, 0, text)
        self.assertIn("unstable: wavering failed", text)
        self.assertNotIn("unstable: broken", text)


if __name__ == "__main__":
    main()
