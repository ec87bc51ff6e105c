#!/usr/bin/env python3
"""Tests of check_layers.py against the project's own rules: each plants one file and reads what is reported."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent


class CheckLayers(unittest.TestCase):
    def report(self, path, text):
        """What check_layers.py says about a repository whose only source is src/<path>."""
        with tempfile.TemporaryDirectory() as root:
            source = pathlib.Path(root, "src", path)
            source.parent.mkdir(parents=True)
            source.write_text(text)
            pathlib.Path(root, "tools").mkdir()
            shutil.copy(TOOLS / "layers.txt", pathlib.Path(root, "tools"))
            run = subprocess.run([sys.executable, "-B", TOOLS / "check_layers.py", "--root", root],
                                 capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 1 if run.stdout else 0, run.stderr)
            return run.stdout

    def test_accepts_a_listed_edge(self):
        self.assertEqual(self.report("secure/crypto/a.cpp", '#include "secret/wipe.h"\n#include <openssl/evp.h>\n'), "")

    def test_refuses_an_edge_that_is_not_listed(self):
        self.assertEqual(self.report("base/a.h", '\n#include "wire/schema.h"\n'),
                         "src/base/a.h:2: base does not list wire\n")

    def test_lets_a_folder_reach_a_listed_part_of_another_only(self):
        self.assertEqual(self.report("supplicant/a.cpp", '#include "wire/rpc/storage.h"\n'), "")
        self.assertIn("supplicant does not list wire", self.report("supplicant/a.cpp", '#include "wire/schema.h"\n'))

    def test_refuses_what_a_never_rule_takes_back(self):
        self.assertIn("secure/pkcs11/mechanisms never includes secure/pkcs11/token",
                      self.report("secure/pkcs11/mechanisms/a.cpp", '#include "secure/pkcs11/token/token.h"\n'))

    def test_keeps_libcrypto_in_one_folder_even_from_tests(self):
        self.assertIn("<openssl/…> only in secure/crypto",
                      self.report("secure/storage/a_test.cpp", "#include <openssl/evp.h>\n"))

    def test_lets_a_unit_test_include_any_folder(self):
        self.assertEqual(self.report("base/a_test.cpp", '#include "wire/schema.h"\n'), "")

    def test_refuses_the_header_where_it_is_not_listed(self):
        self.assertIn("base does not list include/pkcs11", self.report("base/a.h", "#include <pkcs11/pkcs11.h>\n"))

    def test_refuses_raw_pointers_of_the_standard_outside_the_module(self):
        self.assertIn("CK_ATTRIBUTE_PTR only in", self.report("wire/a.h", "void f(CK_ATTRIBUTE_PTR);\n"))
        self.assertIn("CK_ATTRIBUTE* only in", self.report("wire/a.h", "void f(CK_ATTRIBUTE* a);\n"))

    def test_ignores_words_in_comments_and_strings(self):
        self.assertEqual(self.report("wire/a.h", '// TEEC_Result\n/* CK_BYTE_PTR */ const char* a = "TEEC_Result";\n'), "")

    def test_refuses_an_include_relative_to_its_own_folder(self):
        self.assertIn("is not a path from src/", self.report("base/a.h", '#include "bytes.h"\n'))

    def test_refuses_a_folder_that_nobody_listed(self):
        self.assertIn("its folder has no line", self.report("helpers/a.h", "\n"))


if __name__ == "__main__":
    unittest.main()
