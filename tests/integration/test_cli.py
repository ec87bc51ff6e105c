#!/usr/bin/env python3
"""`holdfast` as an operator meets it: against a service that runs, one that does not, and a world that died."""
import json
import os
import signal
import unittest

import harness
from harness import CLI, LABEL, MODULE, run

NOBODY_LISTENS, PROBLEM_FOUND = 3, 1


@unittest.skipUnless(CLI, "this build has no holdfast")
class Cli(harness.WithService):
    def holdfast(self, *arguments, check=True, **options):
        os.environ["HOLDFAST_MODULE"] = MODULE
        return run(self.service, CLI, *arguments, check=check, **options)

    def test_status_shows_worlds_and_tokens(self):
        self.make_token()
        said = self.holdfast("status").stdout
        for pid in (self.service.process.pid, self.service.pid_of(harness.SECURE_WORLD), self.service.pid_of(harness.SUPPLICANT)):
            self.assertRegex(said, rf"running, pid {pid}\b")
        self.assertIn(LABEL, said)
        self.assertEqual(len(self.holdfast("slots").stdout.splitlines()), 3)

    def test_status_tells_what_the_self_test_found(self):
        self.assertRegex(self.holdfast("status").stdout, r"self-test +[1-9]\d+ known answers of [1-9]\d* families right\n")
        report = json.loads(self.holdfast("status", "--json").stdout)
        families = {entry["family"]: entry for entry in report["self_test"]["families"]}
        self.assertGreater(families["digest"]["answers"], 0)
        self.assertFalse([name for name, entry in families.items() if "failed_mechanism" in entry])

    def test_doctor_finds_nothing_wrong_with_a_running_service(self):
        self.assertNotIn("problem", self.holdfast("doctor").stdout)

    def test_the_security_officer_changes_a_tokens_policy(self):
        self.make_token()
        generate = ("--login", "--pin", harness.PIN, "--keypairgen", "--key-type", "rsa:1024", "--id", "01")
        self.assertIn("small-rsa     refused", self.holdfast("policy").stdout)
        self.assertIn("CKR_KEY_SIZE_RANGE", harness.p11(self.service, *generate, check=False).stdout)
        wrong = self.holdfast("policy", "--allow", "small-rsa", input="not the PIN\n", check=False)
        self.assertEqual(wrong.returncode, PROBLEM_FOUND)
        self.assertIn("small-rsa     refused", self.holdfast("policy").stdout)
        self.holdfast("policy", "--allow", "small-rsa", "--refuse", "sha1-signing", input=harness.SO_PIN + "\n")
        self.assertIn("small-rsa     served\nmd5-signing   refused\nsha1-signing  refused", self.holdfast("policy").stdout)
        harness.p11(self.service, *generate)
        self.assertEqual(self.holdfast("policy", "--refuse", "md4", check=False).returncode, 2)

    def test_nobody_listens(self):
        self.service.stop()
        self.assertEqual(self.holdfast("status", check=False).returncode, NOBODY_LISTENS)
        doctor = self.holdfast("doctor", check=False)
        self.assertEqual(doctor.returncode, PROBLEM_FOUND)
        self.assertRegex(doctor.stdout, "(?m)^problem +socket")
        self.service.start()

    def test_status_follows_a_new_secure_world(self):
        old = self.service.pid_of(harness.SECURE_WORLD)
        os.kill(old, signal.SIGKILL)
        harness.wait_until(lambda: self.service.pid_of(harness.SECURE_WORLD) != old, "another secure world")
        new = self.service.pid_of(harness.SECURE_WORLD)
        harness.wait_until(lambda: f"pid {new}, answers" in self.holdfast("status", check=False).stdout,
                           "status shows the new secure world")


if __name__ == "__main__":
    harness.main()
