"""Key derivation functions."""

import re

from family import Family, thinned
from readers import cavp_records

SHORT_HASHES = {"SHA1": "SHA_1", "SHA-1": "SHA_1", "SHA224": "SHA224", "SHA256": "SHA256", "SHA384": "SHA384", "SHA512": "SHA512",
                "SHA-224": "SHA224", "SHA-256": "SHA256", "SHA-384": "SHA384", "SHA-512": "SHA512",
                "SHA512-224": "SHA512_224", "SHA512-256": "SHA512_256"}
PBKDF2_PRFS = {"sha1": 1, "sha224": 3, "sha256": 4, "sha384": 5, "sha512": 6, "sha512-224": 7, "sha512-256": 8}


def hkdf_mechanism(size):
    """No secret key of the token is longer than 512 bytes; data objects are."""
    return "CKM_HKDF_DATA" if size > 512 else "CKM_HKDF_DERIVE"


def hkdf(sources):
    family = Family("hkdf", "HKDF")
    for name in ("sha1", "sha256", "sha384", "sha512"):
        file = "hkdf_" + name
        family.begin("Wycheproof", file)
        for _, test in sources.wycheproof(file):
            if test["result"] != "valid":
                continue  # lengths beyond what HKDF gives: those of PKCS #11 have tests of their own
            family.secret("CKK_GENERIC_SECRET", test["ikm"], CKA_DERIVE="true")
            family.add("derive", hkdf_mechanism(test["size"]), hash="CKM_" + SHORT_HASHES[name.upper()], salt=test["salt"] or None,
                       info=test["info"] or None, out=test["okm"], id=test["tcId"])
    family.begin("Botan", "kdf/hkdf.vec")
    for record in sources.botan("kdf/hkdf.vec"):
        match = re.fullmatch(r"HKDF(-Extract|-Expand|)\(HMAC\((.*)\)\)", record["section"])
        if not match or match[2] not in SHORT_HASHES:
            continue
        extracts, expands = match[1] != "-Expand", match[1] != "-Extract"
        family.secret("CKK_GENERIC_SECRET", record["Secret"].lower(), CKA_DERIVE="true")
        family.add("derive", hkdf_mechanism(len(record["Output"]) // 2), hash="CKM_" + SHORT_HASHES[match[2]],
                   extract=int(extracts), expand=int(expands),
                   salt=record.get("Salt", "").lower() or None if extracts else None,  # HKDF-Expand's info is in "Salt"
                   info=record.get("Label" if extracts else "Salt", "").lower() or None if expands else None,
                   out=record["Output"].lower())
    yield family


def pbkdf2(sources):
    family = Family("pbkdf2", "PBKDF2")
    family.begin("OpenSSL", "evpkdf_pbkdf2.txt")
    for record in sources.openssl("evpkdf_pbkdf2.txt"):
        if "Ctrl.pass" not in record or "Output" not in record or "Result" in record:
            continue
        value = {name: record["Ctrl." + name][0].partition(":")[2] for name in ("iter", "digest") if "Ctrl." + name in record}
        value |= {name: control_bytes(record, name) for name in ("pass", "salt")}
        if value.get("digest", "").lower() in PBKDF2_PRFS and len(record["Output"][0]) >= 16:
            family.add("generate", "CKM_PKCS5_PBKD2", needs_key=False, prf=PBKDF2_PRFS[value["digest"].lower()], salt=value["salt"],
                       iterations=value["iter"], password=value["pass"], out=record["Output"][0].lower())
    family.begin("Botan", "pbkdf/pbkdf2.vec")
    for record in sources.botan("pbkdf/pbkdf2.vec"):
        match = re.fullmatch(r"PBKDF2\(HMAC\((.*)\)\)", record["section"])
        prf = PBKDF2_PRFS.get(match[1].lower().replace("-", "")) if match else None
        if prf and record["Passphrase"]:
            family.add("generate", "CKM_PKCS5_PBKD2", needs_key=False, prf=prf, salt=record["Salt"].lower(),
                       iterations=record["Iterations"], password=record["Passphrase"].encode().hex(), out=record["Output"].lower())
    yield family


def control_bytes(record, name):
    """OpenSSL writes Ctrl.salt = salt:text or = hexsalt:digits."""
    kind, _, value = record["Ctrl." + name][0].partition(":")
    return value.lower() if kind.startswith("hex") else value.encode().hex()


def sp800_108(sources):
    family = Family("sp800_108", "SP 800-108 key derivation")
    file = "nist-800-108-KBKDF-CTR.txt"
    family.begin("NIST", file)
    records = cavp_records(sources.pyca("KDF/" + file), "COUNT")
    for record in thinned((r for r in records if "TDES" not in r["PRF"] and int(r["RLEN"].removesuffix("_BITS")) in (8, 16, 24, 32)), 500):
        counter = "counter:" + record["RLEN"].removesuffix("_BITS")
        if record["CTRLOCATION"] == "MIDDLE_FIXED":
            layout = f"bytes:{record['DataBeforeCtrData']},{counter},bytes:{record['DataAfterCtrData']}"
        else:
            parts = [counter, f"bytes:{record['FixedInputData']}"]
            layout = ",".join(parts if record["CTRLOCATION"] == "BEFORE_FIXED" else reversed(parts))
        is_cmac = record["PRF"].startswith("CMAC")
        prf = "CKM_AES_CMAC" if is_cmac else f"CKM_{record['PRF'].removeprefix('HMAC_').replace('SHA1', 'SHA_1')}_HMAC"
        family.secret("CKK_AES" if is_cmac else "CKK_GENERIC_SECRET", record["KI"], CKA_DERIVE="true")
        family.add("derive", "CKM_SP800_108_COUNTER_KDF", prf=prf, layout=layout, out=record["KO"], id=record["COUNT"])
    modes = (("ctr", "Counter", "COUNTER"), ("fb", "Feedback", "FEEDBACK"), ("pipe", "Pipeline", "DOUBLE_PIPELINE"))
    for file, name, mode in modes:
        family.begin("Botan", f"kdf/sp800_108_{file}.vec")
        for record in thinned(sources.botan(f"kdf/sp800_108_{file}.vec"), 200):
            match = re.fullmatch(rf"SP800-108-{name}\((HMAC|CMAC)\((.*?)\)(?:,(\d+),(\d+))?\)", record["section"])
            if match is None or match[2] == "TripleDES":
                continue
            counter, length = match[3] or "32", match[4] or "32"
            salt, iv = record.get("Salt", "").lower(), None
            if mode == "FEEDBACK":  # the salt is the first K, of the PRF's size, and the context
                size = 32 if match[1] == "CMAC" else {"SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}[match[2]]
                iv, salt = (salt[:size], salt[size:]) if len(salt) >= size else (None, salt)
            fixed = [f"bytes:{record['Label'].lower()}00{salt}", f"length:{length}"]
            layout = ",".join(([] if mode == "COUNTER" else ["iteration"]) + [f"counter:{counter}"] + fixed)
            is_cmac = match[1] == "CMAC"
            family.secret("CKK_AES" if is_cmac else "CKK_GENERIC_SECRET", record["Secret"].lower(), CKA_DERIVE="true")
            family.add("derive", f"CKM_SP800_108_{mode}_KDF", prf="CKM_AES_CMAC" if is_cmac else f"CKM_{SHORT_HASHES[match[2]]}_HMAC",
                       iv=iv, layout=layout, out=record["Output"].lower())
    yield family


def tls12(sources):
    family = Family("tls12_kdf", "TLS 1.2 pseudo-random function")
    family.begin("OpenSSL", "evpkdf_tls12_prf.txt")
    for record in sources.openssl("evpkdf_tls12_prf.txt"):
        names = ("Ctrl.label", "Ctrl.client_random", "Ctrl.server_random")
        if "Output" not in record or "Result" in record or not all(name in record for name in names):
            continue
        digest = record["Ctrl.digest"][0].partition(":")[2].upper()
        label, client, server = (control_bytes(record, name.removeprefix("Ctrl.")) for name in names)
        # The key expansion of TLS has the server's random first.
        client_first = list(record).index("Ctrl.client_random") < list(record).index("Ctrl.server_random")
        secret_name = next(name for name in record if name.lower() == "ctrl.secret")
        family.secret("CKK_GENERIC_SECRET", control_bytes(record, secret_name.removeprefix("Ctrl.")), CKA_DERIVE="true")
        family.add("derive", "CKM_TLS_KDF", hash="CKM_" + SHORT_HASHES[digest], label=label,
                   client=client if client_first else server, server=server if client_first else client,
                   out=record["Output"][0].lower())
    yield family


def all_families(sources):
    for families in (hkdf, pbkdf2, sp800_108, tls12):
        yield from families(sources)
