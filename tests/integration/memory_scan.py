"""Looks for secrets in another process's memory and in files. What it looks for, it looks for in parts and in the
byte orders in which a big number or an AES key is commonly kept, so that a partial copy counts too."""
import pathlib
import re

PART = 16


def forms_of(secret):
    """Sixteen-byte parts of a secret: as it is, reversed (little-endian numbers), and with each 32-bit word reversed.

    A secret shorter than that, a PIN, is looked for as it is."""
    if len(secret) <= PART:
        return {secret}
    parts = {secret[:PART], secret[-PART:], secret[len(secret) // 2 - PART // 2:][:PART]}
    swapped = {b"".join(part[i:i + 4][::-1] for i in range(0, PART, 4)) for part in parts}
    return parts | {part[::-1] for part in parts} | swapped


class Needles:
    def __init__(self, secrets):
        self.names = {form: name for name, secret in secrets.items() for form in forms_of(secret)}
        self.pattern = re.compile(b"|".join(map(re.escape, self.names)))

    def names_in(self, data):
        return {self.names[match] for match in self.pattern.findall(data)}

    def find_in_process(self, pid):
        """{(secret, where)}. Raises PermissionError when the process may not be looked into."""
        found, read = set(), 0
        maps = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                area, rights, *rest = line.split(maxsplit=5)
                name = rest[-1] if len(rest) == 4 else "anonymous"
                if "r" not in rights or name in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                    continue
                begin, end = (int(part, 16) for part in area.split("-"))
                try:
                    memory.seek(begin)
                    data = memory.read(end - begin)
                except (OSError, ValueError, OverflowError):
                    continue  # a device's pages, or memory that is given back meanwhile
                read += len(data or b"")
                found |= {(secret, f"{name} {area}") for secret in self.names_in(data or b"")}
        if read == 0:
            raise PermissionError(f"nothing of process {pid} could be read")
        return found

    def find_in_files(self, folder):
        return {(secret, str(path)) for path in pathlib.Path(folder).rglob("*") if path.is_file()
                for secret in self.names_in(path.read_bytes())}
