#!/usr/bin/env python3
"""Zero configuration: with nothing running and nothing set, the module starts a Holdfast of the user's own."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import harness
from harness import LABEL, MODULE, PIN, SO_PIN


WORLDS = os.environ.get("HF_WORLDS", "").split(":")
NOBODY = 65534  # autostart is not for root, so root tests it as somebody else


@unittest.skipIf(os.path.exists("/run/holdfast/holdfast.sock"), "a system-wide Holdfast is running and would be used")
class Autostart(unittest.TestCase):
    def setUp(self):
        self.began = time.clock_gettime(time.CLOCK_BOOTTIME) - 0.02  # a clock tick's worth earlier
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hf-home-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.addCleanup(self.stop_daemons)
        (self.home / "run").mkdir(mode=0o700)
        self.module = self.install(MODULE)
        self.daemon = self.install(harness.DAEMON)
        self.run_as = {}
        if os.geteuid() == 0:
            self.run_as = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for path in (self.home, self.home / "run"):
                os.chown(path, NOBODY, NOBODY)

    def install(self, program):
        """A copy that another user can reach, wherever the build is; the worlds' programs lie beside holdfastd."""
        (self.home / "programs").mkdir(exist_ok=True)
        for name in [program] if program == MODULE else [program, *WORLDS]:
            shutil.copy2(name, self.home / "programs")
        return self.home / "programs" / os.path.basename(program)

    def environment(self):
        variables = {"HOME": ".", "XDG_RUNTIME_DIR": "run", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config"}
        paths = {name: str(self.home / folder) for name, folder in variables.items()}
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_PRELOAD", "ASAN_OPTIONS")}
        return {**kept, **paths, "HOLDFAST_DAEMON": str(self.daemon)}

    def p11(self, *arguments):
        return harness.run(self, "pkcs11-tool", "--module", self.module, *arguments, **self.run_as)

    def daemons(self):
        """The holdfastd processes that a module started since this test began. Their environment is closed even to us."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if (folder / "cmdline").read_bytes() != b"holdfastd\0--ready-fd\x003\0" or not harness.is_alive(folder.name):
                    continue
                began = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if began >= self.began:
                found.append(int(folder.name))
        return found

    def stop_daemons(self):
        for pid in self.daemons():
            os.kill(pid, signal.SIGTERM)
        harness.wait_until(lambda: not self.daemons(), "the user's holdfastd stops", 10)

    def test_the_first_client_starts_it_and_the_next_ones_share_it(self):
        self.assertEqual(self.daemons(), [])
        self.p11("--init-token", "--label", LABEL, "--so-pin", SO_PIN)
        self.assertEqual(len(self.daemons()), 1)
        self.p11("--login", "--so-pin", SO_PIN, "--init-pin", "--pin", PIN)
        self.assertIn(f": {LABEL}", self.p11("--list-slots").stdout)
        self.assertEqual(len(self.daemons()), 1)

    def test_clients_that_start_at_the_same_time_start_one(self):
        clients = [subprocess.Popen(["pkcs11-tool", "--module", self.module, "--list-slots"], env=self.environment(),
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **self.run_as) for _ in range(6)]
        for client in clients:
            output, _ = client.communicate(timeout=60)
            self.assertEqual(client.returncode, 0, output)
        self.assertEqual(len(self.daemons()), 1)

    def test_the_store_is_in_the_users_data_folder_and_survives(self):
        self.p11("--init-token", "--label", LABEL, "--so-pin", SO_PIN)
        self.stop_daemons()
        self.assertTrue(any((self.home / "data").rglob("records.sqlite")), list(self.home.rglob("*")))
        self.assertIn(f": {LABEL}", self.p11("--list-slots").stdout)


if __name__ == "__main__":
    harness.main()
