"""ML-KEM, ML-DSA, SLH-DSA, HSS/LMS and XMSS."""

from family import Family, thinned

PARAMETER_SETS = {"ML-KEM-512": 1, "ML-KEM-768": 2, "ML-KEM-1024": 3, "ML-DSA-44": 1, "ML-DSA-65": 2, "ML-DSA-87": 3}
SLH_DSA_SETS = ["SHA2-128s", "SHAKE-128s", "SHA2-128f", "SHAKE-128f", "SHA2-192s", "SHAKE-192s", "SHA2-192f", "SHAKE-192f",
                "SHA2-256s", "SHAKE-256s", "SHA2-256f", "SHAKE-256f"]
PARAMETER_SETS |= {"SLH-DSA-" + name: i + 1 for i, name in enumerate(SLH_DSA_SETS)}


def controls(record):
    return dict(control.split(":", 1) for control in record.get("Ctrl", []))


def ml_kem(sources):
    family = Family("ml_kem", "ML-KEM decapsulation and key generation", libcrypto="3.5")
    for file, wanted in (("evppkey_ml_kem_encap_decap.txt", 1000), ("evppkey_ml_kem_512_decap.txt", 20),
                         ("evppkey_ml_kem_768_decap.txt", 20), ("evppkey_ml_kem_1024_decap.txt", 12)):
        family.begin("ACVP" if "encap_decap" in file else "OpenSSL", file)
        records = [r for r in sources.openssl(file) if "EncodedPrivateKey" in r and "Output" in r]
        for record in thinned(records, wanted):
            family.pair("CKK_ML_KEM", private={"CKA_PARAMETER_SET": f"#{PARAMETER_SETS[record['Kem'][0]]}",
                                               "CKA_VALUE": record["EncodedPrivateKey"][0].lower(), "CKA_DECAPSULATE": "true"})
            family.add("decapsulate", "CKM_ML_KEM", "bad" if "Result" in record else "ok",
                       in_=record["Input"][0].lower(), out=record["Output"][0].lower())
    family.begin("ACVP", "evppkey_ml_kem_keygen.txt")
    records = [r for r in sources.openssl("evppkey_ml_kem_keygen.txt") if "CtrlOut" in r]
    for record in thinned(records, 15):
        made = dict(out.split(":", 1) for out in record["CtrlOut"])
        family.pair("CKK_ML_KEM", private={"CKA_PARAMETER_SET": f"#{PARAMETER_SETS[record['KeyGen'][0]]}",
                                           "CKA_SEED": controls(record)["hexseed"].lower()})
        family.add("expand", "CKM_ML_KEM", out=made["hexpriv"].lower(), id=record["KeyName"][0])
    yield family


def raw_key(record, name):
    _, algorithm, value = record[name][0].split(":")
    return algorithm, value.lower()


def signatures(family, sources, file, origin, wanted, key_type, mechanism):
    """The signatures of an OpenSSL file of pure messages; each key stands before its signatures."""
    family.begin(origin, file)
    keys, records = {}, []
    for record in sources.openssl(file):
        for half in ("PrivateKeyRaw", "PublicKeyRaw"):
            for text in record.get(half, []):
                name, algorithm, value = text.split(":")
                keys[half, name] = (algorithm, value.lower())
        for verb in ("Sign-Message", "Verify-Message-Public"):
            if verb in record:
                records.append((verb, dict(record), record[verb][0].split(":")[1]))
    for verb, record, name in thinned([r for r in records if usable(r[1], r[0])], wanted):
        half = "PrivateKeyRaw" if verb == "Sign-Message" else "PublicKeyRaw"
        if (half, name) not in keys:
            continue
        algorithm, value = keys[half, name]
        key = {"CKA_PARAMETER_SET": f"#{PARAMETER_SETS[algorithm]}", "CKA_VALUE": value}
        family.pair(key_type, **{"private" if half == "PrivateKeyRaw" else "public": key})
        control = controls(record)
        family.add("sign" if verb == "Sign-Message" else "verify", mechanism, "bad" if "Result" in record else "ok",
                   context=control.get("hexcontext-string", "").lower() or None,
                   deterministic=1 if verb == "Sign-Message" else None, in_=record["Input"][0].lower(),
                   out=record["Output"][0].lower())


def usable(record, verb):
    """PKCS #11 gives messages with a context of at most 255 bytes, and no randomness from outside."""
    control = controls(record)
    if control.get("message-encoding", "1") != "1" or control.get("mu", "0") != "0" or "Input" not in record:
        return False
    if verb == "Sign-Message" and (control.get("deterministic") != "1" or "hextest-entropy" in control or "Result" in record):
        return False
    return len(control.get("hexcontext-string", "")) <= 510 and len(record["Input"][0]) < 6000 and bool(record["Output"][0])


def ml_dsa(sources):
    family = Family("ml_dsa", "ML-DSA", libcrypto="3.5")
    for part in ("siggen", "sigver"):
        signatures(family, sources, f"evppkey_ml_dsa_{part}.txt", "ACVP", 24, "CKK_ML_DSA", "CKM_ML_DSA")
    for size in ("44", "65", "87"):
        for part in ("sign", "verify"):
            signatures(family, sources, f"evppkey_ml_dsa_{size}_wycheproof_{part}.txt", "OpenSSL", 8, "CKK_ML_DSA", "CKM_ML_DSA")
    yield family


def slh_dsa(sources):
    family = Family("slh_dsa", "SLH-DSA", libcrypto="3.5")
    signatures(family, sources, "evppkey_slh_dsa_sigver.txt", "ACVP", 14, "CKK_SLH_DSA", "CKM_SLH_DSA")
    yield family


def stateful(sources):
    family = Family("hss", "HSS/LMS verification")
    for part, result in (("verify", "ok"), ("invalid", "bad")):
        file = f"pubkey/hss_lms_{part}.vec"
        family.begin("Botan", file)
        for record in sources.botan(file):
            family.pair("CKK_HSS", public={"CKA_VALUE": record["PublicKey"].lower()})
            family.add("verify", "CKM_HSS", result, in_=record["Msg"].lower(),
                       out=record.get("Signature", record.get("InvalidSignature")).lower())
    yield family

    family = Family("xmss", "XMSS verification")
    for part, result, wanted in (("verify", "ok", 24), ("invalid", "bad", 24)):
        file = f"pubkey/xmss_{part}.vec"
        family.begin("Botan", file)
        records = [r for r in sources.botan(file) if len(r.get("Signature", r.get("InvalidSignature"))) <= 12000]
        for record in thinned(records, wanted):
            public = record["PublicKey"].lower()
            family.pair("CKK_XMSS", public={"CKA_PARAMETER_SET": f"#{int(public[:8], 16)}", "CKA_VALUE": public})
            family.add("verify", "CKM_XMSS", result, in_=record["Msg"].lower(),
                       out=record.get("Signature", record.get("InvalidSignature")).lower())
    yield family


def all_families(sources):
    for families in (ml_kem, ml_dsa, slh_dsa, stateful):
        yield from families(sources)
