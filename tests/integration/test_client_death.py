#!/usr/bin/env python3
"""A client that is killed: what it held is freed at once, and nobody else notices."""
import os
import unittest

import cryptoki as ck
import harness
from harness import LABEL, MODULE, PIN, SO_PIN


def open_descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class ClientDeath(harness.WithService):
    def setUp(self):
        super().setUp()
        self.slot = self.make_token()

    def start_client(self, action):
        process = harness.client(self.service, "waiting", MODULE, LABEL, PIN, action)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        return process

    def end(self, process):
        process.kill()
        process.wait()

    def test_its_sessions_end_with_it(self):
        holder = self.start_client("hold")
        self.assert_rv(self.module.init_token(self.slot, SO_PIN, LABEL), ck.CKR_SESSION_EXISTS)
        self.end(holder)
        harness.wait_until(lambda: self.module.init_token(self.slot, SO_PIN, LABEL) == ck.CKR_OK,
                           "the killed client's sessions are closed", 5)

    def test_its_session_objects_are_gone_and_were_never_seen_by_others(self):
        holder = self.start_client("hold")
        session = self.user_session(self.slot)
        self.assertEqual(session.find({ck.CKA_CLASS: ck.CKO_DATA}), [])
        self.end(holder)
        self.assertEqual(session.find({ck.CKA_CLASS: ck.CKO_DATA}), [])

    def test_many_killed_in_the_middle_of_a_call_leave_the_service_whole(self):
        session = self.user_session(self.slot)
        _, key = session.generate_pair(
            ck.CKM_EC_KEY_PAIR_GEN,
            {ck.CKA_EC_PARAMS: ck.P256, ck.CKA_TOKEN: True, ck.CKA_VERIFY: True},
            {ck.CKA_TOKEN: True, ck.CKA_PRIVATE: True, ck.CKA_SENSITIVE: True, ck.CKA_SIGN: True, ck.CKA_LABEL: "signer"})
        for _ in range(10):
            self.end(self.start_client("sign"))
            self.assertEqual(len(session.sign(ck.CKM_ECDSA, key, bytes(32))), 64)

    @unittest.skipUnless(os.geteuid() == 0, "the secure world's descriptors are hidden from everyone but root")
    def test_no_descriptor_of_a_dead_client_stays_open(self):
        world = self.service.pid_of(harness.SECURE_WORLD)
        self.end(self.start_client("hold"))
        before = open_descriptors(world)
        for _ in range(5):
            self.end(self.start_client("hold"))
        harness.wait_until(lambda: open_descriptors(world) <= before, "descriptors of dead clients are closed", 5)


if __name__ == "__main__":
    harness.main()
