#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer lint against small trees: each planted breach must be found, and nothing else."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import layers


def row(folder, target, links=(), uses=(), files=()):
    return {"folder": folder, "target": f"td_{target}", "links": [f"td_{link}" for link in links], "uses": list(uses),
            "files": [f"{folder}/{file}" for file in files]}


GRAPH = [
    row("engine/core", "core", files=["time.h", "time.cpp"]),
    row("engine/model", "model", ["core"], files=["batch.h"]),
    row("engine/net", "net", ["model"], ["Qt6::Core"], ["session.h"]),
    row("engine/connectors/kraken", "kraken_decoder", ["model"], ["simdjson::simdjson"], ["decoder.h"]),
    row("engine/connectors/kraken", "kraken", ["net", "kraken_decoder"], files=["connector.h"]),
    row("engine/connectors/kraken", "kraken_simulator", ["net"], files=["simulator.cpp"]),
    row("ui/docks", "ui_docks", ["core"], ["Qt6::Widgets"], ["log_dock.h", "ladder_dock.h"]),
]
CLEAN = {
    "engine/core/time.h": "#include <chrono>\n",
    "engine/core/time.cpp": '#include "engine/core/time.h"\n',
    "engine/model/batch.h": '#include "engine/core/time.h"\n',
    "engine/net/session.h": '#include <QObject>\n#include "engine/core/time.h"\n',
    "engine/connectors/kraken/decoder.h": '#include <simdjson.h>\n#include "engine/model/batch.h"\n',
    "engine/connectors/kraken/connector.h": '#include "engine/connectors/kraken/decoder.h"\n',
    "engine/connectors/kraken/simulator.cpp": '#include "engine/net/session.h"\n',
    "ui/docks/log_dock.h": "#include <QWidget>\n",
    "ui/docks/ladder_dock.h": "#include <QtWidgets/QWidget>\n",
    "app/main.cpp": '#include "ui/docks/log_dock.h"\n#include "engine/net/session.h"\n',
}


class LayersTest(unittest.TestCase):
    def breaches(self, graph=GRAPH, **planted):
        with tempfile.TemporaryDirectory() as root:
            headers = os.path.join(root, "qt6")
            for name in ("QtCore/QObject", "QtWidgets/QWidget", "QtGui/QColor"):
                self.write(headers, name, "")
            for path, text in {**CLEAN, **planted}.items():
                self.write(root, path, text)
            return list(layers.breaches(graph, root, headers))

    @staticmethod
    def write(root, path, text):
        path = os.path.join(root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def assert_one(self, found, *words):
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.breaches(), [])

    def test_an_include_against_the_graph_is_found(self):
        found = self.breaches(**{"engine/core/time.cpp": '\n#include "engine/model/batch.h"\n'})
        self.assert_one(found, "engine/core/time.cpp:2", "td_core", "td_model")

    def test_a_simulator_may_not_see_its_decoder(self):
        found = self.breaches(
            **{"engine/connectors/kraken/simulator.cpp": '#include "engine/connectors/kraken/decoder.h"\n'})
        self.assert_one(found, "td_kraken_simulator")

    def test_a_simulator_may_not_link_its_decoder(self):
        graph = [{**r, "links": ["td_kraken_decoder"]} if r["target"] == "td_kraken_simulator" else r for r in GRAPH]
        found = self.breaches(graph, **{"engine/connectors/kraken/simulator.cpp": ""})
        self.assert_one(found, "codes the wire on its own")

    def test_a_connector_may_not_link_another(self):
        graph = GRAPH + [row("engine/connectors/deribit", "deribit", ["kraken"])]
        self.assert_one(self.breaches(graph), "one of the connectors may not know another")

    def test_a_dock_may_not_include_another(self):
        found = self.breaches(**{"ui/docks/log_dock.h": '#include "ui/docks/ladder_dock.h"\n'})
        self.assert_one(found, "a dock may not include another")

    def test_a_dock_may_include_what_docks_are_made_from(self):
        graph = [{**r, "files": r["files"] + ["ui/docks/symbol_dock.h"]} if r["target"] == "td_ui_docks" else r
                 for r in GRAPH]
        self.assertEqual(self.breaches(graph, **{"ui/docks/symbol_dock.h": "",
                                                 "ui/docks/log_dock.h": '#include "ui/docks/symbol_dock.h"\n'}), [])

    def test_no_qt_in_the_inner_rooms_nor_in_decoders(self):
        self.assert_one(self.breaches(**{"engine/model/batch.h": "#include <QObject>\n"}), "no Qt here")
        self.assert_one(self.breaches(**{"engine/connectors/kraken/decoder.h": "#include <QtCore/QObject>\n"}),
                        "no Qt here")

    def test_no_widgets_in_the_engine(self):
        self.assert_one(self.breaches(**{"engine/net/session.h": "#include <QWidget>\n"}), "QtWidgets")
        self.assert_one(self.breaches(**{"engine/net/session.h": "#include <QtGui/QColor>\n"}), "QtGui")

    def test_a_library_must_be_listed(self):
        self.assert_one(self.breaches(**{"engine/model/batch.h": "#include <simdjson.h>\n"}), "simdjson::simdjson")

    def test_includes_are_written_from_the_root(self):
        self.assert_one(self.breaches(**{"engine/core/time.cpp": '#include "time.h"\n'}), "not a path from the root")

    def test_a_file_of_no_target_is_found(self):
        self.assert_one(self.breaches(**{"engine/core/stray.h": ""}), "belongs to no target")


if __name__ == "__main__":
    unittest.main()
