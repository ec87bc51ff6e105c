#!/usr/bin/env python3
"""Write the C++ tables that follow from our PKCS#11 header and from base/rv.h. Runs in the build.

usage: make_names.py names <include/pkcs11> <output>      number-to-name tables for ck/names.cpp
       make_names.py rv <src/base/rv.h> <output>          every Rv beside the CKR_ constant of its name, for ck/rv_test.cpp
"""

import pathlib
import re
import sys

# Table name, prefix of its constants, and the header chapter that defines them.
TABLES = (
    ("kMechanismNames", "CKM_", "mechanisms.h"),
    ("kAttributeNames", "CKA_", "attributes.h"),
    ("kReturnValueNames", "CKR_", "return_values.h"),
    ("kClassNames", "CKO_", "constants.h"),
    ("kKeyTypeNames", "CKK_", "constants.h"),
)

DEFINE = re.compile(r"^#define (CK[A-Z]_\w+) +(.+)$", re.MULTILINE)
NUMBER = re.compile(r"^0x([0-9A-F]+)UL$")
ARRAY_NUMBER = re.compile(r"^\(CKF_ARRAY_ATTRIBUTE \| 0x([0-9A-F]+)UL\)$")
ARRAY_ATTRIBUTE = 0x40000000


def number_of(text):
    """The value of a constant, or None for another spelling of one."""
    if match := NUMBER.match(text):
        return int(match[1], 16)
    if match := ARRAY_NUMBER.match(text):
        return ARRAY_ATTRIBUTE | int(match[1], 16)
    if re.fullmatch(r"CK[A-Z]_\w+", text):
        return None
    sys.exit(f"make_names.py: cannot read the value {text}")


def constants(header, prefix):
    """(number, name) of every constant with this prefix, ordered by number, without aliases and the vendor range."""
    by_number = {}
    for name, text in DEFINE.findall(header.read_text()):
        if not name.startswith(prefix) or name.endswith("_VENDOR_DEFINED"):
            continue
        number = number_of(text)
        if number is None:
            continue
        if number in by_number:
            sys.exit(f"make_names.py: {name} and {by_number[number]} have the same number")
        by_number[number] = name
    if not by_number:
        sys.exit(f"make_names.py: {header} defines no {prefix} constant")
    return sorted(by_number.items())


def name_tables(headers):
    for table, prefix, chapter in TABLES:
        yield f"constexpr NameRow {table}[] = {{"
        for number, name in constants(headers / chapter, prefix):
            yield f'    {{0x{number:X}, "{name}"}},'
        yield "};"
        yield ""


def rv_pairs(header):
    enumerators = re.findall(r"^  (\w+) = 0x[0-9A-F]+,", header.read_text(), re.MULTILINE)
    if not enumerators:
        sys.exit(f"make_names.py: {header} has no enumerators")
    yield "constexpr RvPair kRvPairs[] = {"
    for name in enumerators:
        yield f'    {{Rv::{name}, CKR_{name.upper()}, "{name}"}},'
    yield "};"


def main(arguments):
    writers = {"names": name_tables, "rv": rv_pairs}
    if len(arguments) != 3 or arguments[0] not in writers:
        sys.exit(__doc__)
    lines = list(writers[arguments[0]](pathlib.Path(arguments[1])))
    pathlib.Path(arguments[2]).write_text("// Written by tools/make_names.py in the build.\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
