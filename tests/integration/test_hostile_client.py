#!/usr/bin/env python3
"""Clients that follow no rule. Each attack may end its own connection; the worlds and everybody else go on."""
import os
import random
import threading
import time

import cryptoki as ck
import harness
from raw_client import (CLOSE_SESSION, DROP_WINDOW, FRAME_BYTES, INVOKE_COMMAND, MAKE_WINDOW, OPEN_SESSION, START_SLOT,
                        RawClient, frame)

INTERESTING = (0, 1, 2, 3, 4, 16, 0x7F, 0x80, 0xFFF, 0x1000, 0x20000, 0x40000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


class HostileClient(harness.WithService):
    def setUp(self):
        super().setUp()
        self.slot = self.make_token()
        self.session = self.user_session(self.slot)
        _, self.key = self.session.generate_pair(
            ck.CKM_EC_KEY_PAIR_GEN, {ck.CKA_EC_PARAMS: ck.P256, ck.CKA_VERIFY: True, ck.CKA_TOKEN: True},
            {ck.CKA_SIGN: True, ck.CKA_PRIVATE: True, ck.CKA_TOKEN: True, ck.CKA_LABEL: "k"})
        self.worlds = [self.service.pid_of(world) for world in (harness.SECURE_WORLD, harness.SUPPLICANT)]
        self.seed = random.SystemRandom().getrandbits(32)
        self.random = random.Random(self.seed)
        print(f"seed {self.seed}")

    def tearDown(self):
        """After every attack: the same processes, and an honest client's session as if nothing had happened."""
        self.assertEqual(len(self.session.sign(ck.CKM_ECDSA, self.key, bytes(32))), 64)
        self.assertEqual([self.service.pid_of(world) for world in (harness.SECURE_WORLD, harness.SUPPLICANT)], self.worlds)

    def number(self):
        return self.random.choice((self.random.choice(INTERESTING), self.random.getrandbits(8), self.random.getrandbits(32)))

    def connect(self):
        client = RawClient(self.service.socket)
        client.hello()
        return client

    def random_frame(self, session):
        # Session numbers below ten, so that some are right; commands of the application and beyond.
        kind = self.random.choices((INVOKE_COMMAND, CLOSE_SESSION, OPEN_SESSION, self.number()), (90, 3, 3, 4))[0]
        types = self.random.choice((0x0675, 0x0005, 0x0665, 0x0677, 0x6565, self.number()))
        params = [(self.random.randrange(0, 6), self.number(), self.number(), self.random.choice((0, 4, 8, 64, self.number())))
                  for _ in range(4)]
        inline = b"".join(self.random.randrange(0, 80).to_bytes(4, "little") for _ in range(64))
        command = self.random.choice((self.random.randrange(0, 56), 0x80000000 + self.random.randrange(4), self.number()))
        return frame(kind, self.random.choice((session, self.random.randrange(10))), command, types, params, inline)

    def test_garbage_instead_of_a_greeting(self):
        for size in (0, 1, 8, 15, 16, 17, 64, 4096):
            with RawClient(self.service.socket) as client:
                client.socket.send(self.random.randbytes(size))
                client.socket.settimeout(10)
                try:
                    answer = client.socket.recv(64)
                except ConnectionError:
                    answer = b""
                self.assertNotEqual(answer[8:12], bytes(4), "a greeting of garbage was welcomed")

    def test_connections_that_say_nothing(self):
        silent = [RawClient(self.service.socket) for _ in range(100)]
        self.assertEqual(len(self.session.sign(ck.CKM_ECDSA, self.key, bytes(32))), 64)
        for client in silent:
            client.close()

    def test_requests_out_of_protocol(self):
        for _ in range(60):
            with self.connect() as client:
                try:
                    for _ in range(20):
                        kind = self.random.choice((START_SLOT, MAKE_WINDOW, DROP_WINDOW, self.number()))
                        client.request(kind, self.number())
                except OSError:
                    pass  # dismissed, as it deserves

    def test_frames_that_lie(self):
        answered = 0
        for _ in range(20):
            with self.connect() as client:
                session = client.open_session()
                for _ in range(150):
                    if client.call(0, self.random_frame(session)) is None:
                        break
                    answered += 1
        self.assertGreater(answered, 100, "hardly anything got through: the attack attacks nothing")

    def test_memory_that_changes_during_the_call(self):
        with self.connect() as client:
            session = client.open_session()
            stop = threading.Event()

            def scribble():
                chooser = random.Random(self.seed)
                while not stop.is_set():
                    at = client.frames + chooser.randrange(0, FRAME_BYTES // 4) * 4
                    client.region[at:at + 4] = chooser.randbytes(4)

            scribbler = threading.Thread(target=scribble)
            scribbler.start()
            try:
                for _ in range(1500):
                    if client.call(0, self.random_frame(session)) is None:
                        break
            finally:
                stop.set()
                scribbler.join()

    def test_sequence_numbers_without_sense(self):
        with self.connect() as client:
            client.open_session()
            try:
                for _ in range(3000):
                    slot = self.random.randrange(client.slots)
                    client.set_word(slot, self.random.randrange(4), self.number())
                    client.write_frame(slot, self.random_frame(1))
                    client.ring(slot, self.number())
            except OSError:
                pass
            time.sleep(0.2)

    def test_a_client_that_dies_with_a_request_under_way(self):
        for _ in range(50):
            client = self.connect()
            session = client.open_session()
            client.write_frame(0, self.random_frame(session))
            client.ring(0, client.word(0, 2) + 1)
            client.close()

    def test_the_region_cannot_be_shrunk(self):
        with RawClient(self.service.socket) as client:
            for fd in client.receive_descriptors():
                with self.assertRaises(OSError):
                    os.ftruncate(fd, 0)
                os.close(fd)


if __name__ == "__main__":
    harness.main()
