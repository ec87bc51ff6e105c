"""A client whose memory is looked into: client_memory.py MODULE LABEL PIN_SIZE ACTION [SIZE…].

Secrets come on standard input, the PIN first, straight into buffers that are wiped after use, so that whatever a scan
finds was left there by the module. The marker that comes last stays, to show that a scan finds something.
ACTION import: AES key and RSA components and EC scalar of the given sizes. generate: an AES key and an EC pair. use: all keys.
"""
import ctypes
import os
import sys

import cryptoki as ck


def receive(size):
    buffer = (ctypes.c_ubyte * size)()
    done = 0
    while done < size:
        done += os.readv(0, [memoryview(buffer).cast("B")[done:]])
    return buffer


def wipe(*buffers):
    for buffer in buffers:
        ctypes.memset(buffer, 0, ctypes.sizeof(buffer))


COMMON = {ck.CKA_TOKEN: True, ck.CKA_PRIVATE: True}
RSA_PARTS = (ck.CKA_MODULUS, ck.CKA_PUBLIC_EXPONENT, ck.CKA_PRIVATE_EXPONENT, ck.CKA_PRIME_1, ck.CKA_PRIME_2,
             ck.CKA_EXPONENT_1, ck.CKA_EXPONENT_2, ck.CKA_COEFFICIENT)


def import_keys(session, sizes):
    aes, *rsa, ec = [receive(size) for size in sizes]
    session.create(COMMON | {ck.CKA_CLASS: ck.CKO_SECRET_KEY, ck.CKA_KEY_TYPE: ck.CKK_AES, ck.CKA_LABEL: "imported aes",
                             ck.CKA_ENCRYPT: True, ck.CKA_WRAP: True, ck.CKA_SENSITIVE: True, ck.CKA_VALUE: aes})
    session.create(COMMON | {ck.CKA_CLASS: ck.CKO_PRIVATE_KEY, ck.CKA_KEY_TYPE: ck.CKK_RSA, ck.CKA_LABEL: "imported rsa",
                             ck.CKA_SIGN: True, ck.CKA_SENSITIVE: True} | dict(zip(RSA_PARTS, rsa)))
    session.create(COMMON | {ck.CKA_CLASS: ck.CKO_PRIVATE_KEY, ck.CKA_KEY_TYPE: ck.CKK_EC, ck.CKA_LABEL: "imported ec",
                             ck.CKA_SIGN: True, ck.CKA_SENSITIVE: True, ck.CKA_EC_PARAMS: ck.P256, ck.CKA_VALUE: ec})
    wipe(aes, *rsa, ec)


def generate_keys(session):
    session.generate_key(ck.CKM_AES_KEY_GEN, COMMON | {
        ck.CKA_LABEL: "generated aes", ck.CKA_VALUE_LEN: 32, ck.CKA_ENCRYPT: True, ck.CKA_SENSITIVE: False,
        ck.CKA_EXTRACTABLE: True})
    session.generate_pair(
        ck.CKM_EC_KEY_PAIR_GEN, {ck.CKA_EC_PARAMS: ck.P256, ck.CKA_TOKEN: True, ck.CKA_VERIFY: True},
        COMMON | {ck.CKA_LABEL: "generated ec", ck.CKA_SIGN: True, ck.CKA_SENSITIVE: True, ck.CKA_EXTRACTABLE: True})


def use_keys(session):
    for key in session.find({ck.CKA_CLASS: ck.CKO_SECRET_KEY}):
        session.encrypt(ck.CKM_AES_ECB, key, bytes(64))
    for label in ("imported ec", "generated ec"):
        for key in session.find({ck.CKA_CLASS: ck.CKO_PRIVATE_KEY, ck.CKA_LABEL: label}):
            session.sign(ck.CKM_ECDSA, key, bytes(32))
    for key in session.find({ck.CKA_CLASS: ck.CKO_PRIVATE_KEY, ck.CKA_KEY_TYPE: ck.CKK_RSA}):
        session.sign(ck.CKM_SHA256_RSA_PKCS, key, b"text")


def main():
    path, label, pin_size, action, *sizes = sys.argv[1:]
    module = ck.Module(path)
    session = module.open_session(module.slot_of(label))
    pin = receive(int(pin_size))
    session.call("C_Login", ck.CKU_USER, pin, len(pin))
    wipe(pin)
    if action == "import":
        import_keys(session, [int(size) for size in sizes])
    elif action == "generate":
        generate_keys(session)
    else:
        use_keys(session)
    marker = receive(32)  # kept on purpose
    os.write(1, b"ready\n")
    os.read(0, 1)
    return marker


if __name__ == "__main__":
    main()
