#!/usr/bin/env python3
"""Check what the module exports, what it needs, and that no cryptography is linked into it.

usage: tools/check_exports.py MODULE.so [GOLDEN]    GOLDEN: tests/golden/exports.txt unless given

The exported names must equal the golden file; the needed libraries must be libc and the loader; no symbol may be one
of libcrypto's.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NEEDED = re.compile(r"libc\.so\.\d+|ld-linux[-\w]*\.so\.\d+")
LIBCRYPTO = re.compile(r"(EVP|OSSL|OPENSSL|CRYPTO|BN|RSA|EC|ECDSA|ECDH|X509|ASN1|BIO|ERR|RAND|HMAC|CMAC|SHA\d*|AES)_")


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def symbols(module, *selection):
    """Names from nm, without their versions."""
    return {line.split()[-1].split("@")[0] for line in output_of("nm", *selection, module) if line.strip()}


def faults_of(module, golden):
    exported = symbols(module, "--dynamic", "--defined-only")
    expected = set(golden.read_text().split())
    yield from (f"exports {name}, which {golden.name} does not list" for name in sorted(exported - expected))
    yield from (f"does not export {name}" for name in sorted(expected - exported))
    for line in output_of("readelf", "--dynamic", "--wide", module):
        library = re.search(r"\(NEEDED\).*\[(.+)\]", line)
        if library and not NEEDED.fullmatch(library[1]):
            yield f"needs {library[1]}"
    all_names = symbols(module, "--dynamic") | symbols(module)  # a stripped module has only the first
    yield from (f"holds the libcrypto symbol {name}" for name in sorted(all_names) if LIBCRYPTO.match(name))


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    module = arguments[0]
    golden = pathlib.Path(arguments[1]) if len(arguments) == 2 else ROOT / "tests" / "golden" / "exports.txt"
    faults = [f"{module} {fault}" for fault in faults_of(module, golden)]
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main(sys.argv[1:])
