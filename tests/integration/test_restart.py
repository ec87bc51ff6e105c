#!/usr/bin/env python3
"""Worlds that are stopped or killed: nothing acknowledged is lost, nobody hangs, and a new client finds all in order."""
import os
import signal
import threading
import time

import cryptoki as ck
import harness
from harness import LABEL


def data_object(label):
    return {ck.CKA_CLASS: ck.CKO_DATA, ck.CKA_TOKEN: True, ck.CKA_PRIVATE: True, ck.CKA_LABEL: label, ck.CKA_VALUE: label}


class Restart(harness.WithService):
    def setUp(self):
        super().setUp()
        self.slot = self.make_token()
        self.session = self.user_session(self.slot)
        _, self.key = self.session.generate_pair(
            ck.CKM_EC_KEY_PAIR_GEN, {ck.CKA_EC_PARAMS: ck.P256, ck.CKA_VERIFY: True, ck.CKA_TOKEN: True},
            {ck.CKA_SIGN: True, ck.CKA_PRIVATE: True, ck.CKA_TOKEN: True, ck.CKA_LABEL: "signer"})
        self.session.create(data_object("first"))

    def new_application(self):
        """Connects anew, as soon as the service answers again, and logs in."""
        def connect():
            self.module.rv("C_Finalize", None)
            if self.module.rv("C_Initialize", None) != ck.CKR_OK:
                return None
            try:
                return self.user_session(self.module.slot_of(LABEL))
            except (ck.CryptokiError, LookupError):
                return None
        self.session = harness.wait_until(connect, "the service answers a new client")

    def check_contents(self, data_count=1):
        self.assertEqual(len(self.session.find({ck.CKA_CLASS: ck.CKO_DATA})), data_count)
        key = self.session.find_one({ck.CKA_CLASS: ck.CKO_PRIVATE_KEY, ck.CKA_LABEL: "signer"})
        self.assertEqual(len(self.session.sign(ck.CKM_ECDSA, key, bytes(32))), 64)

    def test_a_clean_restart_keeps_everything(self):
        self.service.restart()
        self.new_application()
        self.check_contents()

    def test_a_killed_holdfastd_loses_nothing(self):
        self.service.kill()
        self.service.start()
        self.new_application()
        self.check_contents()

    def test_a_killed_secure_world_is_an_error_and_then_a_new_one(self):
        os.kill(self.service.pid_of(harness.SECURE_WORLD), signal.SIGKILL)
        begin = time.monotonic()
        rv = self.session.rv("C_SignInit", ck.byref(ck.mechanism(ck.CKM_ECDSA)), self.key)
        self.assertLess(time.monotonic() - begin, 10)
        self.assertNotEqual(rv, ck.CKR_OK)
        self.new_application()
        self.check_contents()

    def test_a_client_in_a_call_notices_the_secure_worlds_death(self):
        outcome = []

        def sign_until_error():
            try:
                while True:
                    self.session.sign(ck.CKM_ECDSA, self.key, bytes(32))
            except ck.CryptokiError as error:
                outcome.append(error.rv)

        thread = threading.Thread(target=sign_until_error, daemon=True)
        thread.start()
        time.sleep(0.2)
        os.kill(self.service.pid_of(harness.SECURE_WORLD), signal.SIGKILL)
        thread.join(10)
        self.assertFalse(thread.is_alive(), "the client hangs in a call to a dead world")
        self.assertNotEqual(outcome, [ck.CKR_OK])
        self.new_application()
        self.check_contents()

    def test_a_killed_supplicant_is_replaced_and_sessions_go_on(self):
        old = self.service.pid_of(harness.SUPPLICANT)
        os.kill(old, signal.SIGKILL)
        self.assertEqual(len(self.session.sign(ck.CKM_ECDSA, self.key, bytes(32))), 64)
        harness.wait_until(lambda: self.service.pid_of(harness.SUPPLICANT) != old, "another supplicant")

        def create():
            return self.session.rv("C_CreateObject", *self.create_arguments("second")) == ck.CKR_OK
        harness.wait_until(create, "changes are possible again")
        self.service.restart()
        self.new_application()
        self.check_contents(data_count=2)

    def create_arguments(self, label):
        self.template, self.handle = ck.Template(data_object(label)), ck.c_ulong(0)
        return self.template.array, self.template.length, ck.byref(self.handle)

    def test_nothing_acknowledged_is_lost_while_supplicants_are_killed(self):
        def killer():
            # Fewer than the deaths after which holdfastd gives up on a world.
            for _ in range(6):
                time.sleep(0.3)
                os.kill(self.service.pid_of(harness.SUPPLICANT), signal.SIGKILL)
            time.sleep(0.5)

        thread = threading.Thread(target=killer, daemon=True)
        acknowledged, refused, number = set(), 0, 0
        thread.start()
        while thread.is_alive():
            label = f"object {number}"
            number += 1
            if self.session.rv("C_CreateObject", *self.create_arguments(label)) == ck.CKR_OK:
                acknowledged.add(label)
            else:
                refused += 1
                time.sleep(0.02)
        self.assertGreater(len(acknowledged), 0)
        print(f"{len(acknowledged)} acknowledged, {refused} refused")
        for restart in (False, True):
            if restart:
                self.service.kill()
                self.service.start()
            self.new_application()
            found = {self.session.get(handle, ck.CKA_LABEL).decode() for handle in self.session.find({ck.CKA_CLASS: ck.CKO_DATA})}
            self.assertEqual(acknowledged - found, set(), "acknowledged and lost")


if __name__ == "__main__":
    harness.main()
