#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the includes to the link graph: layers.py BUILD-DIR [--root DIR] [--table]

The law is BUILD-DIR/layers.json, which CMake writes from the tickdeck_library() lines. A file may include headers of its
own target and of what that target links to, directly or through others; third-party headers likewise. `app/` may include
all of it, tests and benchmarks too. Exit 1, with a line for each breach; --table prints who may include whom.
"""

import argparse
import glob
import json
import os
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)
FREE = ("app/", "tests/", "bench/")  # may include everything
SOURCES = ("app", "engine", "ui", "tests", "bench")

# No Qt at all in these, and no Qt beyond Core, Network and WebSockets in the engine.
WITHOUT_QT = re.compile(
    r"engine/(core|model|config|ops|book|plugin|wire|journal|router)/|engine/pipelines/")
ENGINE_QT = {"QtCore", "QtNetwork", "QtWebSockets"}

# What several docks are made from: symbol_dock.h, overview_dock.h.
DOCK_BASES = {"symbol", "overview"}

# Third-party headers by what a target must list under USES.
THIRD_PARTY = {
    r"simdjson\.h": "simdjson::simdjson",
    r"nlohmann/": "nlohmann_json::nlohmann_json",
    r"toml\+\+/": "tomlplusplus::tomlplusplus",
    r"spdlog/": "spdlog::spdlog",
    r"prometheus/": "prometheus-cpp::",
    r"sqlite3\.h": "SQLite::SQLite3",
    r"zstd(_errors)?\.h": "PkgConfig::zstd",
    r"zlib\.h": "ZLIB::ZLIB",
    r"openssl/": "OpenSSL::",
    r"httplib\.h": "PkgConfig::httplib",
    r"(arrow|parquet)/": "arrow::parquet",
    r"CLI/": "CLI11::CLI11",
}


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def source_files(root):
    for folder in SOURCES:
        for directory, _, names in os.walk(os.path.join(root, folder)):
            for name in sorted(names):
                if name.endswith((".h", ".cpp")):
                    yield os.path.relpath(os.path.join(directory, name), root)


class Graph:
    """Who may include whom, from layers.json."""

    def __init__(self, layers):
        self.targets = {row["target"]: row for row in layers}
        self.owner = {file: row["target"] for row in layers for file in row["files"]}
        self.reach = {}
        for target in self.targets:
            self._closure(target)

    def _closure(self, target):
        if target not in self.reach:
            self.reach[target] = {target}
            for link in self.targets.get(target, {"links": []})["links"]:
                self.reach[target] |= self._closure(link)
        return self.reach[target]

    def uses(self, target):
        return {use for reached in self.reach[target] for use in self.targets.get(reached, {"uses": []})["uses"]}


def qt_modules(headers):
    """Class header → module: {"QWidget": "QtWidgets"}."""
    modules = {}
    for path in glob.glob(os.path.join(headers, "Qt*", "[qQ]*")):
        modules.setdefault(os.path.basename(path), os.path.basename(os.path.dirname(path)))
    return modules


def qt_headers():
    found = glob.glob("/usr/include/*/qt6/QtCore") + glob.glob("/usr/include/qt6/QtCore")
    return os.path.dirname(found[0]) if found else ""


def fixed_rules(row, link, graph):
    """What the link graph itself may not do."""
    other = graph.targets.get(link)
    if not other:
        return
    for kind in ("connectors", "sinks", "pipelines"):
        place = rf"engine/{kind}/([^/]+)"
        mine, theirs = re.match(place, row["folder"]), re.match(place, other["folder"])
        if mine and theirs and mine[1] != theirs[1]:
            yield f"{row['target']} links {link}: one of the {kind} may not know another"
    if row["target"].endswith("_simulator") and other["folder"] == row["folder"]:
        yield f"{row['target']} links {link}: a simulator codes the wire on its own"
    if row["folder"].startswith("engine/") and other["folder"].startswith(("ui/", "app/")):
        yield f"{row['target']} links {link}: the engine does not know the window"


def dock_of(path):
    match = re.match(r"ui/docks/([^/]+?)_dock\.(?:h|cpp)$", path)
    return match[1] if match and match[1] not in DOCK_BASES else None


def include_breaches(path, text, graph, root, modules):
    owner = graph.owner.get(path)
    free = path.startswith(FREE)
    if owner is None and not free:
        yield "belongs to no target: list it in its folder's CMakeLists.txt"
        return
    no_qt = WITHOUT_QT.match(path) or (owner or "").endswith("_decoder")
    for match in INCLUDE.finditer(text):
        own, system = match.groups()
        line = text.count("\n", 0, match.start(own and 1 or 2)) + 1
        if own:
            if own.endswith((".moc", ".gen.h")):  # made by the build, beside the including file
                continue
            if not os.path.exists(os.path.join(root, own)):
                yield f"{line}: \"{own}\" is not a path from the root"
            elif not free:
                target = graph.owner.get(own)
                if target not in graph.reach[owner]:
                    yield f"{line}: {owner} may not include \"{own}\" ({target or 'of no target'})"
                elif dock_of(path) and dock_of(own) and dock_of(path) != dock_of(own):
                    yield f"{line}: a dock may not include another (\"{own}\")"
            continue
        module = system.split("/")[0] if system.startswith("Qt") and "/" in system else modules.get(system)
        if module and no_qt:
            yield f"{line}: <{system}>: no Qt here"
        elif module and path.startswith("engine/") and module not in ENGINE_QT:
            yield f"{line}: <{system}> is of {module}: the engine uses {', '.join(sorted(ENGINE_QT))} alone"
        if not free:
            for pattern, use in THIRD_PARTY.items():
                if re.match(pattern, system) and not any(u.startswith(use) for u in graph.uses(owner)):
                    yield f"{line}: <{system}>: {owner} does not list {use}"


def breaches(layers, root, headers):
    graph = Graph(layers)
    modules = qt_modules(headers)
    for row in layers:
        for link in row["links"]:
            for text in fixed_rules(row, link, graph):
                yield f"{row['folder']}/CMakeLists.txt: {text}"
    for path in source_files(root):
        for text in include_breaches(path, read(os.path.join(root, path)), graph, root, modules):
            yield f"{path}:{text}"


def table(layers):
    graph = Graph(layers)
    strip = lambda target: target.removeprefix("td_")
    width = max(len(strip(row["target"])) for row in layers)
    for row in layers:
        reach = sorted(strip(target) for target in graph.reach[row["target"]] - {row["target"]})
        yield f"{strip(row['target']):{width}}  {' '.join(reach) or 'the standard library'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--root", default=os.path.join(os.path.dirname(__file__), "..", ".."))
    parser.add_argument("--table", action="store_true", help="print who may include whom")
    arguments = parser.parse_args()
    layers = json.loads(read(os.path.join(arguments.build, "layers.json")))
    if arguments.table:
        print("\n".join(table(layers)))
        return 0
    found = list(breaches(layers, os.path.normpath(arguments.root), qt_headers()))
    print("\n".join(found) if found else f"layers: {len(layers)} targets, no breach")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
