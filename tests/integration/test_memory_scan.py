#!/usr/bin/env python3
"""No key and no PIN stays in a client, in holdfastd, in the supplicant, in the store or in the log."""
import os
import secrets
import unittest

import cryptoki as ck
import harness
from harness import LABEL, MODULE, run
from memory_scan import Needles

PIN, SO_PIN = "a PIN that nothing else contains: 8151 6273", "and the officer's, as rare: 9027 1435"

# Lazy binding saves the vector registers on the caller's stack, with whatever the last copy left there; see the limits in
# docs/threat-model.md. Here the program's own calls must not disturb what is looked at.
BIND_NOW = {"LD_BIND_NOW": "1"}


def der_items(data):
    """The values of the items of a DER SEQUENCE."""
    def header(at):
        size, at = data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at:at + count], "big"), at + count
        return size, at
    size, at = header(0)
    end, items = at + size, []
    while at < end:
        size, at = header(at)
        items.append(data[at:at + size])
        at += size
    return items


class MemoryScan(harness.WithService):
    def setUp(self):
        super().setUp()
        self.marker = secrets.token_bytes(32)
        self.aes = secrets.token_bytes(32)
        self.rsa = [item.lstrip(b"\0") for item in self.key_items("rsa", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")[1:]]
        self.ec = self.key_items("ec", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1")[1]
        self.secrets = {"PIN": PIN.encode(), "SO PIN": SO_PIN.encode(), "imported AES key": self.aes, "imported EC scalar": self.ec}
        self.secrets.update({f"imported RSA part {number}": part for number, part in enumerate(self.rsa) if number >= 2})
        self.slot = self.make_token(so_pin=SO_PIN, pin=PIN)

    def key_items(self, kind, *options):
        folder = self.service.folder
        run(self.service, "openssl", "genpkey", *options, "-out", folder / "key.pem")
        traditional = ["-traditional"] if kind == "rsa" else []
        run(self.service, "openssl", kind, "-in", folder / "key.pem", *traditional, "-outform", "DER", "-out", folder / "key.der")
        items = der_items((folder / "key.der").read_bytes())
        for name in ("key.pem", "key.der"):
            (folder / name).unlink()
        return items

    def start_client(self, action, values=()):
        process = harness.client(self.service, "memory", MODULE, LABEL, len(PIN), action, *map(len, values), bufsize=0,
                                 variables=BIND_NOW)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdin.close)
        process.stdin.write(PIN.encode() + b"".join(values) + self.marker)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        return process

    def scan(self, clients):
        needles = Needles(self.secrets)
        with self.subTest("the scan finds what is there"):
            for client in clients:
                found = Needles({"marker": self.marker}).find_in_process(client.pid)
                self.assertNotEqual(found, set(), "the scan would have missed a secret")
        for client in clients:
            with self.subTest("client", args=client.args[-1]):
                self.assertEqual(needles.find_in_process(client.pid), set())
        with self.subTest("store and log"):
            self.assertEqual(needles.find_in_files(self.service.folder), set())
        for name, pid in (("supplicant", self.service.pid_of(harness.SUPPLICANT)), ("holdfastd", self.service.process.pid)):
            with self.subTest(name):
                if os.geteuid() == 0:
                    self.assertEqual(needles.find_in_process(pid), set())
                elif name == "supplicant":
                    # What only root can look into cannot be scanned, but its own user must not get in either.
                    self.assertRaises(PermissionError, needles.find_in_process, pid)

    def test_imported_keys_and_pins(self):
        importer = self.start_client("import", [self.aes, *self.rsa[:8], self.ec])
        user = self.start_client("use")
        self.scan([importer, user])

    def test_generated_keys(self):
        importer = self.start_client("import", [self.aes, *self.rsa[:8], self.ec])
        generator = self.start_client("generate")
        user = self.start_client("use")
        session = self.user_session(self.slot, PIN)
        key = session.find_one({ck.CKA_LABEL: "generated aes"})
        self.secrets["generated AES key"] = session.get(key, ck.CKA_VALUE)
        self.secrets["generated EC scalar"] = self.unwrapped_scalar(session)
        self.scan([importer, generator, user])

    def unwrapped_scalar(self, session):
        """The generated, sensitive EC key leaves wrapped; the wrapping key is known here, so its scalar becomes known."""
        wrapping, key = session.find_one({ck.CKA_LABEL: "imported aes"}), session.find_one({ck.CKA_LABEL: "generated ec"})
        self.assert_rv(session.get_rv(key, ck.CKA_VALUE), ck.CKR_ATTRIBUTE_SENSITIVE)
        iv = secrets.token_bytes(16)
        folder = self.service.folder
        (folder / "wrapped").write_bytes(session.wrap(ck.CKM_AES_CBC_PAD, iv, wrapping, key))
        run(self.service, "openssl", "enc", "-d", "-aes-256-cbc", "-K", self.aes.hex(), "-iv", iv.hex(),
            "-in", folder / "wrapped", "-out", folder / "unwrapped")
        key_info = der_items((folder / "unwrapped").read_bytes())
        (folder / "unwrapped").unlink()
        scalar = der_items(key_info[2])[1]
        self.assertEqual(len(scalar), 32)
        return scalar

    @unittest.skipUnless(os.geteuid() == 0, "only root may look into the secure world")
    def test_the_secure_world_itself_keeps_no_pin(self):
        client = self.start_client("use")
        self.assertEqual(Needles({"PIN": PIN.encode()}).find_in_process(self.service.pid_of(harness.SECURE_WORLD)), set())
        client.kill()


if __name__ == "__main__":
    harness.main()
