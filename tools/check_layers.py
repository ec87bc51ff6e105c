#!/usr/bin/env python3
"""Check that the folders of src/ include only what tools/layers.txt allows.

usage: tools/check_layers.py [--root DIR]

Prints every violation as file:line: rule, and exits with 1 when there is one. Unit tests (*_test.*, test_support.h) may include any
folder and use any word; the rules about system headers hold for them too. tests/ and bench/ are not read.
"""

import argparse
import pathlib
import re
import sys

SOURCES = {".h", ".c", ".cpp", ".inc"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
INCLUDE_ROOTS = ("pkcs11", "holdfast")  # folders of include/, written <…>


def is_within(folder, parent):
    return folder == parent or folder.startswith(parent + "/")


class Layers:
    """The rules of layers.txt."""

    def __init__(self, path):
        self.allowed = {}  # folder -> folders
        self.never = []  # (folder, folders)
        self.headers = []  # (prefix, folders)
        self.words = []  # (compiled pattern, folders)
        for number, line in enumerate(path.read_text().splitlines(), 1):
            line = line.strip()
            if line and not line.startswith("#"):
                self.read_line(line, f"{path}:{number}")
        self.refuse_cycles(path)

    def read_line(self, line, where):
        if match := re.fullmatch(r"never (\S+) -> (.+)", line):
            self.never.append((match[1], match[2].split()))
        elif match := re.fullmatch(r"header (\S+) only in (.+)", line):
            self.headers.append((match[1], match[2].split()))
        elif match := re.fullmatch(r"word (\S+) only in (.+)", line):
            self.words.append((re.compile(rf"\b{match[1]}"), match[2].split()))
        elif match := re.fullmatch(r"([\w/]+):(.*)", line):
            if match[1] in self.allowed:
                sys.exit(f"{where}: {match[1]} has two lines")
            self.allowed[match[1]] = match[2].split()
        else:
            sys.exit(f"{where}: not a rule: {line}")

    def folder_of(self, path):
        """The folder with a line of its own that holds this path (relative to src/), or None."""
        holders = [folder for folder in self.allowed if is_within(path, folder)]
        return max(holders, key=len, default=None)

    def refuse_cycles(self, path):
        done = set()

        def visit(folder, trail):
            if folder in trail:
                sys.exit(f"{path}: the rules allow a cycle: {' -> '.join(trail[trail.index(folder):] + [folder])}")
            if folder in done:
                return
            for target in self.allowed[folder]:
                for other in self.allowed:
                    if other != folder and (is_within(other, target) or is_within(target, other)):
                        visit(other, trail + [folder])
            done.add(folder)

        for folder in self.allowed:
            visit(folder, [])

    def include_fault(self, path, target):
        """Why the file at path may not include target (both relative to src/, or target in include/), or None."""
        folder = self.folder_of(path)
        for source, forbidden in self.never:
            for part in forbidden:
                if is_within(path, source) and is_within(target, part):
                    return f"{source} never includes {part}"
        if is_within(target, folder) and self.folder_of(target) == folder:
            return None
        if any(is_within(target, allowed) for allowed in self.allowed[folder]):
            return None
        return f"{folder} does not list {self.folder_of(target) or str(pathlib.PurePath(target).parent)}"

    def header_fault(self, path, header):
        for prefix, folders in self.headers:
            if header.startswith(prefix) and not any(is_within(path, folder) for folder in folders):
                return f"<{prefix}…> only in {' '.join(folders)}"
        return None

    def word_fault(self, path, code):
        for pattern, folders in self.words:
            match = pattern.search(code)
            if match and not any(is_within(path, folder) for folder in folders):
                return f"{match[0]} only in {' '.join(folders)}"
        return None


def code_lines(text):
    """(number, line) without comments; the text of string literals goes too, except in #include lines."""

    def blank(match):
        token = match[0]
        return token[0] * 2 if token[0] in "\"'" else "\n" * token.count("\n")

    kept = []
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
    includes = {}
    for number, line in enumerate(text.splitlines(), 1):
        if INCLUDE.match(line):
            includes[number] = line
    for number, line in enumerate(pattern.sub(blank, text).splitlines(), 1):
        kept.append((number, includes.get(number, line)))
    return kept


def check_include(layers, path, is_test, bracket, target):
    root = target.split("/")[0]
    if bracket == "<" and root not in INCLUDE_ROOTS:
        return layers.header_fault(path, target)
    if is_test:
        return None
    if bracket == "<":
        return layers.include_fault(path, "include/" + target)
    if layers.folder_of(target) is None:
        return f'"{target}" is not a path from src/ in a folder of layers.txt'
    return layers.include_fault(path, target)


def check_file(layers, source, path):
    """Yields (line number, fault) for the file; path is relative to src/."""
    is_test = re.search(r"_test\.\w+$|/test_support\.h$", path) is not None
    if layers.folder_of(path) is None:
        yield 1, "its folder has no line in layers.txt"
        return
    for number, line in code_lines(source.read_text(errors="replace")):
        if include := INCLUDE.match(line):
            fault = check_include(layers, path, is_test, include[1], include[2])
        else:
            fault = None if is_test else layers.word_fault(path, line)
        if fault:
            yield number, fault


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent,
                        help="the repository (default: the one that holds this program)")
    root = parser.parse_args().root
    layers = Layers(root / "tools" / "layers.txt")
    faults = 0
    for source in sorted((root / "src").rglob("*")):
        if source.suffix not in SOURCES or not source.is_file():
            continue
        path = source.relative_to(root / "src").as_posix()
        for number, fault in check_file(layers, source, path):
            print(f"src/{path}:{number}: {fault}")
            faults += 1
    if faults:
        sys.exit(f"{faults} violation(s) of tools/layers.txt")


if __name__ == "__main__":
    main()
