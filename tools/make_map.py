#!/usr/bin/env python3
"""Write docs/map.md: where each mechanism, attribute, function, command and format lives, read from the sources.

usage: tools/make_map.py            write docs/map.md
       tools/make_map.py --check    write nothing; exit with 1 when docs/map.md is stale
"""

import difflib
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAP = ROOT / "docs" / "map.md"

# A row names its mechanism or attribute by a member, as its first value, or in a call that makes rows.
ROW = r"(?:\.{member}\s*=\s*|^\s*\{{\s*|\b\w*row\w*\(\s*)(?:[\w:]+[{{(]\s*)?({prefix}_\w+)"
MECHANISM_ROW = re.compile(ROW.format(member="id", prefix="CKM"), re.MULTILINE)
ATTRIBUTE_ROW = re.compile(ROW.format(member="type", prefix="CKA"), re.MULTILINE)
# An entry point is defined as a function or by a macro that defines several alike.
ENTRY_POINT = re.compile(r"\bCK_RV\s+(C_\w+)\s*\(|^[A-Z_]+\((C_\w+)\b", re.MULTILINE)
COMMAND = re.compile(r"struct (\w+) : Command<(0x[0-9A-Fa-f]+|\d+)")
COMMAND_ID = re.compile(r"struct (\w+)[^{;]*\{(?:(?!\bstruct\b)[^}])*?\bkId\{(0x[0-9A-Fa-f]+|\d+)\}")
LINE_COMMENT = re.compile(r"//[^\n]*")


def sources(folder, pattern="*.cpp"):
    """(path from the root, code without comments) of the folder's files that are not tests, in order."""
    for file in sorted((ROOT / folder).rglob(pattern)):
        if not re.search(r"_test\.\w+$", file.name):
            yield file.relative_to(ROOT), LINE_COMMENT.sub("", file.read_text())


def link(path):
    """A Markdown link from docs/map.md to a file of the repository."""
    return f"[{path.name}]({pathlib.PurePath(os.path.relpath(ROOT / path, MAP.parent)).as_posix()})"


def places(pattern, folders_and_files):
    """name -> paths, for every name that the pattern finds."""
    found = {}
    for folder, files in folders_and_files:
        for path, text in sources(folder, files):
            for match in pattern.finditer(text):
                name = next(group for group in match.groups() if group)
                paths = found.setdefault(name, [])
                if path not in paths:
                    paths.append(path)
    return found


def commands():
    """number -> (name, path)."""
    found = {}
    for path, text in sources("src/wire/commands", "*.h"):
        for name, number in COMMAND.findall(text) + COMMAND_ID.findall(text):
            found[int(number, 0)] = (name, path)
    return found


def name_table(heading, about, column, found):
    yield f"## {heading}"
    yield ""
    yield about
    yield ""
    yield f"| {column} | File |"
    yield "| --- | --- |"
    for name in sorted(found):
        yield f"| `{name}` | {', '.join(link(path) for path in found[name])} |"
    yield ""


def command_table():
    yield "## Commands"
    yield ""
    yield "Numbers of the calls into the secure world and the structure that describes each, under `src/wire/commands/`."
    yield ""
    yield "| Number | Command | File |"
    yield "| --- | --- | --- |"
    for number, (name, path) in sorted(commands().items()):
        shown = f"0x{number:08X}" if number >= 1 << 31 else str(number)
        yield f"| {shown} | `{name}` | {link(path)} |"
    yield ""


def format_table():
    yield "## Formats"
    yield ""
    yield "Byte layouts: what is stored, what crosses between processes."
    yield ""
    yield "| Format | Page |"
    yield "| --- | --- |"
    for file in sorted((ROOT / "docs" / "formats").glob("*.md")):
        title = re.search(r"^# (.+)$", file.read_text(), re.MULTILINE)
        yield f"| {title[1] if title else file.stem} | {link(file.relative_to(ROOT))} |"
    yield ""


def map_lines():
    yield "# Map"
    yield ""
    yield "Written by `tools/make_map.py` from the sources; do not edit."
    yield ""
    yield from name_table("Mechanisms", "Rows under `src/secure/pkcs11/mechanisms/`.", "Mechanism",
                          places(MECHANISM_ROW, [("src/secure/pkcs11/mechanisms", "*.cpp")]))
    yield from name_table("Attributes", "Rows under `src/secure/pkcs11/attributes/`.", "Attribute",
                          places(ATTRIBUTE_ROW, [("src/secure/pkcs11/attributes", "*.cpp")]))
    yield from name_table("Functions", "Entry points of the module, under `src/cryptoki/entry_points/`.", "Function",
                          places(ENTRY_POINT, [("src/cryptoki/entry_points", "*.cpp")]))
    yield from command_table()
    yield from format_table()


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    text = "\n".join(map_lines()).rstrip("\n") + "\n"
    if not arguments:
        MAP.write_text(text)
        return
    present = MAP.read_text() if MAP.exists() else ""
    if present != text:
        sys.stdout.writelines(difflib.unified_diff(present.splitlines(True), text.splitlines(True),
                                                   "docs/map.md", "what the sources say", n=0))
        sys.exit("docs/map.md is stale: run tools/make_map.py")


if __name__ == "__main__":
    main(sys.argv[1:])
