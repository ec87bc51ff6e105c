#!/usr/bin/env python3
"""List the rules of the standard that the code names, in the order of the standard.

usage: tools/spec_index.py [WORD…]    only rules that contain every word

Reads comments of the form
    // PKCS#11 3.1 §5.2: the rule in our words,
    // continued up to the end of the comment
and prints version, section, file:line and rule. A comment that names several
sections is listed under each.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECTION = r"§[\d.]*\d"
RULE = re.compile(rf"//+\s*PKCS#11 (\d\.\d+),? ({SECTION}(?:(?:,| and|, and) {SECTION})*)\s*[:,]?\s*(.*)")
COMMENT = re.compile(r"^\s*//+\s?(.*)$")


def rules_of(file):
    """(version, section, line number, rule) for each comment of the file that names a section."""
    lines = file.read_text(errors="replace").splitlines()
    for number, line in enumerate(lines, 1):
        match = RULE.search(line)
        if not match:
            continue
        words = [match[3]]
        starts_line = line.lstrip().startswith("//")
        for following in lines[number:] if starts_line else []:
            comment = COMMENT.match(following)
            if not comment or RULE.search(following):
                break
            words.append(comment[1])
        for section in re.findall(SECTION, match[2]):
            yield match[1], section[1:], number, " ".join(" ".join(words).split())


def section_order(entry):
    return [int(part) for part in entry[1].split(".")], entry[0], entry[2]


def main(words):
    if any(word in ("-h", "--help") for word in words):
        sys.exit(__doc__)
    entries = []
    for folder in ("src", "include", "tests"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".h", ".cpp", ".c", ".inc"):
                path = file.relative_to(ROOT).as_posix()
                entries += [(version, section, f"{path}:{number}", rule)
                            for version, section, number, rule in rules_of(file)]
    for version, section, place, rule in sorted(entries, key=section_order):
        if all(word.lower() in rule.lower() for word in words):
            print(f"{version} §{section}\t{place}\t{rule}")


if __name__ == "__main__":
    main(sys.argv[1:])
