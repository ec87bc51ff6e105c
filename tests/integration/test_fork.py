#!/usr/bin/env python3
"""A program that forks after C_Initialize, as nginx does: neither side harms the other."""
import os
import sys
import traceback

import cryptoki as ck
import harness
from harness import LABEL, PIN


def in_child(body):
    """Runs body in a forked child, which ends without Python's exit handlers; returns its wait status."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            body()
            status = 0
        except BaseException:  # the child must never return into the test runner
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(pid, 0)[1]


class Fork(harness.WithService):
    def setUp(self):
        super().setUp()
        self.slot = self.make_token()
        self.session = self.user_session(self.slot)
        _, self.key = self.session.generate_pair(
            ck.CKM_EC_KEY_PAIR_GEN, {ck.CKA_EC_PARAMS: ck.P256, ck.CKA_VERIFY: True, ck.CKA_TOKEN: True},
            {ck.CKA_SIGN: True, ck.CKA_PRIVATE: True, ck.CKA_TOKEN: True, ck.CKA_LABEL: "k"})

    def sign(self):
        self.assertEqual(len(self.session.sign(ck.CKM_ECDSA, self.key, bytes(32))), 64)

    def test_a_child_that_does_nothing_changes_nothing(self):
        self.assertEqual(in_child(lambda: None), 0)
        self.sign()

    def test_a_child_starts_anew_and_the_parent_goes_on(self):
        def child():
            self.module.call("C_Initialize", None)
            session = self.module.open_session(self.module.slot_of(LABEL))
            assert session.login_rv(ck.CKU_USER, PIN) == ck.CKR_OK, "a login belongs to one application, not to its children"
            key = session.find_one({ck.CKA_CLASS: ck.CKO_PRIVATE_KEY})
            for _ in range(50):
                assert len(session.sign(ck.CKM_ECDSA, key, bytes(32))) == 64
            self.module.finalize()

        self.assertEqual(in_child(child), 0)
        self.sign()

    def test_the_parents_handles_mean_nothing_in_a_child(self):
        def child():
            rv = self.session.rv("C_SignInit", ck.byref(ck.mechanism(ck.CKM_ECDSA)), self.key)
            assert rv in (ck.CKR_CRYPTOKI_NOT_INITIALIZED, ck.CKR_SESSION_HANDLE_INVALID), hex(rv)

        self.assertEqual(in_child(child), 0)
        self.sign()

    def test_parent_and_children_sign_at_the_same_time(self):
        def child():
            self.module.call("C_Initialize", None)
            session = self.module.open_session(self.module.slot_of(LABEL))
            session.login(PIN)
            key = session.find_one({ck.CKA_CLASS: ck.CKO_PRIVATE_KEY})
            for _ in range(100):
                session.sign(ck.CKM_ECDSA, key, bytes(32))

        pids = []
        for _ in range(3):
            pid = os.fork()
            if pid == 0:
                try:
                    child()
                    os._exit(0)
                except BaseException:
                    traceback.print_exc()
                    os._exit(1)
            pids.append(pid)
        for _ in range(100):
            self.sign()
        self.assertEqual([os.waitpid(pid, 0)[1] for pid in pids], [0, 0, 0])


if __name__ == "__main__":
    harness.main()
