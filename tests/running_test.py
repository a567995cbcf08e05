#!/usr/bin/env python3
"""The treatment of a test by running.main: its exit code, its output, and the end of everything that the test started."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import textwrap
import unittest

SCRIPT = """
import pathlib, sys, time
sys.path.insert(0, "{tests}")
from running import Process, Receiver, main, skip

def daemon(stage, name="daemon", through=()):
    started = Process(stage, name, *through, stage.given.daemon, stage.given.notes, name)
    started.wait_for_words("ready")
    return started

def test(stage):
{body}

if __name__ == "__main__":
    sys.exit(main(test, binaries=["--daemon"], options=[("--notes", {{"required": True}})], needs={needs}))
"""

# Notes its name when it ends, so that the order shows; ends with 3 where its name says so.
DAEMON = """#!/bin/sh
trap 'echo "$2" >>"$1"; case "$2" in bad*) exit 3;; esac; exit 0' TERM
echo "ready $$"
while :; do sleep 0.05; done
"""


class Main(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="trunkwarden-running-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.notes, self.daemon = self.folder / "notes", self.folder / "daemon"
        self.notes.touch()
        self.daemon.write_text(DAEMON)
        self.daemon.chmod(0o755)

    def start(self, body, needs=()):
        script = self.folder / "script.py"
        script.write_text(SCRIPT.format(tests=pathlib.Path(__file__).resolve().parent, needs=needs,
                                        body=textwrap.indent(textwrap.dedent(body), "    ")))
        return subprocess.Popen([sys.executable, script, "--daemon", self.daemon, "--notes", self.notes],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run_to_its_end(self, body, needs=()):
        with self.start(body, needs) as script:
            said, _ = script.communicate(timeout=30)
            return script.returncode, said

    def ended(self):
        return self.notes.read_text().split()

    def test_a_test_that_passes_ends_with_0_and_shows_no_logs(self):
        self.assertEqual(self.run_to_its_end("daemon(stage); print('fine')"), (0, "fine\n"))
        self.assertEqual(self.ended(), ["daemon"])

    def test_what_started_last_ends_first(self):
        self.run_to_its_end("daemon(stage, 'first'); Receiver(stage); daemon(stage, 'second')")
        self.assertEqual(self.ended(), ["second", "first"])

    def test_a_failed_assertion_is_told_with_every_log(self):
        code, said = self.run_to_its_end("daemon(stage); daemon(stage, 'other'); assert False, 'no finding came'")
        self.assertEqual(code, 1)
        self.assertRegex(said, r"(?s)^FAILED no finding came\n--- daemon\nready.*\n--- other\nready")
        self.assertEqual(self.ended(), ["other", "daemon"])

    def test_an_assertion_without_words_and_any_other_exception_say_where(self):
        for body in ("assert 1 == 2", "{}['nothing']"):
            code, said = self.run_to_its_end(body)
            self.assertEqual(code, 1)
            self.assertIn("FAILED Traceback", said)
            self.assertIn("script.py", said)

    def test_problems_are_collected(self):
        code, said = self.run_to_its_end("stage.problems.append('one'); stage.problems.append('two'); assert False, 'three'")
        self.assertEqual(code, 1)
        self.assertTrue(said.startswith("FAILED one\nFAILED two\nFAILED three\n"), said)

    def test_a_program_under_test_must_end_well_and_no_other_must(self):
        code, said = self.run_to_its_end("daemon(stage, 'bad')")
        self.assertEqual(code, 1)
        self.assertTrue(said.startswith("FAILED bad ended with 3\n--- bad\n"), said)
        self.assertEqual(self.run_to_its_end("daemon(stage, 'bad', through=['sh'])"), (0, ""))

    def test_a_skip_in_the_midst_of_a_test_says_so_and_ends_what_runs(self):
        self.assertEqual(self.run_to_its_end("daemon(stage); skip('no network')"), (77, "skipped: no network\n"))
        self.assertEqual(self.ended(), ["daemon"])

    def test_it_is_skipped_where_a_program_is_missing(self):
        code, said = self.run_to_its_end("pass", needs=["no-such-program"])
        self.assertEqual((code, said), (77, "skipped: no-such-program is not installed (.ci/install installs it)\n"))
        self.daemon.unlink()
        self.assertEqual(self.run_to_its_end("pass"), (77, f"skipped: {self.daemon} is not built\n"))

    def test_SIGTERM_ends_what_runs(self):
        with self.start("daemon(stage); print('started', flush=True); time.sleep(60)") as script:
            self.assertEqual(script.stdout.readline(), "started\n")
            os.kill(script.pid, signal.SIGTERM)
            script.communicate(timeout=30)
            self.assertEqual(script.returncode, 143)
        self.assertEqual(self.ended(), ["daemon"])


if __name__ == "__main__":
    unittest.main()
