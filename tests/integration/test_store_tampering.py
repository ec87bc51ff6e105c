#!/usr/bin/env python3
"""A store that was changed behind Holdfast's back: refused, with the cause in the log, and other tokens stay usable."""
import sqlite3

import cryptoki as ck
import harness

VICTIM, OTHER = "victim", "other"
REFUSED = 5  # holdfastd's exit status when the secure world does not trust the store


class StoreTampering(harness.WithService):
    """Token VICTIM in the first slot has five objects, token OTHER in the second has one. Shelves are found by content."""

    def setUp(self):
        super().setUp()
        self.make_token(VICTIM, self.module.slots()[0])
        self.make_token(OTHER, self.module.slots()[1])
        for label, count in ((VICTIM, 5), (OTHER, 1)):
            session = self.user_session(self.module.slot_of(label))
            for number in range(count):
                session.create({ck.CKA_CLASS: ck.CKO_DATA, ck.CKA_TOKEN: True, ck.CKA_LABEL: f"{label} {number}",
                                ck.CKA_VALUE: f"value {number}"})
            session.close()
        self.module.rv("C_Finalize", None)
        self.service.stop()
        self.database = next(self.service.state.rglob("records.sqlite"))
        self.victim_shelf = self.query("SELECT shelf FROM record GROUP BY shelf HAVING count(*) = 5")[0][0]
        self.log_before = len(self.service.log())

    def query(self, sql, *parameters):
        connection = sqlite3.connect(self.database)
        try:
            with connection:
                return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def records(self):
        return self.query("SELECT uid, blob FROM record WHERE shelf = ? ORDER BY uid", self.victim_shelf)

    def start(self):
        self.service.start()
        self.module.call("C_Initialize", None)

    def usable(self, label):
        """Whether a user can log in to the token and read its objects."""
        try:
            session = self.user_session(self.module.slot_of(label))
            return len(session.find({ck.CKA_CLASS: ck.CKO_DATA})) > 0
        except (ck.CryptokiError, LookupError):
            return False

    def expect_refusal(self, cause):
        self.start()
        self.assertFalse(self.usable(VICTIM), "a damaged token was opened")
        self.assertTrue(self.usable(OTHER), "an undamaged token suffered")
        log = self.service.log()[self.log_before:]
        self.assertRegex(log, cause)

    def test_an_untouched_store_opens(self):
        self.start()
        self.assertTrue(self.usable(VICTIM))
        self.assertTrue(self.usable(OTHER))

    def test_a_flipped_bit_in_a_record(self):
        uid, blob = self.records()[2]
        flipped = bytearray(blob)
        flipped[len(blob) // 2] ^= 0x10
        self.query("UPDATE record SET blob = ? WHERE shelf = ? AND uid = ?", bytes(flipped), self.victim_shelf, uid)
        self.expect_refusal("a record was altered")

    def test_a_shortened_record(self):
        uid, blob = self.records()[0]
        self.query("UPDATE record SET blob = ? WHERE shelf = ? AND uid = ?", blob[:-7], self.victim_shelf, uid)
        self.expect_refusal("a record was altered")

    def test_a_removed_record(self):
        self.query("DELETE FROM record WHERE shelf = ? AND uid = ?", self.victim_shelf, self.records()[1][0])
        self.expect_refusal("a record is missing")

    def test_two_records_swapped(self):
        (first, first_blob), (second, second_blob) = self.records()[:2]
        self.query("UPDATE record SET blob = ? WHERE shelf = ? AND uid = ?", second_blob, self.victim_shelf, first)
        self.query("UPDATE record SET blob = ? WHERE shelf = ? AND uid = ?", first_blob, self.victim_shelf, second)
        self.expect_refusal("a record belongs to another object")

    def test_a_record_too_many(self):
        self.query("INSERT INTO record (shelf, uid, blob) VALUES (?, ?, ?)", self.victim_shelf, b"\x77" * 16, self.records()[0][1])
        self.expect_refusal("should not be|belongs to another object")

    def test_a_flipped_bit_in_the_manifest(self):
        manifest = bytearray(self.query("SELECT manifest FROM shelf WHERE id = ?", self.victim_shelf)[0][0])
        manifest[-1] ^= 1
        self.query("UPDATE shelf SET manifest = ? WHERE id = ?", bytes(manifest), self.victim_shelf)
        self.expect_refusal("the token's manifest was altered")

    def test_the_token_is_refused_by_code_and_stays_as_it_is(self):
        self.query("DELETE FROM record WHERE shelf = ? AND uid = ?", self.victim_shelf, self.records()[1][0])
        left = self.records()
        self.expect_refusal("a record is missing")
        self.module.rv("C_Finalize", None)
        self.service.stop()
        self.assertEqual(self.records(), left, "a refused token was changed")

    def expect_store_refusal(self, cause):
        """The store as a whole cannot be trusted: holdfastd says so in its log and by its exit status."""
        with self.assertRaises(harness.DidNotStart) as refusal:
            self.service.start()
        self.assertEqual(refusal.exception.status, REFUSED)
        self.assertRegex(self.service.log()[self.log_before:], cause)

    def test_another_root_key_opens_nothing_and_says_so(self):
        own_key = self.service.state / "root.key"
        original = own_key.read_bytes()
        with harness.Service() as stranger:
            stranger.stop()
            own_key.write_bytes((stranger.state / "root.key").read_bytes())
        self.expect_store_refusal("made under another root key")
        own_key.write_bytes(original)
        self.start()
        self.assertTrue(self.usable(VICTIM), "the refusal changed the store")

    def test_the_root_key_is_its_owners_and_not_in_the_store(self):
        key = self.service.state / "root.key"
        self.assertEqual(key.stat().st_mode & 0o077, 0)
        self.assertNotIn(self.database.parent, key.parents)

    def test_a_truncated_database_is_refused_and_not_overwritten(self):
        for suffix in ("-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
        with open(self.database, "r+b") as file:
            file.truncate(self.database.stat().st_size // 2)
        shortened = self.database.read_bytes()
        self.expect_store_refusal("cannot read its database")
        self.assertEqual(self.database.read_bytes(), shortened, "a truncated database was written to")


if __name__ == "__main__":
    harness.main()
