"""Cryptoki by ctypes: just what the integration tests call, with the standard's names and numbers."""
import ctypes
from ctypes import byref, c_ubyte, c_ulong, c_void_p

CKR_OK = 0x0
CKR_GENERAL_ERROR = 0x5
CKR_FUNCTION_FAILED = 0x6
CKR_ATTRIBUTE_SENSITIVE = 0x11
CKR_DEVICE_ERROR = 0x30
CKR_DEVICE_REMOVED = 0x32
CKR_OBJECT_HANDLE_INVALID = 0x82
CKR_PIN_INCORRECT = 0xA0
CKR_PIN_INVALID = 0xA1
CKR_PIN_LEN_RANGE = 0xA2
CKR_PIN_LOCKED = 0xA4
CKR_SESSION_HANDLE_INVALID = 0xB3
CKR_SESSION_EXISTS = 0xB6
CKR_TOKEN_NOT_PRESENT = 0xE0
CKR_USER_NOT_LOGGED_IN = 0x101
CKR_USER_PIN_NOT_INITIALIZED = 0x102
CKR_CRYPTOKI_NOT_INITIALIZED = 0x190

CKU_SO, CKU_USER = 0, 1
CKF_RW_SESSION, CKF_SERIAL_SESSION = 0x2, 0x4
CKF_TOKEN_INITIALIZED, CKF_USER_PIN_INITIALIZED = 0x400, 0x8
CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED = 0x10000, 0x20000, 0x40000
CKF_SO_PIN_COUNT_LOW, CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED = 0x100000, 0x200000, 0x400000

CKO_DATA, CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY, CKO_SECRET_KEY = range(5)
CKK_RSA, CKK_EC, CKK_GENERIC_SECRET, CKK_AES = 0x0, 0x3, 0x10, 0x1F
CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_LABEL = 0x0, 0x1, 0x2, 0x3
CKA_VALUE, CKA_ID, CKA_KEY_TYPE = 0x11, 0x102, 0x100
CKA_SENSITIVE, CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP, CKA_UNWRAP = 0x103, 0x104, 0x105, 0x106, 0x107
CKA_SIGN, CKA_VERIFY, CKA_DERIVE = 0x108, 0x10A, 0x10C
CKA_MODULUS, CKA_MODULUS_BITS, CKA_PUBLIC_EXPONENT, CKA_PRIVATE_EXPONENT = 0x120, 0x121, 0x122, 0x123
CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT = 0x124, 0x125, 0x126, 0x127, 0x128
CKA_VALUE_LEN, CKA_EXTRACTABLE, CKA_EC_PARAMS, CKA_EC_POINT = 0x161, 0x162, 0x180, 0x181

CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS = 0x0, 0x1, 0x40
CKM_SHA256, CKM_SHA256_HMAC = 0x250, 0x251
CKM_EC_KEY_PAIR_GEN, CKM_ECDSA = 0x1040, 0x1041
CKM_AES_KEY_GEN, CKM_AES_ECB, CKM_AES_CBC_PAD = 0x1080, 0x1081, 0x1085
UNAVAILABLE = c_ulong(-1).value

P256 = bytes.fromhex("06082a8648ce3d030107")


class Mechanism(ctypes.Structure):
    _fields_ = [("mechanism", c_ulong), ("parameter", c_void_p), ("parameter_len", c_ulong)]


class Attribute(ctypes.Structure):
    _fields_ = [("type", c_ulong), ("value", c_void_p), ("value_len", c_ulong)]


class Version(ctypes.Structure):
    _fields_ = [("major", c_ubyte), ("minor", c_ubyte)]


class TokenInfo(ctypes.Structure):
    _fields_ = ([("label", c_ubyte * 32), ("manufacturer", c_ubyte * 32), ("model", c_ubyte * 16), ("serial", c_ubyte * 16),
                 ("flags", c_ulong)]
                + [(name, c_ulong) for name in ("max_sessions", "sessions", "max_rw_sessions", "rw_sessions", "max_pin",
                                                "min_pin", "total_public", "free_public", "total_private", "free_private")]
                + [("hardware", Version), ("firmware", Version), ("utc_time", c_ubyte * 16)])


class CryptokiError(Exception):
    def __init__(self, function, rv):
        super().__init__(f"{function}: CKR 0x{rv:x}")
        self.function, self.rv = function, rv


def encode(value):
    """The bytes of an attribute's value: bool is CK_BBOOL, int is CK_ULONG, text is UTF-8."""
    if isinstance(value, bool):
        return b"\1" if value else b"\0"
    if isinstance(value, int):
        return bytes(c_ulong(value))
    return value.encode() if isinstance(value, str) else bytes(value)


class Template:
    """A CK_ATTRIBUTE array that owns its values. A ctypes buffer is pointed to, not copied (for secrets)."""

    def __init__(self, attributes):
        self.length = len(attributes)
        self.array = (Attribute * max(1, self.length))()
        self.buffers = []
        for entry, (kind, value) in zip(self.array, attributes.items()):
            if not isinstance(value, ctypes.Array):
                data = encode(value)
                value = (c_ubyte * max(1, len(data))).from_buffer_copy(data or b"\0")
                entry.value_len = len(data)
            else:
                entry.value_len = ctypes.sizeof(value)
            entry.type, entry.value = kind, ctypes.addressof(value)
            self.buffers.append(value)


def mechanism(kind, parameter=b""):
    made = Mechanism(kind, None, len(parameter))
    if parameter:
        made.keep = (c_ubyte * len(parameter)).from_buffer_copy(parameter)
        made.parameter = ctypes.addressof(made.keep)
    return made


class Module:
    """A loaded and initialised PKCS#11 module. rv(name, …) gives the code; call(name, …) raises unless it is CKR_OK."""

    def __init__(self, path, initialize=True):
        self.library = ctypes.CDLL(path)
        if initialize:
            self.call("C_Initialize", None)

    def rv(self, name, *arguments):
        function = getattr(self.library, name)
        function.restype = c_ulong
        return function(*[c_ulong(a) if isinstance(a, int) else a for a in arguments])

    def call(self, name, *arguments):
        rv = self.rv(name, *arguments)
        if rv != CKR_OK:
            raise CryptokiError(name, rv)

    def finalize(self):
        self.call("C_Finalize", None)

    def slots(self, with_token=True):
        count = c_ulong(0)
        self.call("C_GetSlotList", c_ubyte(with_token), None, byref(count))
        slots = (c_ulong * count.value)()
        self.call("C_GetSlotList", c_ubyte(with_token), slots, byref(count))
        return list(slots)[:count.value]

    def token_info(self, slot):
        info = TokenInfo()
        self.call("C_GetTokenInfo", slot, byref(info))
        return info

    def slot_of(self, label):
        for slot in self.slots():
            if bytes(self.token_info(slot).label).decode().rstrip() == label:
                return slot
        raise LookupError(label)

    def init_token(self, slot, so_pin, label):
        padded = (c_ubyte * 32).from_buffer_copy(label.encode().ljust(32))
        return self.rv("C_InitToken", slot, so_pin.encode(), len(so_pin), padded)

    def open_session(self, slot):
        handle = c_ulong(0)
        self.call("C_OpenSession", slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, None, None, byref(handle))
        return Session(self, handle.value)


class Session:
    def __init__(self, module, handle):
        self.module, self.handle = module, handle

    def rv(self, name, *arguments):
        return self.module.rv(name, self.handle, *arguments)

    def call(self, name, *arguments):
        self.module.call(name, self.handle, *arguments)

    def login_rv(self, user, pin):
        return self.rv("C_Login", user, pin.encode(), len(pin))

    def login(self, pin, user=CKU_USER):
        rv = self.login_rv(user, pin)
        if rv != CKR_OK:
            raise CryptokiError("C_Login", rv)

    def logout(self):
        self.call("C_Logout")

    def close(self):
        self.call("C_CloseSession")

    def create(self, attributes):
        template, handle = Template(attributes), c_ulong(0)
        self.call("C_CreateObject", template.array, template.length, byref(handle))
        return handle.value

    def destroy(self, handle):
        self.call("C_DestroyObject", handle)

    def generate_key(self, kind, attributes):
        template, handle = Template(attributes), c_ulong(0)
        self.call("C_GenerateKey", byref(mechanism(kind)), template.array, template.length, byref(handle))
        return handle.value

    def generate_pair(self, kind, public, private):
        public, private, handles = Template(public), Template(private), (c_ulong(0), c_ulong(0))
        self.call("C_GenerateKeyPair", byref(mechanism(kind)), public.array, public.length, private.array, private.length,
                  byref(handles[0]), byref(handles[1]))
        return handles[0].value, handles[1].value

    def find(self, attributes):
        template, count, found = Template(attributes), c_ulong(0), []
        self.call("C_FindObjectsInit", template.array, template.length)
        page = (c_ulong * 64)()
        while True:
            self.call("C_FindObjects", page, 64, byref(count))
            if count.value == 0:
                break
            found += list(page)[:count.value]
        self.call("C_FindObjectsFinal")
        return found

    def find_one(self, attributes):
        found = self.find(attributes)
        if len(found) != 1:
            raise LookupError(f"{len(found)} objects instead of one")
        return found[0]

    def get(self, handle, kind):
        entry = (Attribute * 1)(Attribute(kind, None, 0))
        self.call("C_GetAttributeValue", handle, entry, 1)
        value = (c_ubyte * max(1, entry[0].value_len))()
        entry[0].value = ctypes.addressof(value)
        self.call("C_GetAttributeValue", handle, entry, 1)
        return bytes(value)[:entry[0].value_len]

    def get_rv(self, handle, kind):
        entry = (Attribute * 1)(Attribute(kind, None, 0))
        return self.rv("C_GetAttributeValue", handle, entry, 1)

    def _one_shot(self, init, function, mech, key, data):
        self.call(init, byref(mech), *([] if key is None else [key]))
        size = c_ulong(len(data) + 1024)
        out = (c_ubyte * size.value)()
        self.call(function, data, len(data), out, byref(size))
        return bytes(out)[:size.value]

    def sign(self, kind, key, data):
        return self._one_shot("C_SignInit", "C_Sign", mechanism(kind), key, data)

    def digest(self, kind, data):
        return self._one_shot("C_DigestInit", "C_Digest", mechanism(kind), None, data)

    def encrypt(self, kind, key, data, parameter=b""):
        return self._one_shot("C_EncryptInit", "C_Encrypt", mechanism(kind, parameter), key, data)

    def decrypt(self, kind, key, data, parameter=b""):
        return self._one_shot("C_DecryptInit", "C_Decrypt", mechanism(kind, parameter), key, data)

    def wrap(self, kind, parameter, wrapping_key, key):
        size = c_ulong(4096)
        out = (c_ubyte * size.value)()
        self.call("C_WrapKey", byref(mechanism(kind, parameter)), wrapping_key, key, out, byref(size))
        return bytes(out)[:size.value]
