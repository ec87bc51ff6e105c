#!/usr/bin/env python3
"""PINs: lengths, tries and their flags, the lock and how it is opened, and that a crash gives no try back."""
import cryptoki as ck
import harness
from harness import PIN, SO_PIN

WRONG = "00000"
TRIES = 7


class PinLifeCycle(harness.WithService):
    def setUp(self):
        super().setUp()
        self.slot = self.make_token()
        self.session = self.module.open_session(self.slot)

    def flags(self):
        return self.module.token_info(self.slot).flags

    def guess(self, user, times):
        for _ in range(times):
            self.assert_rv(self.session.login_rv(user, WRONG), ck.CKR_PIN_INCORRECT)

    def test_lengths_outside_4_to_128_are_refused_and_cost_no_lock(self):
        for pin in ("", "123", "1" * 129):
            self.assertIn(self.session.login_rv(ck.CKU_USER, pin), (ck.CKR_PIN_INCORRECT, ck.CKR_PIN_LEN_RANGE))
        self.session.login(PIN)
        for pin in ("123", "1" * 129):
            self.assert_rv(self.session.rv("C_SetPIN", PIN.encode(), len(PIN), pin.encode(), len(pin)), ck.CKR_PIN_LEN_RANGE)
        for pin in ("1234", "1" * 128):
            self.session.call("C_SetPIN", PIN.encode(), len(PIN), pin.encode(), len(pin))
            self.session.call("C_SetPIN", pin.encode(), len(pin), PIN.encode(), len(PIN))

    def test_the_user_pin_locks_after_seven_tries_and_the_so_opens_it(self):
        self.guess(ck.CKU_USER, TRIES - 2)
        self.assertTrue(self.flags() & ck.CKF_USER_PIN_COUNT_LOW)
        self.assertFalse(self.flags() & ck.CKF_USER_PIN_FINAL_TRY)
        self.guess(ck.CKU_USER, 1)
        self.assertTrue(self.flags() & ck.CKF_USER_PIN_FINAL_TRY)
        self.assertIn(self.session.login_rv(ck.CKU_USER, WRONG), (ck.CKR_PIN_INCORRECT, ck.CKR_PIN_LOCKED))
        self.assertTrue(self.flags() & ck.CKF_USER_PIN_LOCKED)
        self.assert_rv(self.session.login_rv(ck.CKU_USER, PIN), ck.CKR_PIN_LOCKED)

        self.session.login(SO_PIN, ck.CKU_SO)
        self.session.call("C_InitPIN", b"another", 7)
        self.session.logout()
        self.assertFalse(self.flags() & (ck.CKF_USER_PIN_LOCKED | ck.CKF_USER_PIN_COUNT_LOW))
        self.session.login("another")

    def test_the_right_pin_gives_all_tries_back(self):
        for _ in range(3):
            self.guess(ck.CKU_USER, TRIES - 1)
            self.session.login(PIN)
            self.session.logout()
        self.assertFalse(self.flags() & ck.CKF_USER_PIN_COUNT_LOW)

    def test_the_so_pin_locks_too_and_the_user_still_works(self):
        self.guess(ck.CKU_SO, TRIES - 1)
        self.assertTrue(self.flags() & ck.CKF_SO_PIN_FINAL_TRY)
        self.assertIn(self.session.login_rv(ck.CKU_SO, WRONG), (ck.CKR_PIN_INCORRECT, ck.CKR_PIN_LOCKED))
        self.assertTrue(self.flags() & ck.CKF_SO_PIN_LOCKED)
        self.assert_rv(self.session.login_rv(ck.CKU_SO, SO_PIN), ck.CKR_PIN_LOCKED)
        self.session.login(PIN)

    def test_no_try_comes_back_by_ending_the_worlds(self):
        self.guess(ck.CKU_USER, TRIES - 1)
        self.module.rv("C_Finalize", None)
        self.service.kill()
        self.service.start()
        self.module.call("C_Initialize", None)
        self.session = self.module.open_session(self.module.slot_of(harness.LABEL))
        self.assertTrue(self.flags() & ck.CKF_USER_PIN_FINAL_TRY)
        self.assertIn(self.session.login_rv(ck.CKU_USER, WRONG), (ck.CKR_PIN_INCORRECT, ck.CKR_PIN_LOCKED))
        self.assert_rv(self.session.login_rv(ck.CKU_USER, PIN), ck.CKR_PIN_LOCKED)


if __name__ == "__main__":
    harness.main()
