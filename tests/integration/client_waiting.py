"""A client that a test kills or looks at: client_waiting.py MODULE LABEL PIN ACTION. It says "ready" and waits for a line.

ACTION hold: keeps sessions and session objects open. sign: signs without a pause until it is killed.
"""
import sys

import cryptoki as ck

path, label, pin, action = sys.argv[1:]
module = ck.Module(path)
session = module.open_session(module.slot_of(label))
session.login(pin)
if action == "hold":
    others = [module.open_session(module.slot_of(label)) for _ in range(20)]
    for number in range(20):
        session.create({ck.CKA_CLASS: ck.CKO_DATA, ck.CKA_LABEL: f"of the session {number}", ck.CKA_VALUE: b"x" * 1000})
    print("ready", flush=True)
    sys.stdin.readline()
else:
    key = session.find_one({ck.CKA_CLASS: ck.CKO_PRIVATE_KEY})
    print("ready", flush=True)
    while True:
        session.sign(ck.CKM_ECDSA, key, bytes(32))
