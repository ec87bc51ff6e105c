#!/usr/bin/env python3
"""Print how many published vectors the last run of vectors_test executed, by family.

usage: tests/vectors/summary.py BUILD_FOLDER
"""

import pathlib
import sys


def main():
    counts = pathlib.Path(sys.argv[1]) / "tests/vectors/counts"
    rows = []
    for file in sorted(counts.glob("*.count")):
        ran, left_out, *mechanisms = file.read_text().split()
        rows.append((file.stem, int(ran), int(left_out), mechanisms))
    if not rows:
        return
    print("Vectors run through the module, by family:")
    for family, ran, left_out, mechanisms in rows:
        note = f"  ({left_out} left out: no {', '.join(mechanisms)} for them here)" if left_out else ""
        print(f"  {family:<24}{ran:>8}{note}")
    print(f"  {'all':<24}{sum(ran for _, ran, _, _ in rows):>8}")


if __name__ == "__main__":
    main()
