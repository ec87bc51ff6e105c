#!/usr/bin/env python3
"""Debian's command-line clients of PKCS#11 on a token: what they say, and that none of them ends in a crash."""
import shutil
import unittest

import harness
from harness import LABEL, MODULE, PIN, SO_PIN, p11, run


class Clients(harness.WithService):
    def setUp(self):
        super().setUp()
        p11(self.service, "--init-token", "--label", LABEL, "--so-pin", SO_PIN)
        p11(self.service, "--login", "--so-pin", SO_PIN, "--init-pin", "--pin", PIN)

    def login(self, *arguments, **options):
        return p11(self.service, "--token-label", LABEL, "--login", "--pin", PIN, *arguments, **options)

    def test_pkcs11_tool_passes_its_own_test(self):
        self.login("--keypairgen", "--key-type", "rsa:2048", "--label", "rsa", "--id", "01")
        self.login("--keypairgen", "--key-type", "EC:prime256v1", "--label", "ec", "--id", "02")
        output = self.login("--test", timeout=240).stdout
        self.assertIn("No errors", output)
        self.assertNotIn("ERR", output)

    def test_objects_of_every_class_go_in_and_out(self):
        folder = self.service.folder
        (folder / "data").write_bytes(b"written by a client")
        run(self.service, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=holder", "-keyout", folder / "key.pem", "-out", folder / "cert.pem")
        run(self.service, "openssl", "x509", "-in", folder / "cert.pem", "-outform", "DER", "-out", folder / "cert.der")
        run(self.service, "openssl", "pkey", "-in", folder / "key.pem", "-outform", "DER", "-out", folder / "key.der")
        self.login("--write-object", folder / "data", "--type", "data", "--label", "note")
        self.login("--write-object", folder / "cert.der", "--type", "cert", "--label", "holder", "--id", "0a")
        self.login("--write-object", folder / "key.der", "--type", "privkey", "--label", "holder", "--id", "0a")
        self.login("--keygen", "--key-type", "AES:32", "--label", "wrapper", "--id", "0b")
        listed = self.login("--list-objects").stdout
        for line in ("Data object", "Certificate Object", "Private Key Object; EC", "Secret Key Object; AES"):
            self.assertIn(line, listed)
        self.login("--read-object", "--type", "data", "--label", "note", "--output-file", folder / "data.out")
        self.login("--read-object", "--type", "cert", "--id", "0a", "--output-file", folder / "cert.out")
        self.assertEqual((folder / "data.out").read_bytes(), b"written by a client")
        self.assertEqual((folder / "cert.out").read_bytes(), (folder / "cert.der").read_bytes())
        self.login("--delete-object", "--type", "data", "--label", "note")
        self.assertNotIn("Data object", self.login("--list-objects").stdout)

    def test_an_imported_key_signs_as_its_public_key_says(self):
        folder = self.service.folder
        (folder / "text").write_bytes(b"signed in the token, verified outside")
        for kind, options, mechanism in (("rsa", ["rsa_keygen_bits:2048"], "SHA256-RSA-PKCS"),
                                         ("ec", ["ec_paramgen_curve:prime256v1"], "ECDSA-SHA256")):
            run(self.service, "openssl", "genpkey", "-algorithm", kind, "-pkeyopt", *options, "-out", folder / "key.pem")
            run(self.service, "openssl", "pkey", "-in", folder / "key.pem", "-outform", "DER", "-out", folder / "key.der")
            run(self.service, "openssl", "pkey", "-in", folder / "key.pem", "-pubout", "-out", folder / "pub.pem")
            self.login("--write-object", folder / "key.der", "--type", "privkey", "--label", kind, "--usage-sign")
            self.login("--sign", "--mechanism", mechanism, "--label", kind, "--input-file", folder / "text",
                       "--output-file", folder / "signature", "--signature-format", "openssl")
            verified = run(self.service, "openssl", "dgst", "-sha256", "-verify", folder / "pub.pem", "-signature",
                           folder / "signature", folder / "text")
            self.assertIn("Verified OK", verified.stdout)

    def test_a_refused_request_is_an_exit_status_not_a_crash(self):
        for arguments in (["--login", "--pin", "wrong-pin", "--list-objects"],
                          ["--login", "--pin", PIN, "--read-object", "--type", "cert", "--label", "nothing"],
                          ["--login", "--pin", PIN, "--keypairgen", "--key-type", "EC:no-such-curve"],
                          ["--init-token", "--label", "other", "--so-pin", "not-the-so-pin"]):
            self.assertEqual(p11(self.service, *arguments, check=False).returncode, 1, arguments)
        self.assertIn(f": {LABEL}", p11(self.service, "--list-slots").stdout)

    def test_a_missing_service_is_an_error_at_once(self):
        self.service.stop()
        self.assertNotEqual(p11(self.service, "--list-slots", check=False, timeout=20).returncode, 0)
        self.service.start()

    @unittest.skipUnless(shutil.which("p11tool"), "GnuTLS's p11tool is not installed")
    def test_gnutls_lists_the_token_and_its_keys(self):
        self.login("--keypairgen", "--key-type", "EC:prime256v1", "--label", "ec", "--id", "02")
        tokens = run(self.service, "p11tool", "--provider", MODULE, "--list-tokens").stdout
        self.assertIn(f"token={LABEL}", tokens)
        url = f"pkcs11:token={LABEL}"
        listed = run(self.service, "p11tool", "--provider", MODULE, "--login", f"--set-pin={PIN}", "--list-all", url).stdout
        self.assertIn("type=private", listed)
        self.assertIn("type=public", listed)

    @unittest.skipUnless(shutil.which("ssh-keygen"), "OpenSSH's ssh-keygen is not installed")
    def test_openssh_reads_the_public_key(self):
        self.login("--keypairgen", "--key-type", "EC:prime256v1", "--label", "ec", "--id", "02")
        self.assertIn("ecdsa-sha2-nistp256 ", run(self.service, "ssh-keygen", "-D", MODULE).stdout)


if __name__ == "__main__":
    harness.main()
