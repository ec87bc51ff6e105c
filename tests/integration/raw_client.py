"""A client without a module: it speaks docs/formats/transport.md by itself, rightly or wrongly, as a hostile one would."""
import ctypes
import mmap
import os
import select
import socket
import struct
import time

HELLO_MAGIC, VERSION = 0x48544648, 1
PKCS11_TA = bytes.fromhex("fd02c9da306c48c7a49cbbd827ae86ee")
OPEN_SESSION, INVOKE_COMMAND, CLOSE_SESSION = 1, 2, 3
START_SLOT, MAKE_WINDOW, DROP_WINDOW = 1, 2, 3
FRAME_BYTES, HEADER_BYTES = 4096, 128
SYS_FUTEX = {"x86_64": 202, "aarch64": 98}[os.uname().machine]
FUTEX_WAKE = 1


class RawClient:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(10)
        self.socket.connect(str(path))
        self.region = None

    def close(self):
        if self.region is not None:
            self.region.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def receive_descriptors(self):
        """Greets and returns the descriptors of region and epoch page."""
        self.socket.send(struct.pack("<IHHII", HELLO_MAGIC, VERSION, VERSION, 0, 0))
        _, fds, _, _ = socket.recv_fds(self.socket, 64, 4)
        return fds

    def hello(self):
        fds = self.receive_descriptors()
        self.region = mmap.mmap(fds[0], 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        for fd in fds:
            os.close(fd)
        _, _, self.slots, _, self.controls, self.frames, self.windows, _ = struct.unpack_from("<IIIIQQQQ", self.region)

    def request(self, kind, argument):
        self.socket.send(struct.pack("<II", kind, argument))

    def word(self, slot, index):
        """A slot's control words: 0 req, 1 server_sleeps, 2 rsp, 3 client_sleeps."""
        return struct.unpack_from("<I", self.region, self.controls + 256 * slot + 64 * index)[0]

    def set_word(self, slot, index, value):
        struct.pack_into("<I", self.region, self.controls + 256 * slot + 64 * index, value & 0xFFFFFFFF)

    def write_frame(self, slot, data):
        at = self.frames + FRAME_BYTES * slot
        self.region[at:at + len(data)] = data

    def ring(self, slot, sequence):
        """Hands the slot over and wakes whoever serves it."""
        self.set_word(slot, 0, sequence)
        word = ctypes.c_uint32.from_buffer(self.region, self.controls + 256 * slot)
        ctypes.CDLL(None, use_errno=True).syscall(SYS_FUTEX, ctypes.byref(word), FUTEX_WAKE, 1, None, None, 0)
        del word
        if self.word(slot, 1) == 2:
            self.request(START_SLOT, slot)

    def call(self, slot, frame, seconds=20):
        """One crossing; the reply's result, or None when the secure world ended this client instead of answering."""
        self.write_frame(slot, frame)
        sequence = self.word(slot, 2) + 1
        self.ring(slot, sequence)
        end = time.monotonic() + seconds
        while self.word(slot, 2) != sequence & 0xFFFFFFFF:
            if self.is_dismissed():
                return None
            if time.monotonic() > end:
                raise AssertionError("a frame was never answered")
            time.sleep(0)
        return struct.unpack_from("<I", self.region, self.frames + FRAME_BYTES * slot + 80)[0]

    def is_dismissed(self):
        readable, _, _ = select.select([self.socket], [], [], 0)
        try:
            return bool(readable) and self.socket.recv(64) == b""
        except ConnectionError:
            return True

    def open_session(self, slot=0):
        """A proper session with the PKCS#11 application; returns its number."""
        frame = bytearray(HEADER_BYTES)
        struct.pack_into("<I", frame, 0, OPEN_SESSION)
        frame[96:112] = PKCS11_TA
        result = self.call(slot, bytes(frame))
        if result != 0:
            raise AssertionError(f"no session: 0x{result or 0:x}")
        return struct.unpack_from("<I", self.region, self.frames + FRAME_BYTES * slot + 4)[0]


def frame(kind, session, command, types, params, inline=b""):
    header = struct.pack("<IIII", kind, session, command, types) + b"".join(struct.pack("<IIII", *p) for p in params)
    return header.ljust(HEADER_BYTES, b"\0") + inline
