#!/usr/bin/env python3
"""Writes docs/mechanisms.md from the tables that the tests keep equal to the mechanism rows.

    tools/make_mechanisms_page.py            writes the page
    tools/make_mechanisms_page.py --check    exits 1 when the page is not what it would write

tests/golden/mechanisms.txt is every row; tests/golden/newer_libcrypto.txt names those that OpenSSL 3.0 does not have, with the
release that does.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests/golden"
PAGE = ROOT / "docs/mechanisms.md"
OLDEST = "3.0"

HEAD = """# Mechanisms

Every mechanism there is in the secure world; made by `tools/make_mechanisms_page.py` from the rows. A token offers what the libcrypto it
runs with can do: the last column is the OpenSSL, of Debian 12 or of Debian 13, with which it is tested first. A token's policy (`holdfast policy`) may
refuse legacy ones, and a family whose self-test fails at start is not offered (`holdfast status`).

Sizes are in the unit of the standard's mechanism table. "Parts" says whether C_…Update takes the data in pieces.
The wire's layout of a parameter is in `src/wire/mechanism.h`.

"""


def rows():
    for line in (GOLDEN / "mechanisms.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def since():
    """mechanism: first release of OpenSSL that has it, where that is not the oldest one."""
    newer = {}
    for line in (GOLDEN / "newer_libcrypto.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, release = line.split()
            newer[name] = release
    return newer


def key_types(cell):
    types = [name.removeprefix("CKK_") for name in cell.split()]
    return "any secret key" if len(types) > 8 else ", ".join(types)


def page():
    newer = since()
    lines = ["| Mechanism | Keys | Sizes | Does | Parameter | Parts | OpenSSL |", "| --- | --- | --- | --- | --- | --- | --- |"]
    count = 0
    for name, keys, sizes, param, parts, verbs, *_ in rows():
        does = ", ".join(re.sub(r"\(.*\)", "", verbs).split())
        wrapped = re.search(r"\((.*)\)", verbs)
        if wrapped:
            does += f" ({wrapped.group(1)})"
        lines.append(f"| {name} | {key_types(keys)} | {sizes} | {does.replace('_', ' ')} | "
                     f"{'' if param == 'none' else param} | {'yes' if parts == 'parts' else ''} | {newer.get(name, OLDEST)} |")
        count += 1
    return HEAD + f"{count} mechanisms, {len(newer)} of them with a newer OpenSSL than {OLDEST} only.\n\n" + "\n".join(lines) + "\n"


def main():
    if sys.argv[1:] == ["--check"]:
        if PAGE.exists() and PAGE.read_text() == page():
            return 0
        print("docs/mechanisms.md is not what tools/make_mechanisms_page.py writes", file=sys.stderr)
        return 1
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
