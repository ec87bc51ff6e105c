"""A real Holdfast for a test: its own folder, socket and store, cheap PINs; started, watched, stopped.

CMake passes the programs: HF_MODULE, HF_DAEMON, HF_CLI. Every test is a client; what it needs from outside is Debian's.
"""
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import cryptoki

MODULE = os.environ.get("HF_MODULE", "")
DAEMON = os.environ.get("HF_DAEMON", "")
CLI = os.environ.get("HF_CLI", "")
SO_PIN, PIN, LABEL = "1234567890", "12345", "mytoken"
SECURE_WORLD, SUPPLICANT = "holdfast-secure-world", "holdfast-supplicant"
COMM_MAX = 15  # what the kernel keeps of a process's name
PATIENCE = 30.0


def wait_until(condition, what, seconds=PATIENCE):
    """Returns the condition's first true value; a test that waits in vain says for what."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.02)


def children_of(pid):
    """All descendants as {pid: name}; a process that ends meanwhile is left out."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in map(int, task.read_text().split()):
                found[child] = pathlib.Path(f"/proc/{child}/comm").read_text().strip()
                found.update(children_of(child))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def is_alive(pid):
    """Whether anything of the process runs: its first thread may have ended before the others, which hold its descriptors."""
    try:
        is_zombie = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
        return not is_zombie or len(os.listdir(f"/proc/{pid}/task")) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


class DidNotStart(AssertionError):
    """holdfastd ended instead of serving; status is its exit status."""

    def __init__(self, status, log):
        super().__init__(f"holdfastd ended with status {status} instead of serving\n{log}")
        self.status = status


class Service:
    """One holdfastd with its folder. Use it in a with statement; leaving that stops it and removes the folder."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hf-"))
        self.socket = self.folder / "socket"
        self.state = self.folder / "state"
        self.log_path = self.folder / "log"
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            # ctest shows a test's output only when it fails.
            print("---- the end of holdfastd's log ----", *self.log().splitlines()[-60:], sep="\n", file=sys.stderr)
            shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self):
        return dict(os.environ, HOLDFAST_SOCKET=str(self.socket))

    def start(self):
        ready, writer = os.pipe()
        environment = self.environment()
        environment.pop("LD_PRELOAD", None)  # a sanitizer's runtime, for the clients
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [DAEMON, "--socket", self.socket, "--state", self.state, "--pin-cost", "10", "--ready-fd", str(writer)],
                pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        os.close(writer)
        try:
            readable, _, _ = select.select([ready], [], [], PATIENCE)
            if not readable:
                self.kill()
                raise AssertionError(f"holdfastd neither served nor ended in {PATIENCE:.0f} s\n{self.log()}")
            if not os.read(ready, 1):  # end of file: its end of the pipe is gone
                status, self.process = self.process.wait(PATIENCE), None
                raise DidNotStart(status, self.log())
        finally:
            os.close(ready)

    def stop(self):
        """Asks it to end and checks that nothing of it stays behind."""
        if self.process is None:
            return
        worlds = children_of(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("holdfastd did not stop on SIGTERM") from None
        self.process = None
        wait_until(lambda: not any(map(is_alive, worlds)), f"the worlds {worlds} end with holdfastd", 10)

    def kill(self):
        """Ends holdfastd as a crash would; the worlds must notice by themselves."""
        worlds = children_of(self.process.pid)
        self.process.kill()
        self.process.wait()
        self.process = None
        wait_until(lambda: not any(map(is_alive, worlds)), f"the worlds {worlds} end after holdfastd's death", 10)

    def restart(self):
        self.stop()
        self.start()

    def pid_of(self, world):
        """The process of SECURE_WORLD or SUPPLICANT; waits while a dead one is being replaced."""
        def look():
            return [pid for pid, name in children_of(self.process.pid).items()
                    if name == world[:COMM_MAX] and is_alive(pid)]
        return wait_until(look, f"a process {world}")[0]

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""



def run(service, *command, check=True, timeout=60, **options):
    """Runs a client program against the service. A death by signal always fails the test."""
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    done = subprocess.run([str(part) for part in command], env=service.environment(), text=True, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    text = f"{' '.join(map(str, command))}\nstatus {done.returncode}\n{done.stdout}"
    if done.returncode < 0 or done.returncode >= 128:
        raise AssertionError(f"the client crashed: {text}")
    if check and done.returncode != 0:
        raise AssertionError(text)
    return done


def p11(service, *arguments, **options):
    return run(service, "pkcs11-tool", "--module", MODULE, *arguments, **options)


def client(service, script, *arguments, variables=None, **options):
    """Starts client_SCRIPT.py, a program of its own that loads the module: it can be killed, or looked into."""
    path = pathlib.Path(__file__).with_name(f"client_{script}.py")
    return subprocess.Popen([sys.executable, "-B", str(path), *map(str, arguments)],
                            env={**service.environment(), **(variables or {})}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options)


class WithService(unittest.TestCase):
    """A test case with a running service, and the module loaded into this process when asked for."""

    def setUp(self):
        self.service = Service()
        self.service.__enter__()
        self.addCleanup(self.service.__exit__)
        os.environ["HOLDFAST_SOCKET"] = str(self.service.socket)
        self._module = None

    @property
    def module(self):
        if self._module is None:
            self._module = cryptoki.Module(MODULE)
            self.addCleanup(self._module.rv, "C_Finalize", None)
        return self._module

    def reload_module(self):
        """What a new application would see: the connection and all sessions start anew."""
        self.module.rv("C_Finalize", None)
        self.module.call("C_Initialize", None)
        return self.module

    def make_token(self, label=LABEL, slot=None, so_pin=SO_PIN, pin=PIN):
        """Initialises a token with both PINs and returns its slot."""
        module = self.module
        slot = module.slots()[0] if slot is None else slot
        self.assert_rv(module.init_token(slot, so_pin, label), cryptoki.CKR_OK)
        slot = module.slot_of(label)
        session = module.open_session(slot)
        session.login(so_pin, cryptoki.CKU_SO)
        session.call("C_InitPIN", pin.encode(), len(pin))
        session.logout()
        session.close()
        return slot

    def user_session(self, slot, pin=PIN):
        session = self.module.open_session(slot)
        session.login(pin)
        return session

    def assert_rv(self, rv, expected):
        self.assertEqual(f"0x{rv:x}", f"0x{expected:x}")


def main():
    unittest.main(verbosity=2)
