# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine whose disk loses power: the folder as it may be afterwards, from the log of the preloaded library.

What was synced is there. Of the rest of each file nothing, a beginning, some of it or all of it has reached the disk; of
the folders' changes that were not synced a beginning. A rename is one step."""

import os
import shutil
import struct
from dataclasses import dataclass, field
from pathlib import Path

LIBRARY = os.environ.get("TICKDECK_FAULTY_MACHINE", "")
KNOWN, CREATE, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, MKDIR, SYNC_FOLDER = range(9)
HEAD = struct.Struct("<QqQQIIIB3x")


def environment(folder, log=None, fail=None, full=None, clock=None):
    """The environment that preloads the library."""
    out = dict(os.environ, LD_PRELOAD=LIBRARY, TICKDECK_FAULTY_FOLDER=str(Path(folder).resolve()))
    for name, value in (("LOG", log), ("FAIL", fail), ("FULL", full), ("CLOCK", clock)):
        if value is not None:
            out[f"TICKDECK_FAULTY_{name}"] = str(value)
    return out


@dataclass
class Record:
    number: int
    time: int
    file: int
    value: int
    kind: int
    path: str
    other: str
    data: bytes


def read_log(path):
    """All whole records."""
    raw = Path(path).read_bytes()
    at, out = 0, []
    while at + HEAD.size <= len(raw):
        number, time, file, value, size, other, data, kind = HEAD.unpack_from(raw, at)
        end = at + HEAD.size + size + other + data
        if end > len(raw):
            break
        text = raw[at + HEAD.size:end]
        out.append(Record(number, time, file, value, kind, text[:size].decode(), text[size:size + other].decode(),
                          text[size + other:]))
        at = end
    return out


def read_folder(folder):
    """Every file below it with its bytes, and every folder."""
    files, folders = {}, set()
    for at, names, leaves in os.walk(folder):
        base = os.path.relpath(at, folder)
        folders.update(os.path.normpath(os.path.join(base, name)) for name in names)
        for leaf in leaves:
            path = os.path.join(at, leaf)
            if os.path.isfile(path) and not os.path.islink(path):
                files[os.path.normpath(os.path.join(base, leaf))] = Path(path).read_bytes()
    return files, folders


@dataclass
class File:
    content: bytearray = field(default_factory=bytearray)
    pending: list = field(default_factory=list)

    @staticmethod
    def apply(content, change):
        if change.kind == TRUNCATE:
            del content[change.value:]
            content.extend(bytes(max(0, change.value - len(content))))
        else:
            end = change.value + len(change.data)
            content.extend(bytes(max(0, end - len(content))))
            content[change.value:end] = change.data

    def synced(self, before):
        for change in self.pending:
            if change.number < before:
                self.apply(self.content, change)
        self.pending = [change for change in self.pending if change.number >= before]

    def after(self, random):
        """What is on the disk."""
        out = bytearray(self.content)
        kept = self.pending
        choice = random.randrange(4)
        if choice == 0:
            kept = []
        elif choice == 1:
            kept = kept[:random.randrange(len(kept) + 1)]
        elif choice == 2:
            kept = [change for change in kept if random.random() < 0.5]
        for change in kept:
            self.apply(out, change)
        return bytes(out)


def power_cut(base, records, random):
    """The files and folders after a cut behind `records`; `base` is what was there, all of it on the disk."""
    files, folders = dict(base[0]), set(base[1])
    by_id, names, changes = {}, {}, []
    for path, content in files.items():
        names[path] = File(bytearray(content))
    now = dict(names)   # what the process sees

    def parent(path):
        return os.path.dirname(path) or "."

    for record in records:
        if record.kind == KNOWN:
            by_id[record.file] = now.setdefault(record.path, File())
        elif record.kind == CREATE:
            by_id[record.file] = now[record.path] = File()
            changes.append((record, {parent(record.path)}, [(record.path, by_id[record.file])]))
        elif record.kind in (WRITE, TRUNCATE):
            by_id[record.file].pending.append(record)
        elif record.kind == SYNC:
            by_id[record.file].synced(record.value)
        elif record.kind == RENAME:
            moved = now.pop(record.path, None)
            if moved is None:
                continue   # a folder
            now[record.other] = moved
            changes.append((record, {parent(record.path), parent(record.other)},
                            [(record.path, None), (record.other, moved)]))
        elif record.kind == UNLINK:
            now.pop(record.path, None)
            changes.append((record, {parent(record.path)}, [(record.path, None)]))
        elif record.kind == MKDIR:
            changes.append((record, {parent(record.path)}, None))
        elif record.kind == SYNC_FOLDER:
            settled = [c for c in changes if c[0].number < record.value and record.path in c[1]]
            for change in settled:
                change[1].add("synced")

    loose = [change for change in changes if "synced" not in change[1]]
    lost = set(id(change) for change in loose[random.randrange(len(loose) + 1):]) if random.random() < 0.7 else \
        set(id(change) for change in loose)
    for change in changes:
        if id(change) in lost:
            continue
        record, _, links = change
        if links is None:
            folders.add(record.path)
            continue
        for path, file in links:
            if file is None:
                names.pop(path, None)
            else:
                names[path] = file
    out = {path: file.after(random) for path, file in names.items()
           if parent(path) == "." or parent(path) in folders}
    return out, folders


def write_folder(folder, image):
    """Makes the folder exactly so."""
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir(parents=True)
    files, folders = image
    for name in sorted(folders):
        (Path(folder) / name).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (Path(folder) / name).write_bytes(content)
