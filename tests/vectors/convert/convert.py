#!/usr/bin/env python3
"""Write tests/vectors/data from the upstream vectors. ../README.md says where those come from.

usage: tests/vectors/convert/convert.py SOURCES [FAMILY…]
"""

import pathlib
import sys

import agreement
import derivation
import post_quantum
import signatures
import symmetric
from readers import Sources


def main():
    sources = Sources(sys.argv[1])
    folder = pathlib.Path(__file__).parent.parent / "data"
    wanted = set(sys.argv[2:])
    for part in (symmetric, signatures, agreement, derivation, post_quantum):
        for family in part.all_families(sources):
            if not wanted or family.name in wanted:
                family.write(folder)
                print(f"{family.name:<24}{family.count:>7}")


if __name__ == "__main__":
    main()
