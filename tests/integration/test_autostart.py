#!/usr/bin/env python3
"""Zero configuration: with nothing running and nothing set, the module starts a Holdfast of the user's own."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

import harness
from harness import LABEL, MODULE, PIN, SO_PIN


@unittest.skipIf(os.path.exists("/run/holdfast/holdfast.sock"), "a system-wide Holdfast is running and would be used")
class Autostart(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hf-home-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.addCleanup(self.stop_daemons)
        (self.home / "run").mkdir(mode=0o700)
        self.environment_variables = {
            "HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home / "run"), "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_STATE_HOME": str(self.home / "state"),
            "PATH": os.environ["PATH"], "HOLDFAST_DAEMON": harness.DAEMON}

    def environment(self):
        return self.environment_variables

    def daemons(self):
        """The holdfastd processes of this home, found by their environment."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                mine = f"HOME={self.home}".encode() in (folder / "environ").read_bytes().split(b"\0")
                if mine and (folder / "comm").read_text().strip() == "holdfastd" and harness.is_alive(folder.name):
                    found.append(int(folder.name))
            except (PermissionError, FileNotFoundError, ProcessLookupError):
                continue
        return found

    def stop_daemons(self):
        for pid in self.daemons():
            os.kill(pid, signal.SIGTERM)
        harness.wait_until(lambda: not self.daemons(), "the user's holdfastd stops", 10)

    def test_the_first_client_starts_it_and_the_next_ones_share_it(self):
        self.assertEqual(self.daemons(), [])
        harness.p11(self, "--init-token", "--label", LABEL, "--so-pin", SO_PIN)
        self.assertEqual(len(self.daemons()), 1)
        harness.p11(self, "--login", "--so-pin", SO_PIN, "--init-pin", "--pin", PIN)
        self.assertIn(f": {LABEL}", harness.p11(self, "--list-slots").stdout)
        self.assertEqual(len(self.daemons()), 1)

    def test_clients_that_start_at_the_same_time_start_one(self):
        clients = [subprocess.Popen(["pkcs11-tool", "--module", MODULE, "--list-slots"], env=self.environment(),
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(6)]
        for client in clients:
            output, _ = client.communicate(timeout=60)
            self.assertEqual(client.returncode, 0, output)
        self.assertEqual(len(self.daemons()), 1)

    def test_the_store_is_in_the_users_data_folder_and_survives(self):
        harness.p11(self, "--init-token", "--label", LABEL, "--so-pin", SO_PIN)
        self.stop_daemons()
        self.assertTrue(any((self.home / "data").rglob("records.sqlite")), list(self.home.rglob("*")))
        self.assertIn(f": {LABEL}", harness.p11(self, "--list-slots").stdout)


if __name__ == "__main__":
    harness.main()
