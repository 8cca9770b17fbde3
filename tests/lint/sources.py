#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sources a change touches: sources.py [--base COMMIT] [--all]

Prints the .cpp files (from the root) that changed since the base, or that include, directly or through other headers, a
header that did; --all prints every one. Without --base the base is where the branch left origin/main, else main, else
the commit before. Files that git does not know yet count as changed.
"""

import argparse
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from layers import INCLUDE, read, source_files


def git(root, *arguments):
    done = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True, check=False)
    return done.stdout.split() if done.returncode == 0 else None


def changed_files(root, base):
    """Paths, or None where there is no earlier commit to compare with."""
    head = git(root, "rev-parse", "HEAD")
    candidates = [[base]] if base else [git(root, "merge-base", "HEAD", name) for name in ("origin/main", "main")]
    start = next((c[0] for c in candidates if c and (base or c != head)), None)
    if start is None:
        before = git(root, "rev-parse", "--verify", "--quiet", "HEAD~1")
        if not before:
            return None
        start = before[0]
    changed = git(root, "diff", "--name-only", "--diff-filter=d", start)
    return None if changed is None else set(changed) | set(git(root, "ls-files", "--others", "--exclude-standard"))


def dependants(root, changed):
    """The files of `changed` and all that include one of them, however far away."""
    includers = {}
    for path in source_files(root):
        for own, _ in INCLUDE.findall(read(os.path.join(root, path))):
            includers.setdefault(own, set()).add(path)
    found, pending = set(), list(changed)
    while pending:
        path = pending.pop()
        if path not in found:
            found.add(path)
            pending.extend(includers.get(path, ()))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--root", default=os.path.normpath(os.path.join(os.path.dirname(__file__), "..", "..")))
    arguments = parser.parse_args()
    every = set(source_files(arguments.root))
    changed = None if arguments.all else changed_files(arguments.root, arguments.base)
    found = every if changed is None else every & dependants(arguments.root, changed)
    print("\n".join(sorted(path for path in found if path.endswith(".cpp"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
