#!/usr/bin/env python3
"""Writes the tables of known answers that the secure world computes at its start.

    tools/make_known_answers.py          writes src/secure/pkcs11/self_test/{symmetric,asymmetric,derivation}_answers.cpp

The answers are made by PyCryptodome and Python's hashlib, which share no code with libcrypto (package python3-pycryptodome),
or are published vectors where it has no such algorithm. The tables are committed; only who adds a mechanism runs this.
"""
import hashlib
import hmac
import struct
from pathlib import Path

from Cryptodome.Cipher import AES, DES3, ChaCha20, ChaCha20_Poly1305, PKCS1_OAEP, PKCS1_v1_5
from Cryptodome.Hash import BLAKE2b, CMAC, HMAC, MD5, SHA1, SHA224, SHA256, SHA384, SHA512
from Cryptodome.Hash import SHA3_224, SHA3_256, SHA3_384, SHA3_512
from Cryptodome.Protocol.KDF import PBKDF2
from Cryptodome.PublicKey import DSA, ECC, RSA
from Cryptodome.Signature import DSS, pkcs1_15, pss

FOLDER = Path(__file__).parent.parent / "src/secure/pkcs11/self_test"
MESSAGE = b"A known answer: the quick brown fox jumps over the lazy dog 0123"  # four blocks
assert len(MESSAGE) == 64


def u32(number):
    return struct.pack("<I", number)


def sized(data):
    return u32(len(data)) + data


class Table:
    """One file of answers."""

    def __init__(self, function, head):
        self.function, self.head = function, head
        self.keys, self.answers = {}, []

    def key(self, name, object_class, key_type, **parts):
        self.keys[name] = (object_class, key_type, parts)
        return name

    def add(self, mechanism, verb, key, param=b"", data=b"", output=b""):
        self.answers.append((mechanism, verb, key, param, data, output))

    def write(self):
        lines = [f"// Made by tools/make_known_answers.py. {self.head}", "#include <pkcs11/pkcs11.h>", "",
                 '#include "secure/pkcs11/self_test/known_answer.h"', "", "namespace holdfast::secure::pkcs11::self_test {",
                 "namespace {", ""]
        for name, (object_class, key_type, parts) in self.keys.items():
            lines.append(f"constexpr KeyPart {name}Parts[] = {{")
            lines += [f"    {{{attribute}, {text(value)}}}," for attribute, value in parts.items()]
            lines += ["};", f"constexpr KnownKey {name}{{{object_class}, {key_type}, {name}Parts}};", ""]
        lines.append("constexpr KnownAnswer kAnswers[] = {")
        for mechanism, verb, key, param, data, output in self.answers:
            pointer = f"&{key}" if key else "nullptr"
            lines.append(f"    {{{mechanism}, Verb::{verb}, {pointer}, {text(param)}, {text(data)},\n     {text(output)}}},")
        lines += ["};", "", "}  // namespace", "",
                  f"std::span<const KnownAnswer> {self.function}() {{ return kAnswers; }}", "",
                  "}  // namespace holdfast::secure::pkcs11::self_test", ""]
        (FOLDER / f"{self.function}.cpp").write_text("\n".join(lines))


def text(data):
    digits = data.hex()
    if len(digits) <= 96:
        return f'"{digits}"'
    return "".join(f'\n     "{digits[i:i + 100]}"' for i in range(0, len(digits), 100))


# ---- Digests and their MACs

HASHES = {  # name in mechanisms: hashlib's way
    "MD5": hashlib.md5, "SHA_1": hashlib.sha1, "SHA224": hashlib.sha224, "SHA256": hashlib.sha256, "SHA384": hashlib.sha384,
    "SHA512": hashlib.sha512, "SHA3_224": hashlib.sha3_224, "SHA3_256": hashlib.sha3_256, "SHA3_384": hashlib.sha3_384,
    "SHA3_512": hashlib.sha3_512,
}
BLAKE2B_BITS = (160, 256, 384, 512)
# FIPS 180-4 examples for "abc": hashlib has SHA-512/t only where libcrypto lends it.
SHA512_T_OF_ABC = {
    "SHA512_224": "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa",
    "SHA512_256": "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
}


def sha512_t(truncate):
    """SHA-512/t as hashlib's constructors are."""
    return lambda data=b"": SHA512.new(data, truncate=truncate)


def blake2b(bits):
    return lambda data=b"": hashlib.blake2b(data, digest_size=bits // 8)


def add_digests(table):
    key = b"\x0b" * 20
    table.key("kMacKey", "CKO_SECRET_KEY", "CKK_GENERIC_SECRET", CKA_VALUE=key)
    ways = dict(HASHES) | {f"BLAKE2B_{bits}": blake2b(bits) for bits in BLAKE2B_BITS}
    for name, way in ways.items():
        digest = way(MESSAGE).digest()
        # PKCS#11 3.2 means by BLAKE2b-HMAC the keyed variant of BLAKE2b.
        keyed = name.startswith("BLAKE2B")
        mac = hashlib.blake2b(MESSAGE, key=key, digest_size=len(digest)).digest() if keyed else hmac.new(key, MESSAGE, way).digest()
        table.add(f"CKM_{name}", "digest", None, b"", MESSAGE, digest)
        table.add(f"CKM_{name}_HMAC", "sign", "kMacKey", b"", MESSAGE, mac)
        table.add(f"CKM_{name}_HMAC_GENERAL", "verify", "kMacKey", u32(len(mac) - 4), MESSAGE, mac[:-4])
    for name, digits in SHA512_T_OF_ABC.items():
        table.add(f"CKM_{name}", "digest", None, b"", b"abc", bytes.fromhex(digits))
        mac = hmac.new(key, MESSAGE, sha512_t(name[-3:])).digest()
        table.add(f"CKM_{name}_HMAC", "sign", "kMacKey", b"", MESSAGE, mac)
        table.add(f"CKM_{name}_HMAC_GENERAL", "verify", "kMacKey", u32(len(mac) - 4), MESSAGE, mac[:-4])
    table.add("CKM_SHA512_T", "digest", None, u32(256), MESSAGE, sha512_t("256")(MESSAGE).digest())
    table.add("CKM_SHA512_T_HMAC", "sign", "kMacKey", u32(256), MESSAGE, hmac.new(key, MESSAGE, sha512_t("256")).digest())


# ---- Ciphers

def add_aes(table):
    key = bytes(range(16, 48))
    iv = bytes(range(16))
    table.key("kAes256", "CKO_SECRET_KEY", "CKK_AES", CKA_VALUE=key)
    modes = {
        "ECB": (b"", AES.new(key, AES.MODE_ECB)),
        "CBC": (iv, AES.new(key, AES.MODE_CBC, iv)),
        "CTR": (u32(128) + iv, AES.new(key, AES.MODE_CTR, nonce=b"", initial_value=iv)),
        "OFB": (iv, AES.new(key, AES.MODE_OFB, iv)),
        "CFB8": (iv, AES.new(key, AES.MODE_CFB, iv, segment_size=8)),
        "CFB128": (iv, AES.new(key, AES.MODE_CFB, iv, segment_size=128)),
    }
    for name, (param, cipher) in modes.items():
        output = cipher.encrypt(MESSAGE)
        for verb in ("encrypt", "decrypt"):
            table.add(f"CKM_AES_{name}", verb, "kAes256", param, MESSAGE, output)
    padded = AES.new(key, AES.MODE_CBC, iv).encrypt(MESSAGE[:20] + bytes([12]) * 12)
    for verb in ("encrypt", "decrypt"):
        table.add("CKM_AES_CBC_PAD", verb, "kAes256", iv, MESSAGE[:20], padded)
        # CS3 of SP 800-38A's addendum swaps the last two blocks, which here are whole.
        whole = AES.new(key, AES.MODE_CBC, iv).encrypt(MESSAGE)
        table.add("CKM_AES_CTS", verb, "kAes256", iv, MESSAGE, whole[:32] + whole[48:] + whole[32:48])
    nonce, aad = iv[:12], b"associated"
    gcm = AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=16)
    gcm.update(aad)
    sealed = b"".join(gcm.encrypt_and_digest(MESSAGE))
    ccm = AES.new(key, AES.MODE_CCM, nonce=nonce, mac_len=16, msg_len=len(MESSAGE), assoc_len=len(aad))
    ccm.update(aad)
    closed = b"".join(ccm.encrypt_and_digest(MESSAGE))
    for verb, length in (("encrypt", len(MESSAGE)), ("decrypt", len(MESSAGE))):
        table.add("CKM_AES_GCM", verb, "kAes256", sized(nonce) + sized(aad) + u32(128), MESSAGE, sealed)
        table.add("CKM_AES_CCM", verb, "kAes256", u32(length) + sized(nonce) + sized(aad) + u32(16), MESSAGE, closed)
    gmac = AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=16)
    gmac.update(MESSAGE)
    table.add("CKM_AES_GMAC", "sign", "kAes256", sized(nonce) + sized(b"") + u32(128), MESSAGE, gmac.digest())
    cmac = CMAC.new(key, MESSAGE, AES).digest()
    table.add("CKM_AES_CMAC", "sign", "kAes256", b"", MESSAGE, cmac)
    table.add("CKM_AES_CMAC_GENERAL", "verify", "kAes256", u32(12), MESSAGE, cmac[:12])
    cbc_mac = AES.new(key, AES.MODE_CBC, bytes(16)).encrypt(MESSAGE)[-16:]
    table.add("CKM_AES_MAC", "sign", "kAes256", b"", MESSAGE, cbc_mac[:8])
    table.add("CKM_AES_MAC_GENERAL", "verify", "kAes256", u32(16), MESSAGE, cbc_mac)
    ones = cfb1(key, iv, MESSAGE)
    for verb in ("encrypt", "decrypt"):
        table.add("CKM_AES_CFB1", verb, "kAes256", iv, MESSAGE, ones)
    # RFC 3566, 4.6, test case #2.
    table.key("kAesXcbc", "CKO_SECRET_KEY", "CKK_AES", CKA_VALUE=bytes(range(16)))
    xcbc = bytes.fromhex("5b376580ae2f19afe7219ceef172756f")
    table.add("CKM_AES_XCBC_MAC", "sign", "kAesXcbc", b"", bytes(range(3)), xcbc)
    table.add("CKM_AES_XCBC_MAC_96", "sign", "kAesXcbc", b"", bytes(range(3)), xcbc[:12])
    # IEEE 1619-2007, annex B, vector 2.
    table.key("kAesXts", "CKO_SECRET_KEY", "CKK_AES_XTS", CKA_VALUE=b"\x11" * 16 + b"\x22" * 16)
    for verb in ("encrypt", "decrypt"):
        table.add("CKM_AES_XTS", verb, "kAesXts", b"\x33" * 5 + bytes(11), b"\x44" * 32, bytes.fromhex(
            "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"))
    # RFC 3394, 4.6, and RFC 5649, 6.
    table.key("kKek256", "CKO_SECRET_KEY", "CKK_AES", CKA_VALUE=bytes(range(32)))
    data = bytes.fromhex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f")
    wrapped = bytes.fromhex("28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21")
    table.key("kKek192", "CKO_SECRET_KEY", "CKK_AES", CKA_VALUE=bytes.fromhex(
        "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"))
    short = bytes.fromhex("c37b7e6492584340bed12207808941155068f738")
    padded = bytes.fromhex("138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a")
    for verb in ("wrap", "unwrap"):
        table.add("CKM_AES_KEY_WRAP", verb, "kKek256", b"", data, wrapped)
        table.add("CKM_AES_KEY_WRAP_KWP", verb, "kKek192", b"", short, padded)
        table.add("CKM_AES_KEY_WRAP_PAD", verb, "kKek192", b"", short, padded)
        table.add("CKM_AES_KEY_WRAP_PKCS7", verb, "kKek256", b"", short, key_wrap(bytes(range(32)), short + b"\4" * 4))


def cfb1(key, iv, data):
    """SP 800-38A, 6.3, with segments of one bit."""
    block, register, out = AES.new(key, AES.MODE_ECB), int.from_bytes(iv, "big"), 0
    for i in range(8 * len(data)):
        bit = data[i // 8] >> (7 - i % 8) & 1
        bit ^= block.encrypt(register.to_bytes(16, "big"))[0] >> 7
        register = (register << 1 | bit) & (1 << 128) - 1
        out = out << 1 | bit
    return out.to_bytes(len(data), "big")


def key_wrap(key, data):
    """RFC 3394, 2.2.1."""
    block, a, r = AES.new(key, AES.MODE_ECB), b"\xa6" * 8, [data[i:i + 8] for i in range(0, len(data), 8)]
    for j in range(6):
        for i, part in enumerate(r):
            out = block.encrypt(a + part)
            a = (int.from_bytes(out[:8], "big") ^ (len(r) * j + i + 1)).to_bytes(8, "big")
            r[i] = out[8:]
    return a + b"".join(r)


def add_triple_des(table):
    key = bytes.fromhex("0123456789abcdef23456789abcdef01456789abcdef0123")
    iv = bytes(range(8))
    table.key("kDes3", "CKO_SECRET_KEY", "CKK_DES3", CKA_VALUE=key)
    ecb = DES3.new(key, DES3.MODE_ECB).encrypt(MESSAGE)
    cbc = DES3.new(key, DES3.MODE_CBC, iv).encrypt(MESSAGE)
    pad = DES3.new(key, DES3.MODE_CBC, iv).encrypt(MESSAGE[:20] + bytes([4]) * 4)
    for verb in ("encrypt", "decrypt"):
        table.add("CKM_DES3_ECB", verb, "kDes3", b"", MESSAGE, ecb)
        table.add("CKM_DES3_CBC", verb, "kDes3", iv, MESSAGE, cbc)
        table.add("CKM_DES3_CBC_PAD", verb, "kDes3", iv, MESSAGE[:20], pad)
    cmac = CMAC.new(key, MESSAGE, DES3).digest()
    table.add("CKM_DES3_CMAC", "verify", "kDes3", b"", MESSAGE, cmac)
    table.add("CKM_DES3_CMAC_GENERAL", "verify", "kDes3", u32(6), MESSAGE, cmac[:6])
    mac = DES3.new(key, DES3.MODE_CBC, bytes(8)).encrypt(MESSAGE)[-8:]
    table.add("CKM_DES3_MAC", "verify", "kDes3", b"", MESSAGE, mac[:4])
    table.add("CKM_DES3_MAC_GENERAL", "verify", "kDes3", u32(8), MESSAGE, mac)
    table.add("CKM_DES3_ECB_ENCRYPT_DATA", "derive", "kDes3", sized(MESSAGE[:32]), b"", ecb[:32])
    table.add("CKM_DES3_CBC_ENCRYPT_DATA", "derive", "kDes3", iv + sized(MESSAGE[:32]), b"", cbc[:32])


def add_chacha(table):
    key, nonce, aad = bytes(range(32)), bytes(range(12)), b"associated"
    table.key("kChaCha20", "CKO_SECRET_KEY", "CKK_CHACHA20", CKA_VALUE=key)
    output = ChaCha20.new(key=key, nonce=nonce).encrypt(MESSAGE)
    sealing = ChaCha20_Poly1305.new(key=key, nonce=nonce)
    sealing.update(aad)
    sealed = b"".join(sealing.encrypt_and_digest(MESSAGE))
    for verb in ("encrypt", "decrypt"):
        table.add("CKM_CHACHA20", verb, "kChaCha20", sized(u32(0)) + sized(nonce), MESSAGE, output)
        table.add("CKM_CHACHA20_POLY1305", verb, "kChaCha20", sized(nonce) + sized(aad), MESSAGE, sealed)
    # RFC 8439, 2.5.2.
    table.key("kPoly1305", "CKO_SECRET_KEY", "CKK_POLY1305", CKA_VALUE=bytes.fromhex(
        "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"))
    table.add("CKM_POLY1305", "sign", "kPoly1305", b"", b"Cryptographic Forum Research Group",
              bytes.fromhex("a8061dc1305136c6c22b8baf0c0127a9"))


def symmetric():
    table = Table("symmetric_answers", "Digests, MACs and ciphers.")
    add_digests(table)
    add_aes(table)
    add_triple_des(table)
    add_chacha(table)
    return table

# ---- Key pairs

# Wycheproof (Apache-2.0): the 2048-bit key of rsa_signature_2048_sha256.
RSA_KEY = RSA.construct((
    int("a2b451a07d0aa5f96e455671513550514a8a5b462ebef717094fa1fee82224e637f9746d3f7cafd31878d80325b6ef5a1700f65903b469429e89"
        "d6eac8845097b5ab393189db92512ed8a7711a1253facd20f79c15e8247f3d3e42e46e48c98e254a2fe9765313a03eff8f17e1a029397a1fa26a"
        "8dce26f490ed81299615d9814c22da610428e09c7d9658594266f5c021d0fceca08d945a12be82de4d1ece6b4c03145b5d3495d4ed5411eb878d"
        "af05fd7afc3e09ada0f1126422f590975a1969816f48698bcbba1b4d9cae79d460d8f9f85e7975005d9bc22c4e5ac0f7c1a45d12569a62807d3b"
        "9a02e5a530e773066f453d1f5b4c2e9cf7820283f742b9d5", 16),
    65537,
    int("24cdc62317f5d72a6f6ba6cc9632899b01d1ff28867d72f61688995bc855a4e420a8405250089bdb13cf8e09543827b748b9d27fbb2b4d9e20af"
        "8c5a6a862796d1a4cc18ad16ea678bc1bd4a83bbbe9c5e57453b5ce7388e41a3ba4ce2b77b4438a229e954f720dae0353dc088ac8a76b26dc276"
        "f8e1b7851ddd6398ad16ff2e78195123b9b036e945c38c9d12434f6df76fe22359eb3e1ac9c011678fc926fad3ae475a4fffff55feb2d147e9c8"
        "94f4c0e29a599e762462482d968bf42780945fc0d2c31c573c4431b8f4fe8b8c67bec815abd44f7a86edca1c2308737358d2c2ae5e2e0e2dadf7"
        "30980262377e58b13b7d9992060a0bc870ccfdb4a9319ee1", 16)))
# name in mechanisms: PyCryptodome's, CKM_ of the hash, CKG_MGF1_ number (PKCS#11 3.2, RSA)
RSA_HASHES = {
    "SHA1": (SHA1, 0x220, 1), "SHA224": (SHA224, 0x255, 5), "SHA256": (SHA256, 0x250, 2), "SHA384": (SHA384, 0x260, 3),
    "SHA512": (SHA512, 0x270, 4), "SHA3_224": (SHA3_224, 0x2b5, 6), "SHA3_256": (SHA3_256, 0x2b0, 7),
    "SHA3_384": (SHA3_384, 0x2c0, 8), "SHA3_512": (SHA3_512, 0x2d0, 9),
}


class Repeatable:
    """Bytes for PyCryptodome's paddings: the same at each run, so that the tables do not change for nothing."""

    def __init__(self):
        self.count = 0

    def __call__(self, size):
        self.count += 1
        return hashlib.shake_256(f"known answers {self.count}".encode()).digest(size)


def number(value):
    value = int(value)
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def add_rsa(table):
    random = Repeatable()
    private, public = "kRsaPrivate", "kRsaPublic"
    half = {"CKA_MODULUS": number(RSA_KEY.n), "CKA_PUBLIC_EXPONENT": number(RSA_KEY.e)}
    table.key(public, "CKO_PUBLIC_KEY", "CKK_RSA", **half)
    table.key(private, "CKO_PRIVATE_KEY", "CKK_RSA", **half, CKA_PRIVATE_EXPONENT=number(RSA_KEY.d),
              CKA_PRIME_1=number(RSA_KEY.p), CKA_PRIME_2=number(RSA_KEY.q), CKA_EXPONENT_1=number(RSA_KEY.d % (RSA_KEY.p - 1)),
              CKA_EXPONENT_2=number(RSA_KEY.d % (RSA_KEY.q - 1)), CKA_COEFFICIENT=number(pow(RSA_KEY.q, -1, RSA_KEY.p)))

    signer = pkcs1_15.new(RSA_KEY)
    for name, module in {"MD5": MD5, **{name: entry[0] for name, entry in RSA_HASHES.items()}}.items():
        table.add(f"CKM_{name}_RSA_PKCS", "sign", private, b"", MESSAGE, signer.sign(module.new(MESSAGE)))
    sha256_info = bytes.fromhex("3031300d060960864801650304020105000420") + SHA256.new(MESSAGE).digest()
    table.add("CKM_RSA_PKCS", "verify", public, b"", sha256_info, signer.sign(SHA256.new(MESSAGE)))
    table.add("CKM_RSA_X_509", "verify", public, b"", b"\0\1" + b"\xff" * 202 + b"\0" + sha256_info,
              signer.sign(SHA256.new(MESSAGE)))
    for name, (module, mechanism, mgf) in RSA_HASHES.items():
        hashed = module.new(MESSAGE)
        size = hashed.digest_size
        signature = pss.new(RSA_KEY, salt_bytes=size, rand_func=random).sign(hashed)
        param = u32(mechanism) + u32(mgf) + u32(size)
        table.add(f"CKM_{name}_RSA_PKCS_PSS", "verify", public, param, MESSAGE, signature)
        if name == "SHA256":
            table.add("CKM_RSA_PKCS_PSS", "verify", public, param, hashed.digest(), signature)
            padded = PKCS1_OAEP.new(RSA_KEY, hashAlgo=module, label=b"label", randfunc=random).encrypt(MESSAGE)
            table.add("CKM_RSA_PKCS_OAEP", "decrypt", private, u32(mechanism) + u32(mgf) + u32(1) + sized(b"label"), MESSAGE, padded)
    table.add("CKM_RSA_PKCS", "decrypt", private, b"", MESSAGE, PKCS1_v1_5.new(RSA_KEY, randfunc=random).encrypt(MESSAGE))


def dsa_domain():
    """RFC 6979, A.2.1: p, q and g."""
    return (int("86f5ca03dcfeb225063ff830a0c769b9dd9d6153ad91d7ce27f787c43278b447e6533b86b18bed6e8a48b784a14c252c5be0dbf60b86d6385bd2"
                "f12fb763ed8873abfd3f5ba2e0a8c0a59082eac056935e529daf7c610467899c77adedfc846c881870b7b19b2b58f9be0521a17002e3bdd6b866"
                "85ee90b3d9a1b02b782b1779", 16),
            int("996f967f6c8e388d9e28d01e205fba957a5698b1", 16),
            int("07b0f92546150b62514bb771e2a0c0ce387f03bda6c56b505209ff25fd3c133d89bbcd97e904e09114d9a7defdeadfc9078ea544d2e401aeecc4"
                "0bb9fbbf78fd87995a10a1c27cb7789b594ba7efb5c4326a9fe59a070e136db77175464adca417be5dce2f40d10a46a3a3943f26ab7fd9c0398f"
                "f8c76ee0a56826a8a88f1dbd", 16))


def add_dsa(table):
    p, q, g = dsa_domain()
    x = int("411602cb19a6ccc34494d79d98ef1e7ed5af25f7", 16)
    y = pow(g, x, p)
    key = DSA.construct((y, g, p, q, x))
    table.key("kDsaPublic", "CKO_PUBLIC_KEY", "CKK_DSA", CKA_PRIME=number(p), CKA_SUBPRIME=number(q), CKA_BASE=number(g),
              CKA_VALUE=number(y))
    for name, (module, _, _) in RSA_HASHES.items():
        signature = DSS.new(key, "deterministic-rfc6979").sign(module.new(MESSAGE))
        table.add(f"CKM_DSA_{name}", "verify", "kDsaPublic", b"", MESSAGE, signature)
        if name == "SHA1":
            table.add("CKM_DSA", "verify", "kDsaPublic", b"", SHA1.new(MESSAGE).digest(), signature)


def ffdhe2048():
    """RFC 7919, A.1: 2^2048 - 2^1984 + (floor(2^1918 e) + 560316) 2^64 - 1."""
    term, e, k = 1 << 2200, 0, 1
    while term:
        e, term, k = e + term, term // k, k + 1
    return (1 << 2048) - (1 << 1984) + ((e >> 2200 - 1918) + 560316 << 64) - 1


def add_dh(table):
    p = ffdhe2048()
    alice = int.from_bytes(hashlib.shake_256(b"alice").digest(32), "big")
    bob = pow(2, int.from_bytes(hashlib.shake_256(b"bob").digest(32), "big"), p)
    shared = pow(bob, alice, p).to_bytes(256, "big")
    peer = bob.to_bytes(256, "big")
    table.key("kDh", "CKO_PRIVATE_KEY", "CKK_DH", CKA_PRIME=number(p), CKA_BASE=b"\2", CKA_VALUE=number(alice))
    table.add("CKM_DH_PKCS_DERIVE", "derive", "kDh", peer, b"", shared)
    table.key("kX942", "CKO_PRIVATE_KEY", "CKK_X9_42_DH", CKA_PRIME=number(p), CKA_BASE=b"\2", CKA_SUBPRIME=number((p - 1) // 2),
              CKA_VALUE=number(alice))
    table.add("CKM_X9_42_DH_DERIVE", "derive", "kX942", u32(1) + sized(b"") + sized(peer), b"", shared)


P256 = bytes.fromhex("06082a8648ce3d030107")


def add_ec(table):
    # RFC 6979, A.2.5.
    key = ECC.construct(curve="P-256", d=0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721)
    point = b"\4" + int(key.pointQ.x).to_bytes(32, "big") + int(key.pointQ.y).to_bytes(32, "big")
    table.key("kEcPublic", "CKO_PUBLIC_KEY", "CKK_EC", CKA_EC_PARAMS=P256, CKA_EC_POINT=b"\4" + bytes([len(point)]) + point)
    table.key("kEcPrivate", "CKO_PRIVATE_KEY", "CKK_EC", CKA_EC_PARAMS=P256, CKA_VALUE=int(key.d).to_bytes(32, "big"))
    signer = DSS.new(key, "deterministic-rfc6979")
    for name, (module, _, _) in RSA_HASHES.items():
        if name.startswith("SHA3_"):
            continue
        table.add(f"CKM_ECDSA_{name}", "verify", "kEcPublic", b"", MESSAGE, signer.sign(module.new(MESSAGE)))
    table.add("CKM_ECDSA", "verify", "kEcPublic", b"", SHA256.new(MESSAGE).digest(), signer.sign(SHA256.new(MESSAGE)))
    for name in ("SHA3_224", "SHA3_256", "SHA3_384", "SHA3_512"):
        signature = DSS.new(key, "deterministic-rfc6979").sign(RSA_HASHES[name][0].new(MESSAGE))
        table.add(f"CKM_ECDSA_{name}", "verify", "kEcPublic", b"", MESSAGE, signature)

    # RFC 5903, 8.1.
    table.key("kEcdh", "CKO_PRIVATE_KEY", "CKK_EC", CKA_EC_PARAMS=P256, CKA_VALUE=bytes.fromhex(
        "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433"))
    peer = bytes.fromhex("04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"
                         "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab")
    shared = bytes.fromhex("d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de")
    for name in ("CKM_ECDH1_DERIVE", "CKM_ECDH1_COFACTOR_DERIVE"):
        table.add(name, "derive", "kEcdh", u32(1) + sized(b"") + sized(peer), b"", shared)
        kdf = hashlib.sha256(shared + b"\0\0\0\1" + b"info").digest()  # ANSI X9.63
        table.add(name, "derive", "kEcdh", u32(6) + sized(b"info") + sized(peer), b"", kdf)

    # RFC 8032, 7.1, TEST 2.
    table.key("kEd25519", "CKO_PRIVATE_KEY", "CKK_EC_EDWARDS", CKA_EC_PARAMS=bytes.fromhex("06032b6570"), CKA_VALUE=bytes.fromhex(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    table.add("CKM_EDDSA", "sign", "kEd25519", u32(0) + u32(0), b"\x72", bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612"
        "bb0c00"))
    # RFC 8032, 7.4, "1 octet".
    table.key("kEd448", "CKO_PRIVATE_KEY", "CKK_EC_EDWARDS", CKA_EC_PARAMS=bytes.fromhex("06032b6571"), CKA_VALUE=bytes.fromhex(
        "c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e"))
    table.add("CKM_EDDSA", "sign", "kEd448", u32(0) + u32(0), b"\x03", bytes.fromhex(
        "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0"
        "aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00"))
    for name, oid, curve in (("kX25519", "06032b656e", X25519), ("kX448", "06032b656f", X448)):
        alice = hashlib.shake_256(b"alice").digest(curve.size)
        bob = hashlib.shake_256(b"bob").digest(curve.size)
        table.key(name, "CKO_PRIVATE_KEY", "CKK_EC_MONTGOMERY", CKA_EC_PARAMS=bytes.fromhex(oid), CKA_VALUE=alice)
        peer = curve.multiply(bob, curve.base)
        table.add("CKM_ECDH1_DERIVE", "derive", name, u32(1) + sized(b"") + sized(peer), b"", curve.multiply(alice, peer))


class Montgomery:
    """The function of RFC 7748, section 5, from its formulas."""

    def __init__(self, bits, prime, a24, base):
        self.bits, self.prime, self.a24 = bits, prime, a24
        self.size = (bits + 7) // 8
        self.base = base.to_bytes(self.size, "little")

    def scalar(self, data):
        k = bytearray(data)
        if self.bits == 255:
            k[0] &= 248
            k[31] = k[31] & 127 | 64
        else:
            k[0] &= 252
            k[55] |= 128
        return int.from_bytes(k, "little")

    def multiply(self, scalar, u):
        p, k = self.prime, self.scalar(scalar)
        x1 = int.from_bytes(u, "little") & (1 << self.bits) - 1
        x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
        for t in reversed(range(self.bits)):
            bit = k >> t & 1
            if swap ^ bit:
                x2, x3, z2, z3 = x3, x2, z3, z2
            swap = bit
            a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
            aa, bb, da, cb = a * a, b * b, d * a, c * b
            e = aa - bb
            x3, z3 = (da + cb) ** 2 % p, x1 * (da - cb) ** 2 % p
            x2, z2 = aa * bb % p, e * (aa + self.a24 * e) % p
        if swap:
            x2, z2 = x3, z3
        return (x2 * pow(z2, p - 2, p) % p).to_bytes(self.size, "little")


X25519 = Montgomery(255, 2**255 - 19, 121665, 9)
X448 = Montgomery(448, 2**448 - 2**224 - 1, 39081, 5)


def asymmetric():
    table = Table("asymmetric_answers", "Signatures, encryption and agreement with key pairs.")
    add_rsa(table)
    add_ec(table)
    add_dsa(table)
    add_dh(table)
    return table


# ---- Derivations

def prf_tls12(secret, label, seed, size):
    """The PRF of TLS 1.2 over SHA-256 (RFC 5246, 5)."""
    seed, out = label + seed, b""
    chained = seed
    while len(out) < size:
        chained = hmac.new(secret, chained, hashlib.sha256).digest()
        out += hmac.new(secret, chained + seed, hashlib.sha256).digest()
    return out[:size]


def add_hkdf(table):
    # RFC 5869, A.1.
    table.key("kHkdf", "CKO_SECRET_KEY", "CKK_HKDF", CKA_VALUE=b"\x0b" * 22)
    salt, info = bytes(range(13)), bytes(range(0xf0, 0xfa))
    param = u32(1) + u32(1) + u32(0x250) + u32(2) + sized(salt) + u32(0) + sized(info)
    table.add("CKM_HKDF_DERIVE", "derive", "kHkdf", param, b"", bytes.fromhex(
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))


def add_sp800_108(table):
    key, fixed, size = bytes(range(32)), b"label\0context", 48
    table.key("kSp800", "CKO_SECRET_KEY", "CKK_GENERIC_SECRET", CKA_VALUE=key)
    prf = lambda data: hmac.new(key, data, hashlib.sha256).digest()
    big = lambda i: struct.pack(">I", i)
    iteration, counter, array = 1, 2, 4
    bytes_part = u32(array) + sized(fixed)
    counted = u32(1) + u32(0) + u32(32)  # present, big endian, 32 bits
    head, tail = u32(0x251) + sized(b""), u32(0)

    out = b"".join(prf(big(i) + fixed) for i in (1, 2))[:size]
    table.add("CKM_SP800_108_COUNTER_KDF", "derive", "kSp800", head + u32(2) + u32(iteration) + counted + bytes_part + tail, b"", out)
    first = prf(big(1) + fixed)
    out = (first + prf(first + big(2) + fixed))[:size]
    parts = u32(3) + u32(iteration) + u32(0) * 3 + u32(counter) + counted + bytes_part
    table.add("CKM_SP800_108_FEEDBACK_KDF", "derive", "kSp800", head + parts + tail, b"", out)
    a1 = prf(fixed)
    a2 = prf(a1)
    out = (prf(a1 + big(1) + fixed) + prf(a2 + big(2) + fixed))[:size]
    table.add("CKM_SP800_108_DOUBLE_PIPELINE_KDF", "derive", "kSp800", head + parts + tail, b"", out)


def add_tls12(table):
    premaster, client, server = b"\3\3" + bytes(range(46)), b"c" * 32, b"s" * 32
    table.key("kPremaster", "CKO_SECRET_KEY", "CKK_GENERIC_SECRET", CKA_VALUE=premaster)
    sha256 = u32(0x250)
    master = prf_tls12(premaster, b"master secret", client + server, 48)
    for name in ("CKM_TLS12_MASTER_KEY_DERIVE", "CKM_TLS12_MASTER_KEY_DERIVE_DH"):
        table.add(name, "derive", "kPremaster", sized(client) + sized(server) + sha256 + u32(0), b"", master)
    session = hashlib.sha256(b"handshake").digest()
    extended = prf_tls12(premaster, b"extended master secret", session, 48)
    for name in ("CKM_TLS12_EXTENDED_MASTER_KEY_DERIVE", "CKM_TLS12_EXTENDED_MASTER_KEY_DERIVE_DH"):
        table.add(name, "derive", "kPremaster", sha256 + sized(session) + u32(0), b"", extended)
    table.key("kMaster", "CKO_SECRET_KEY", "CKK_GENERIC_SECRET", CKA_VALUE=master)
    exported = prf_tls12(master, b"EXPORTER-known", client + server, 40)
    for name in ("CKM_TLS_KDF", "CKM_TLS12_KDF"):
        table.add(name, "derive", "kMaster", sha256 + sized(b"EXPORTER-known") + sized(client) + sized(server) + sized(b""), b"", exported)
    finished = prf_tls12(master, b"client finished", session, 12)
    for name in ("CKM_TLS_MAC", "CKM_TLS12_MAC"):
        table.add(name, "sign", "kMaster", sha256 + u32(12) + u32(2), session, finished)


def add_simple_derivations(table):
    base, data = bytes(range(16)), b"\xa5" * 16
    table.key("kBase", "CKO_SECRET_KEY", "CKK_GENERIC_SECRET", CKA_VALUE=base)
    table.add("CKM_CONCATENATE_BASE_AND_DATA", "derive", "kBase", sized(data), b"", base + data)
    table.add("CKM_CONCATENATE_DATA_AND_BASE", "derive", "kBase", sized(data), b"", data + base)
    table.add("CKM_XOR_BASE_AND_DATA", "derive", "kBase", sized(data), b"", bytes(a ^ b for a, b in zip(base, data)))
    table.add("CKM_EXTRACT_KEY_FROM_KEY", "derive", "kBase", u32(24), b"", base[3:11])
    names = {name.replace("SHA_1", "SHA1"): way for name, way in HASHES.items()}
    for name, way in names.items():
        table.add(f"CKM_{name}_KEY_DERIVATION", "derive", "kBase", b"", b"", way(base).digest())
    for t in ("224", "256"):
        table.add(f"CKM_SHA512_{t}_KEY_DERIVATION", "derive", "kBase", b"", b"", sha512_t(t)(base).digest())
    for bits in BLAKE2B_BITS:
        table.add(f"CKM_BLAKE2B_{bits}_KEY_DERIVE", "derive", "kBase", b"", b"", blake2b(bits)(base).digest())
    table.add("CKM_SHAKE_128_KEY_DERIVATION", "derive", "kBase", b"", b"", hashlib.shake_128(base).digest(40))
    table.add("CKM_SHAKE_256_KEY_DERIVATION", "derive", "kBase", b"", b"", hashlib.shake_256(base).digest(40))
    table.key("kAesBase", "CKO_SECRET_KEY", "CKK_AES", CKA_VALUE=base)
    table.add("CKM_AES_ECB_ENCRYPT_DATA", "derive", "kAesBase", sized(data * 2), b"", AES.new(base, AES.MODE_ECB).encrypt(data * 2))
    table.add("CKM_AES_CBC_ENCRYPT_DATA", "derive", "kAesBase", base + sized(data * 2), b"",
              AES.new(base, AES.MODE_CBC, base).encrypt(data * 2))


def add_pbkdf2(table):
    param = u32(1) + sized(b"salt") + u32(1000) + u32(4) + sized(b"") + sized(b"password")
    table.add("CKM_PKCS5_PBKD2", "generate", None, param, b"", PBKDF2(b"password", b"salt", 40, 1000, hmac_hash_module=SHA256))


def derivation():
    table = Table("derivation_answers", "Keys derived from keys.")
    add_hkdf(table)
    add_sp800_108(table)
    add_tls12(table)
    add_simple_derivations(table)
    add_pbkdf2(table)
    return table


if __name__ == "__main__":
    symmetric().write()
    asymmetric().write()
    derivation().write()
