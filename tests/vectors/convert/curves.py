"""Elliptic curves: DER of their names (CKA_EC_PARAMS), sizes, and encodings of their points."""

CURVES = {  # name of Wycheproof: (object identifier in DER, bytes of a coordinate)
    "secp192r1": ("06082a8648ce3d030101", 24),
    "secp224r1": ("06052b81040021", 28),
    "secp256r1": ("06082a8648ce3d030107", 32),
    "secp384r1": ("06052b81040022", 48),
    "secp521r1": ("06052b81040023", 66),
    "secp256k1": ("06052b8104000a", 32),
    "brainpoolP224r1": ("06092b2403030208010105", 28),
    "brainpoolP256r1": ("06092b2403030208010107", 32),
    "brainpoolP320r1": ("06092b2403030208010109", 40),
    "brainpoolP384r1": ("06092b240303020801010b", 48),
    "brainpoolP512r1": ("06092b240303020801010d", 64),
}
NIST_NAMES = {"P-192": "secp192r1", "P-224": "secp224r1", "P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1"}


def der_length(size):
    if size < 128:
        return bytes([size])
    body = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def octet_string(digits):
    data = bytes.fromhex(digits)
    return (b"\x04" + der_length(len(data)) + data).hex()


def point_of_spki(spki, curve):
    """The point in a SubjectPublicKeyInfo that names the curve, in strict DER; None for any other structure."""
    identifier = bytes.fromhex("06072a8648ce3d0201") + bytes.fromhex(CURVES[curve][0])
    algorithm = b"\x30" + der_length(len(identifier)) + identifier
    data = bytes.fromhex(spki)
    for point_size in (1, 1 + CURVES[curve][1], 1 + 2 * CURVES[curve][1]):
        bits = b"\x03" + der_length(point_size + 1) + b"\x00"
        head = b"\x30" + der_length(len(algorithm) + len(bits) + point_size) + algorithm + bits
        if data.startswith(head) and len(data) == len(head) + point_size:
            return data[len(head):].hex()
    return None


def raw_signature(der, size):
    """r and s of an ECDSA or DSA signature in strict DER, each of `size` bytes; None for what has no such form."""
    data = bytes.fromhex(der)

    def integer(at):
        if len(data) < at + 2 or data[at] != 2 or data[at + 1] >= 128 or len(data) < at + 2 + data[at + 1]:
            return None, at
        body = data[at + 2:at + 2 + data[at + 1]]
        if not body or body[0] >= 128 or (body[0] == 0 and len(body) > 1 and body[1] < 128):
            return None, at
        body = body.lstrip(b"\x00")
        return (body.rjust(size, b"\x00") if len(body) <= size else None), at + 2 + data[at + 1]

    head = next((n for n in (2, 3) if len(data) > n and data[:1] == b"\x30" and data[1:n] == der_length(len(data) - n)), None)
    if head is None:
        return None
    r, at = integer(head)
    if r is None:
        return None
    s, at = integer(at)
    return (r + s).hex() if s is not None and at == len(data) else None
