"""Digests, MACs, ciphers, AEAD and key wrap."""

from family import Family, thinned
from readers import cavp_records, text_or_hex

HASHES = {"SHA-1": "SHA_1", "SHA-224": "SHA224", "SHA-256": "SHA256", "SHA-384": "SHA384", "SHA-512": "SHA512",
          "SHA-512/224": "SHA512_224", "SHA-512/256": "SHA512_256", "SHA3-224": "SHA3_224", "SHA3-256": "SHA3_256",
          "SHA3-384": "SHA3_384", "SHA3-512": "SHA3_512"}
MAX_IV_DIGITS = 256  # libcrypto takes 128 bytes at most
MAX_MESSAGE_DIGITS = 1100


def digests(sources):
    family = Family("digest", "SHA-1, SHA-2, SHA-3")
    folders = {"SHA1": ["SHA1"], "SHA2": ["SHA224", "SHA256", "SHA384", "SHA512", "SHA512_224", "SHA512_256"],
               "SHA3": ["SHA3_224", "SHA3_256", "SHA3_384", "SHA3_512"]}
    for folder, names in folders.items():
        for name in names:
            for part in ("ShortMsg", "LongMsg"):
                file = f"{name}{part}.rsp"
                family.begin("NIST", file)
                mechanism = "CKM_SHA_1" if name == "SHA1" else "CKM_" + name
                for record in cavp_records(sources.pyca(f"hashes/{folder}/{file}"), "MD"):
                    message = record["Msg"] if record["Len"] != "0" else ""
                    if len(message) <= MAX_MESSAGE_DIGITS:
                        family.add("digest", mechanism, needs_key=False, in_=message, out=record["MD"], id="len" + record["Len"])
    yield family

    family = Family("blake2b", "BLAKE2b")
    family.begin("Botan", "hash/blake2b.vec")
    for record in thinned(sources.botan("hash/blake2b.vec"), 400):
        bits = record["section"].removeprefix("BLAKE2b(").removesuffix(")")
        if bits in ("160", "256", "384", "512"):
            # An older libcrypto has the full length alone.
            family.add("digest", f"CKM_BLAKE2B_{bits}", needs_key=False, needs=None if bits == "512" else "3.5",
                       in_=record["In"].lower(), out=record["Out"].lower())
    yield family


def macs(sources):
    family = Family("hmac", "HMAC with SHA-1, SHA-2, SHA-3")
    for hash_name, name in HASHES.items():
        file = "hmac_" + (name if name.startswith("SHA3") else name.replace("SHA_", "SHA")).lower()
        family.begin("Wycheproof", file)
        for group, test in sources.wycheproof(file):
            full = group["tagSize"] == int(hash_name[-3:] if hash_name != "SHA-1" else 160)
            family.secret("CKK_GENERIC_SECRET", test["key"])
            family.add("mac", f"CKM_{name}_HMAC{'' if full else '_GENERAL'}",
                       {"valid": "ok", "invalid": "bad", "acceptable": "any"}[test["result"]],
                       in_=test["msg"], out=test["tag"], id=test["tcId"])
    for name in ("sha1", "sha224", "sha256", "sha384", "sha512"):
        file = f"rfc-{'2202' if name == 'sha1' else '4231'}-{name}.txt"
        family.begin("RFC", file)
        for record in cavp_records(sources.pyca("HMAC/" + file), "MD"):
            mechanism = "CKM_SHA_1_HMAC" if name == "sha1" else f"CKM_{name.upper()}_HMAC"
            digest_digits = {"sha1": 40}.get(name, int(name[3:]) // 4)
            family.secret("CKK_GENERIC_SECRET", record["Key"])
            if len(record["MD"]) == digest_digits:
                family.add("mac", mechanism, in_=record["Msg"], out=record["MD"])
    yield family

    family = Family("cmac", "AES and triple DES CMAC")
    family.begin("Wycheproof", "aes_cmac")
    for group, test in sources.wycheproof("aes_cmac"):
        if len(test["key"]) in (32, 48, 64):
            family.secret("CKK_AES", test["key"])
            family.add("mac", "CKM_AES_CMAC" if len(test["tag"]) == 32 else "CKM_AES_CMAC_GENERAL",
                       "ok" if test["result"] == "valid" else "bad", in_=test["msg"], out=test["tag"], id=test["tcId"])
    for size in ("aes128", "aes192", "aes256", "3des"):
        file = f"nist-800-38b-{size}.txt"
        family.begin("NIST", file)
        for record in cavp_records(sources.pyca("CMAC/" + file), "OUTPUT"):
            if size == "3des":
                family.secret("CKK_DES3", record["KEY1"] + record["KEY2"] + record["KEY3"])
            else:
                family.secret("CKK_AES", record["KEY"])
            message = record["MESSAGE"] if record.get("LENGTH", "1") != "0" else ""
            family.add("mac", "CKM_DES3_CMAC" if size == "3des" else "CKM_AES_CMAC", in_=message, out=record["OUTPUT"])
    yield family

    family = Family("gmac", "AES GMAC")
    family.begin("Wycheproof", "aes_gmac")
    for group, test in sources.wycheproof("aes_gmac"):
        if len(test["iv"]) <= MAX_IV_DIGITS:
            family.secret("CKK_AES", test["key"])
            family.add("mac", "CKM_AES_GMAC", "ok" if test["result"] == "valid" else "bad", iv=test["iv"], tag=group["tagSize"],
                       in_=test["msg"], out=test["tag"], id=test["tcId"])
    family.begin("Botan", "mac/gmac.vec")
    for record in sources.botan("mac/gmac.vec"):
        if record["section"].startswith("GMAC(AES-") and len(record["IV"]) <= MAX_IV_DIGITS:
            family.secret("CKK_AES", record["Key"].lower())
            family.add("mac", "CKM_AES_GMAC", iv=record["IV"].lower(), tag=128, in_=record["In"].lower(), out=record["Out"].lower())
    yield family

    family = Family("poly1305", "Poly1305")
    family.begin("Botan", "mac/poly1305.vec")
    for record in sources.botan("mac/poly1305.vec"):
        family.secret("CKK_POLY1305", record["Key"].lower())
        family.add("mac", "CKM_POLY1305", in_=record["In"].lower(), out=record["Out"].lower())
    family.begin("OpenSSL", "evpmac_poly1305.txt")
    for record in sources.openssl("evpmac_poly1305.txt"):
        if record["first"] == ("MAC", "Poly1305") and "Output" in record:
            family.secret("CKK_POLY1305", text_or_hex(record["Key"][0]))
            family.add("mac", "CKM_POLY1305", in_=text_or_hex(record["Input"][0]), out=record["Output"][0].lower())
    yield family


def ciphers(sources):
    modes = {"ECB": "ECB", "CBC": "CBC", "OFB": "OFB", "CFB8": "CFB8", "CFB128": "CFB128"}
    for mode in modes:
        family = Family("aes_" + mode.lower(), f"AES {mode}")
        for test in ("GFSbox", "KeySbox", "VarKey", "VarTxt", "MMT"):
            for bits in (128, 192, 256):
                file = f"{mode}{test}{bits}.rsp"
                family.begin("NIST", file)
                for record in cavp_records(sources.pyca(f"ciphers/AES/{mode.removesuffix('8').removesuffix('12')}/{file}"), "CIPHERTEXT"):
                    family.secret("CKK_AES", record["KEY"])
                    family.add("cipher", f"CKM_AES_{mode}", iv=record.get("IV"), in_=record["PLAINTEXT"],
                               out=record["CIPHERTEXT"], id=record["COUNT"])
        yield family

    family = Family("aes_cbc_pad", "AES CBC with PKCS #7 padding")
    family.begin("Wycheproof", "aes_cbc_pkcs5")
    for _, test in sources.wycheproof("aes_cbc_pkcs5"):
        family.secret("CKK_AES", test["key"])
        family.add("cipher", "CKM_AES_CBC_PAD", "ok" if test["result"] == "valid" else "bad", iv=test["iv"], in_=test["msg"],
                   out=test["ct"], id=test["tcId"])
    yield family

    family = Family("aes_ctr", "AES CTR")
    family.begin("Botan", "stream/ctr.vec")
    for record in sources.botan("stream/ctr.vec"):
        if record["section"] not in ("CTR-BE(AES-128)", "CTR-BE(AES-192)", "CTR-BE(AES-256)") or len(record["Nonce"]) != 32:
            continue
        seek = int(record.get("Seek", "0"))
        counter = int(record["Nonce"], 16) + seek // 16
        # PKCS #11 refuses a counter that would wrap.
        if "In" in record and seek % 16 == 0 and len(record["In"]) <= MAX_MESSAGE_DIGITS and counter + len(record["In"]) // 32 < 2**128:
            family.secret("CKK_AES", record["Key"].lower())
            family.add("cipher", "CKM_AES_CTR", iv=f"{counter:032x}", in_=record["In"].lower(), out=record["Out"].lower())
    family.begin("OpenSSL", "evpciph_aes_common.txt")
    for record in sources.openssl("evpciph_aes_common.txt"):
        if record["first"][0] == "Cipher" and record["first"][1].lower().endswith("-ctr") and "Ciphertext" in record:
            family.secret("CKK_AES", record["Key"][0].lower())
            family.add("cipher", "CKM_AES_CTR", iv=record["IV"][0].lower(), in_=record["Plaintext"][0].lower(),
                       out=record["Ciphertext"][0].lower())
    yield family

    family = Family("aes_cts", "AES CBC with ciphertext stealing (CS3)")
    family.begin("OpenSSL", "evpciph_aes_cts.txt")
    for record in sources.openssl("evpciph_aes_cts.txt"):
        if record.get("CTSMode") == ["CS3"] and "Result" not in record and "Plaintext" in record:
            family.secret("CKK_AES", record["Key"][0].lower())
            family.add("cipher", "CKM_AES_CTS", iv=record["IV"][0].lower(), in_=record["Plaintext"][0].lower(),
                       out=record["Ciphertext"][0].lower())
    yield family
    yield xts(sources)
    yield des3(sources)

    family = Family("chacha20", "ChaCha20")
    family.begin("OpenSSL", "evpciph_chacha.txt")
    for record in sources.openssl("evpciph_chacha.txt"):
        if record["first"] == ("Cipher", "chacha20") and len(record["IV"][0]) == 32:
            iv = record["IV"][0].lower()
            family.secret("CKK_CHACHA20", record["Key"][0].lower())
            family.add("cipher", "CKM_CHACHA20", counter=iv[:8], iv=iv[8:], in_=record["Plaintext"][0].lower(),
                       out=record["Ciphertext"][0].lower())
    family.begin("Botan", "stream/chacha.vec")
    for record in sources.botan("stream/chacha.vec"):
        if record["section"] == "ChaCha(20)" and len(record["Key"]) == 64 and len(record.get("Nonce", "")) in (16, 24):
            plain = record.get("In", "00" * (len(record["Out"]) // 2)).lower()
            family.secret("CKK_CHACHA20", record["Key"].lower())
            if int(record.get("Seek", "0")) == 0 and len(plain) == len(record["Out"]):
                family.add("cipher", "CKM_CHACHA20", counter="00000000" if len(record["Nonce"]) == 24 else "00" * 8,
                           iv=record["Nonce"].lower(), in_=plain, out=record["Out"].lower())
    yield family


def xts(sources):
    family = Family("aes_xts", "AES XTS")
    for bits in (128, 256):
        file = f"XTSGenAES{bits}.rsp"
        family.begin("NIST", file)
        for record in thinned(cavp_records(sources.pyca(f"ciphers/AES/XTS/tweak-128hexstr/{file}"), "COUNT"), 240):
            if int(record["DataUnitLen"]) % 8 == 0:
                family.secret("CKK_AES_XTS", record["Key"])
                family.add("cipher", "CKM_AES_XTS", iv=record["i"], in_=record["PT"], out=record["CT"], id=record["COUNT"])
    family.begin("Wycheproof", "aes_xts")
    for _, test in sources.wycheproof("aes_xts"):
        if len(test["iv"]) <= 32 and len(test["key"]) in (64, 128):
            family.secret("CKK_AES_XTS", test["key"])
            family.add("cipher", "CKM_AES_XTS", "ok" if test["result"] == "valid" else "bad", iv=test["iv"].ljust(32, "0"),
                       in_=test["msg"], out=test["ct"], id=test["tcId"])
    return family


def odd_parity(key):
    """DES ignores the lowest bit of each key byte; PKCS #11 wants it to make the parity odd."""
    return bytes(b & 0xFE | (bin(b >> 1).count("1") + 1) % 2 for b in bytes.fromhex(key)).hex()


def des3(sources):
    family = Family("des3", "Triple DES ECB and CBC (legacy)")
    for mode in ("ECB", "CBC"):
        for test in ("invperm", "permop", "subtab", "varkey", "vartext", "MMT1", "MMT2", "MMT3"):
            file = f"T{mode}{test}.rsp"
            family.begin("NIST", file)
            for record in cavp_records(sources.pyca(f"ciphers/3DES/{mode}/{file}"), "COUNT"):
                if "KEYs" in record:
                    key = record["KEYs"] * 3
                else:
                    key = record["KEY1"] + record["KEY2"] + record["KEY3"]
                family.secret("CKK_DES3", odd_parity(key))
                family.add("cipher", f"CKM_DES3_{mode}", iv=record.get("IV"), in_=record["PLAINTEXT"], out=record["CIPHERTEXT"],
                           id=record["COUNT"])
    return family


def aead(sources):
    family = Family("aes_gcm", "AES GCM")
    wycheproof_aead(sources, family, "aes_gcm", "CKK_AES", "CKM_AES_GCM")
    for bits in (128, 192, 256):
        for file in (f"gcmDecrypt{bits}.rsp", f"gcmEncryptExtIV{bits}.rsp"):
            family.begin("NIST", file)
            for record in thinned(cavp_records(sources.pyca(f"ciphers/AES/GCM/{file}"), "Key"), 170):
                family.secret("CKK_AES", record["Key"])
                # A refused vector of NIST has no plaintext; its length is that of the ciphertext.
                family.add("cipher" if "PT" in record else "decrypt", "CKM_AES_GCM", "ok" if "PT" in record else "bad",
                           iv=record["IV"], aad=record["AAD"], tag=int(record["Taglen"]), in_=record.get("PT", ""),
                           out=record["CT"] + record["Tag"], id=record["Count"])
    yield family

    family = Family("aes_ccm", "AES CCM")
    wycheproof_aead(sources, family, "aes_ccm", "CKK_AES", "CKM_AES_CCM")
    for test in ("DVPT", "VADT", "VNT", "VPT", "VTT"):
        for bits in (128, 192, 256):
            file = f"{test}{bits}.rsp"
            family.begin("NIST", file)
            for record in thinned(cavp_records(sources.pyca(f"ciphers/AES/CCM/{file}"), "Count"), 110):
                refused = record.get("Result") == "Fail"
                plain_digits = int(record["Plen"]) * 2
                family.secret("CKK_AES", record["Key"])
                family.add("decrypt" if refused else "cipher", "CKM_AES_CCM", "bad" if refused else "ok",
                           iv=record["Nonce"], aad=record["Adata"] if record["Alen"] != "0" else "", tag=int(record["Tlen"]) * 8,
                           in_="00" * (plain_digits // 2) if refused else record["Payload"][:plain_digits], out=record["CT"],
                           id=record["Count"])
    yield family

    family = Family("chacha20_poly1305", "ChaCha20-Poly1305")
    wycheproof_aead(sources, family, "chacha20_poly1305", "CKK_CHACHA20", "CKM_CHACHA20_POLY1305")
    family.begin("Botan", "aead/chacha20poly1305.vec")
    for record in thinned((r for r in sources.botan("aead/chacha20poly1305.vec") if len(r["Nonce"]) == 24), 400):
        family.secret("CKK_CHACHA20", record["Key"].lower())
        family.add("cipher", "CKM_CHACHA20_POLY1305", iv=record["Nonce"].lower(), aad=record.get("AD", "").lower(),
                   in_=record["In"].lower(), out=record["Out"].lower())
    yield family


def wycheproof_aead(sources, family, file, key_type, mechanism):
    family.begin("Wycheproof", file)
    for group, test in sources.wycheproof(file):
        result = "ok" if test["result"] == "valid" else "bad"
        if result == "ok" and len(test["iv"]) > MAX_IV_DIGITS:
            result = "any"
        family.secret(key_type, test["key"])
        family.add("cipher", mechanism, result, iv=test["iv"], aad=test["aad"], in_=test["msg"],
                   tag=group["tagSize"] if mechanism != "CKM_CHACHA20_POLY1305" else None, out=test["ct"] + test["tag"],
                   id=test["tcId"])


def key_wrap(sources):
    for name, mechanism, nist, wycheproof in (("aes_kw", "CKM_AES_KEY_WRAP", "KW", "aes_wrap"),
                                              ("aes_kwp", "CKM_AES_KEY_WRAP_KWP", "KWP", "aes_kwp")):
        family = Family(name, f"AES {nist}")
        family.begin("Wycheproof", wycheproof)
        for _, test in sources.wycheproof(wycheproof):
            family.secret("CKK_AES", test["key"])
            family.add("wrap", mechanism, {"valid": "ok", "invalid": "bad", "acceptable": "any"}[test["result"]], in_=test["msg"],
                       out=test["ct"], id=test["tcId"])
        for bits in (128, 192, 256):
            for direction in ("AE", "AD"):
                file = f"{nist}_{direction}_{bits}.txt"
                family.begin("NIST", file)
                records = [r for r in cavp_records(sources.pyca(f"keywrap/kwtestvectors/{file}"), "COUNT")
                           if len(r["C"]) <= 1100 and 0 < len(r.get("P", "0"))]
                for record in thinned(records, 70):
                    family.secret("CKK_AES", record["K"])
                    family.add("wrap", mechanism, "ok" if "P" in record else "bad", in_=record.get("P", ""), out=record["C"],
                               id=record["COUNT"])
        yield family


def all_families(sources):
    for families in (digests, macs, ciphers, aead, key_wrap):
        yield from families(sources)
