#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lint takes for changed, against a small repository."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import sources


class SourcesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.git("init", "-q", "-b", "main")
        self.write("engine/core/a.h", "")
        self.write("engine/core/b.h", '#include "engine/core/a.h"\n')
        self.write("engine/core/a.cpp", '#include "engine/core/a.h"\n')
        self.write("engine/model/c.cpp", '#include "engine/core/b.h"\n')
        self.write("engine/model/d.cpp", "")
        self.commit()

    def git(self, *arguments):
        subprocess.run(["git", "-C", self.root, "-c", "user.name=t", "-c", "user.email=t@t", *arguments], check=True)

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "one")

    def test_a_changed_header_brings_its_dependants(self):
        found = sources.dependants(self.root, {"engine/core/a.h"})
        self.assertEqual(found, {"engine/core/a.h", "engine/core/b.h", "engine/core/a.cpp", "engine/model/c.cpp"})

    def test_the_first_commit_is_all_new(self):
        self.assertIsNone(sources.changed_files(self.root, None))

    def test_on_main_the_last_commit_counts(self):
        self.write("engine/model/d.cpp", "int d;\n")
        self.commit()
        self.assertEqual(sources.changed_files(self.root, None), {"engine/model/d.cpp"})

    def test_on_a_branch_all_its_commits_and_the_work_tree_count(self):
        self.git("checkout", "-q", "-b", "branch")
        self.write("engine/model/d.cpp", "int d;\n")
        self.commit()
        self.write("engine/core/a.cpp", "int a;\n")
        self.write("engine/core/new.cpp", "")
        self.assertEqual(sources.changed_files(self.root, None),
                         {"engine/model/d.cpp", "engine/core/a.cpp", "engine/core/new.cpp"})


if __name__ == "__main__":
    unittest.main()
