#!/usr/bin/env python3
"""TLS 1.3 through OpenSSL's provider for PKCS#11, with the key in the token on both ends of the connection.

Each kind of key makes a token key pair, a self-signed certificate, and then is the server's key for a plain client and the
client's key for a plain server that insists on a certificate.
"""
import pathlib
import re
import subprocess
import unittest

import harness
from harness import LABEL, MODULE, PIN, p11, run

SKIPPED = 77


def provider_module():
    told = subprocess.run(["openssl", "version", "-m"], text=True, stdout=subprocess.PIPE, check=True).stdout
    return pathlib.Path(re.search(r'"(.*)"', told).group(1)) / "pkcs11.so"


CONFIGURATION = """
openssl_conf = init
[init]
providers = providers
[providers]
default = software
pkcs11 = token
[software]
activate = 1
[token]
module = {provider}
pkcs11-module-path = {module}
pkcs11-module-token-pin = {pin}
activate = 1
[req]
distinguished_name = dn
prompt = no
[dn]
CN = localhost
"""


class Server:
    """An s_server on a port of its own."""

    def __init__(self, service, *arguments, **variables):
        self.log = service.folder / "server.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_3", "-www", *map(str, arguments)],
                env={**service.environment(), **variables}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.port = harness.wait_until(self._port, "s_server listens")

    def _port(self):
        if self.process.poll() is not None:
            raise AssertionError(f"s_server ended: {self.log.read_text(errors='replace')}")
        found = re.search(r"^ACCEPT .*:(\d+)$", self.log.read_text(errors="replace"), re.MULTILINE)
        return int(found.group(1)) if found else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class ProviderTls(harness.WithService):
    def setUp(self):
        super().setUp()
        p11(self.service, "--init-token", "--label", LABEL, "--so-pin", harness.SO_PIN)
        p11(self.service, "--login", "--so-pin", harness.SO_PIN, "--init-pin", "--pin", PIN)
        self.configuration = self.service.folder / "openssl.cnf"
        self.configuration.write_text(CONFIGURATION.format(provider=provider_module(), module=MODULE, pin=PIN))

    def with_token(self, *command, **options):
        return run(self.service, "env", f"OPENSSL_CONF={self.configuration}", *command, **options)

    def generate(self, kind):
        p11(self.service, "--login", "--pin", PIN, "--keypairgen", "--key-type", kind, "--label", "tls", "--id", "01")

    def check(self, signature_algorithm):
        folder, key = self.service.folder, f"pkcs11:token={LABEL};object=tls;type=private"
        certificate = folder / "tls.crt"
        self.with_token("openssl", "req", "-new", "-x509", "-key", key, "-subj", "/CN=localhost", "-days", "30",
                        "-addext", "subjectAltName=DNS:localhost", "-out", certificate)
        run(self.service, "openssl", "verify", "-check_ss_sig", "-CAfile", certificate, certificate)
        self.as_server(key, certificate, signature_algorithm)
        self.as_client(key, certificate, signature_algorithm)

    def as_server(self, key, certificate, signature_algorithm):
        with Server(self.service, "-key", key, "-cert", certificate, OPENSSL_CONF=str(self.configuration)) as server:
            page = self.get(server, "-CAfile", certificate, "-sigalgs", signature_algorithm)
        self.assertIn("HTTP/1.0 200 ok", page)
        self.assertIn("Protocol  : TLSv1.3", page)

    def as_client(self, key, certificate, signature_algorithm):
        folder = self.service.folder
        run(self.service, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "plain.key",
            "-out", folder / "plain.crt")
        with Server(self.service, "-key", folder / "plain.key", "-cert", folder / "plain.crt", "-CAfile", certificate, "-Verify", "1",
                    "-verify_return_error", "-client_sigalgs", signature_algorithm) as server:
            refused = self.get(server, "-CAfile", folder / "plain.crt")
            page = self.get(server, "-CAfile", folder / "plain.crt", "-key", key, "-cert", certificate)
        self.assertNotIn("HTTP/1.0 200 ok", refused)
        self.assertIn("HTTP/1.0 200 ok", page)
        self.assertIn("Client certificate", page)

    def get(self, server, *arguments):
        return self.with_token("openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-servername", "localhost",
                               "-verify_return_error", "-tls1_3", "-quiet", *arguments, input="GET / HTTP/1.0\r\n\r\n", check=False).stdout

    def test_rsa_pss(self):
        self.generate("rsa:2048")
        self.check("rsa_pss_rsae_sha256")

    def test_ecdsa(self):
        self.generate("EC:prime256v1")
        self.check("ecdsa_secp256r1_sha256")

    def test_ed25519(self):
        self.generate("EC:edwards25519")
        self.check("ed25519")


if __name__ == "__main__":
    if not provider_module().exists():
        print("SKIPPED: pkcs11-provider is not installed (Debian 12 has it in backports only)")
        raise SystemExit(SKIPPED)
    harness.main()
