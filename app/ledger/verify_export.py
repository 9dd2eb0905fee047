"""Checks an exported Dockwarden ledger, with Python 3.9 or later and the `cryptography` package, and nothing of ours.

    python verify.py FOLDER [--fingerprint HEX] [--checkpoint FILE]

It checks that the checkpoint is signed by the station's key; that the entries, and no others, make the tree that was
signed (RFC 6962); that every proof is the one of its recording; that the names are those that the entries commit to;
that witnesses saw the beginning of just this log; and that every byte of every file is accounted for.
It prints the fingerprint of the station's key: compare it with one had from elsewhere, or give that with
--fingerprint. With --checkpoint it also checks that this ledger grew from an earlier checkpoint that you kept.
Take this file from a source that you trust: a changed copy can say anything.

Exit status: 0 all is right; 1 something is wrong, the first thing is named; 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("This needs the Python package cryptography: python -m pip install cryptography")

MAX_LINE = 1 << 20
MAX_TEXT = 1 << 18


class Wrong(Exception):
    """The export is not what a station's ledger gives."""


class Tree:
    """All the leaf hashes and the complete subtrees over them, level by level."""

    def __init__(self) -> None:
        self.levels = [bytearray()]

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self.levels[0]) // 32

    def grow(self, entry: bytes) -> None:
        """Add an entry."""
        self.levels[0] += hashlib.sha256(b"\x00" + entry).digest()
        level = 0
        while len(self.levels[level]) % 64 == 0:
            pair = self.levels[level][-64:]
            level += 1
            if level == len(self.levels):
                self.levels.append(bytearray())
            self.levels[level] += hashlib.sha256(b"\x01" + pair).digest()

    def root(self, start: int, end: int) -> bytes:
        """Root over the entries from `start` to `end`."""
        size = end - start
        if size == 0:
            return hashlib.sha256().digest()
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            place = 32 * (start >> level)
            return bytes(self.levels[level][place : place + 32])
        middle = start + half(size)
        return parent(self.root(start, middle), self.root(middle, end))

    def path(self, index: int, start: int, end: int) -> list[bytes]:
        """Audit path of entry `index` among those from `start` to `end`, lowest first."""
        if end - start == 1:
            return []
        middle = start + half(end - start)
        if index < middle:
            return [*self.path(index, start, middle), self.root(middle, end)]
        return [*self.path(index, middle, end), self.root(start, middle)]


def parent(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def b64(raw: bytes) -> str:
    """Standard base64 as text."""
    return base64.b64encode(raw).decode()


def from_b64(text: str, what: str, length: int) -> bytes:
    """Decode base64 that is in its one canonical form."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong(f"{what} is not base64") from None
    if b64(raw) != text or len(raw) != length:
        raise Wrong(f"{what} is not canonical base64 of {length} bytes")
    return raw


def read_text(path: Path) -> str:
    """A small file as text."""
    with path.open("rb") as file:
        raw = file.read(MAX_TEXT + 1)
    if len(raw) > MAX_TEXT:
        raise Wrong(f"{path.name} is longer than any such file is")
    return text_of(raw, path.name)


def read_key(text: str, kind: int, what: str) -> tuple[str, bytes]:
    """A name and its public key: `kind` 1 signs a log, 4 cosigns as a witness."""
    match = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n", text)
    if not match:
        raise Wrong(f"{what} is not one line of a name, an id and a public key")
    name, key_id, encoded = match.groups()
    raw = from_b64(encoded, f"the public key of {what}", 33)
    if raw[0] != kind or key_id_of(name, raw).hex() != key_id:
        raise Wrong(f"{what}: the id does not belong to the name and the public key")
    return name, raw[1:]


def key_id_of(name: str, typed: bytes) -> bytes:
    """The four bytes that name a key in signature lines; `typed` is its kind and its 32 bytes."""
    return hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]


def fingerprint_of(public: bytes) -> str:
    """What a person compares."""
    return hashlib.sha256(public).hexdigest()


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_checkpoint(text: str, story: Story, what: str) -> tuple[int, bytes]:
    """Size and root that the station has signed, by the key that was its key at that size."""
    pattern = r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/=]{44})\n\n— ([^ \n]+) ([A-Za-z0-9+/=]+)\n"
    match = re.fullmatch(pattern, text)
    if not match or match[1] != story.name or match[4] != story.name:
        raise Wrong(f"{what} is not a checkpoint signed by {story.name}")
    signature = from_b64(match[5], f"the signature of {what}", 68)
    public = story.key_at(int(match[2]))
    if signature[:4] != key_id_of(story.name, b"\x01" + public):
        raise Wrong(f"{what} is signed by another key")
    if not holds(public, signature[4:], note_text(text)):
        raise Wrong(f"{what}: the signature does not hold")
    return int(match[2]), from_b64(match[3], f"the root of {what}", 32)


def text_of(raw: bytes, what: str) -> str:
    """UTF-8 as text."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Wrong(f"{what} is not UTF-8 text") from None


def note_text(note: str) -> bytes:
    """What the signatures of a note are over."""
    return note[: note.index("\n\n") + 1].encode()


def canonical(value: Any) -> bytes:
    """The one form of a JSON value (RFC 8785, for the plain texts and integers used here)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def no_pairs_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object without a name twice."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise Wrong("a name stands twice")
    return dict(pairs)


def read_entry(line: bytes, number: int) -> dict[str, Any]:
    """One entry, which must be in its one canonical form."""
    try:
        entry = json.loads(line, object_pairs_hook=no_pairs_twice)
        same = canonical(entry) == line
    except (ValueError, RecursionError, Wrong) as error:
        raise Wrong(f"entry {number} is not JSON: {error}") from None
    if not same or not isinstance(entry, dict):
        raise Wrong(f"entry {number} is not canonical JSON")
    if not all(type(value) in (str, int) for value in entry.values()) or not {"kind", "at", "facts"} <= entry.keys():
        raise Wrong(f"entry {number} is not an entry of a ledger")
    return entry


# -- what the entries tell -------------------------------------------------------------------------------------------

OPENING = ("issued", "taken", "reassigned", "swapped-in")
CLOSING = ("returned", "reassigned", "swapped-out", "lost")


class Story:
    """What the entries tell, read once in their order."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.name = ""
        self.keys: list[tuple[int, bytes]] = []
        self.losses: list[int] = []
        self.segments: list[int] = []
        self.counts: dict[str, int] = {}
        self.seals: dict[str, int] = {}
        self.people: dict[str, tuple[int, str]] = {}
        self.named: set[str] = set()
        self.cameras: dict[str, tuple[str, str]] = {}
        self.holdings: dict[int, dict[str, Any]] = {}
        self.last: dict[str, Any] = {}
        self._live: dict[str, dict[str, Any]] = {}
        self._ended: dict[int, list[dict[str, Any]]] = {}

    def read(self, path: Path) -> None:
        """Read all entries and grow the tree from them."""
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b"")):
                if not line.endswith(b"\n"):
                    raise Wrong(f"entry {number} is cut off or too long")
                entry = read_entry(line[:-1], number)
                self.tree.grow(line[:-1])
                try:
                    self.tell(number, entry)
                except (KeyError, TypeError, ValueError):
                    raise Wrong(f"entry {number} is not what an entry of its kind is") from None
        if not self.keys:
            raise Wrong("the log does not begin with its station")

    def tell(self, number: int, entry: dict[str, Any]) -> None:
        """Take in one entry."""
        kind = str(entry["kind"])
        self.last = entry
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if (kind == "station") != (number == 0):
            raise Wrong("the log does not begin with its station, or has two")
        if kind == "station":
            self.name = str(entry["id"])
            self.keys = [(0, public_key(entry["ledger_key"]))]
        elif kind == "key-changed":
            self.change_key(number, entry)
        elif kind == "segment":
            self.segments.append(number)
        elif kind == "sealed":
            self.seals[str(entry["recording"])] = number
        elif kind == "person":
            self.people[str(entry["id"])] = number, str(entry["who"])
        elif kind == "asset":
            self.cameras[str(entry["id"])] = str(entry["asset"]), str(entry["serial"])
        elif kind == "custody":
            self.name_people(entry, "by", "officer")
            self.hold(number, entry)

    def change_key(self, number: int, entry: dict[str, Any]) -> None:
        """The station signs with another key from here on; the one before must have signed it, unless it was lost."""
        new = public_key(entry["ledger_key"])
        if entry["how"] == "rotated":
            if not holds(self.keys[-1][1], bytes.fromhex(entry["signature"]), new):
                raise Wrong(f"entry {number}: the key before did not sign the new one")
        elif entry["how"] == "lost" and "signature" not in entry:
            self.losses.append(number)
        else:
            raise ValueError
        self.name_people(entry, "by", "second")
        if str(entry["by"]) == str(entry["second"]):
            raise Wrong(f"entry {number}: one person alone changed the key")
        self.keys.append((number + 1, new))

    def name_people(self, entry: dict[str, Any], *fields: str) -> None:
        """Remember whom an entry names."""
        self.named.update(str(entry[field]) for field in fields if field in entry)

    def hold(self, number: int, entry: dict[str, Any]) -> None:
        """Who holds which camera after this act."""
        camera, act, at = str(entry["camera"]), entry["act"], str(entry["at"])
        if act in CLOSING and camera in self._live:
            self.end(self._live.pop(camera), at, number)
        if act in OPENING:
            held = {"camera": camera, "officer": entry.get("officer"), "from": at, "until": "", "by": None}
            self._live[camera] = self.holdings[number] = held
        if act == "corrected":
            self.correct(number, entry)
            if entry["voids"]:
                self.void(number, entry)

    def end(self, held: dict[str, Any], at: str, by: int) -> None:
        """A holding ends by this act, never before it began."""
        held["until"], held["by"] = max(at, held["from"]), by
        self._ended.setdefault(by, []).append(held)

    def correct(self, number: int, entry: dict[str, Any]) -> None:
        """Put right who held a camera, or from when, or until when."""
        begun = self.holdings.get(entry["corrects"])
        if begun is not None and ("officer" in entry or "moment" in entry):
            begun["officer"] = entry.get("officer", begun["officer"])
            begun["from"] = entry.get("moment", begun["from"])
            begun["corrected"] = number
        for ended in self._ended.get(entry["corrects"], []) if "moment" in entry else []:
            if "void" not in ended:
                ended["until"], ended["corrected"] = entry["moment"], number

    def void(self, number: int, entry: dict[str, Any]) -> None:
        """An act never was: neither was the holding that it began, and the one that it ended went on."""
        never = self.holdings.get(entry["corrects"])
        if never is not None:
            never["until"] = never["until"] or max(str(entry["at"]), never["from"])
            never["void"], never["corrected"] = "yes", number
            if self._live.get(never["camera"]) is never:
                del self._live[never["camera"]]
        for held in self._ended.pop(entry["corrects"], []):
            if "void" in held:
                self._ended.setdefault(entry["corrects"], []).append(held)
                continue
            held["corrected"] = number
            if never is not None and never["by"] is not None:
                self.end(held, never["until"], never["by"])
            else:
                held["until"], held["by"] = "", None
                self._live[held["camera"]] = held

    def key_at(self, size: int) -> bytes:
        """The station's key for checkpoints of so many entries."""
        return next(key for first, key in reversed(self.keys) if first <= size)


def public_key(text: str) -> bytes:
    """A public key as entries have it, in hex."""
    raw = bytes.fromhex(text)
    if len(raw) != 32 or raw.hex() != text:
        raise ValueError
    return raw


# -- files that the entries give to the byte -------------------------------------------------------------------------


def check_files(folder: Path, seals: dict[str, int]) -> None:
    """No file too many, none missing, no links. Witnesses' files are told by the last entry."""
    check_names(folder, FILES | FOLDERS)
    check_names(folder / "proofs", {f"{recording}.tlog-proof" for recording in seals})


def check_names(folder: Path, wanted: set[str]) -> None:
    """Raise Wrong unless a folder has just these, each a plain file or one of our folders."""
    found = {path.name for path in folder.iterdir()}
    for name in sorted(found ^ wanted):
        raise Wrong(f"{folder / name} {'is missing' if name in wanted else 'does not belong to the export'}")
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or (path.is_dir() if path.name not in FOLDERS else path.is_file()) or not path.exists():
            raise Wrong(f"{path} is not a plain file")


FOLDERS = {"proofs", "witnesses"}
FILES = {"entries.jsonl", "checkpoint", "key", "people.jsonl", "custody.csv", "page.html", "verify.py"}


def proofs(story: Story, checkpoint: str) -> Iterator[tuple[str, str]]:
    """The proof of each recording, by the name of its file: what these entries and this checkpoint give."""
    for recording, number in story.seals.items():
        lines = ["c2sp.org/tlog-proof@v1", f"index {number}", *map(b64, story.tree.path(number, 0, story.tree.size))]
        yield f"{recording}.tlog-proof", "\n".join(lines) + "\n\n" + checkpoint


def check_proofs(folder: Path, story: Story, checkpoint: str) -> None:
    """Every proof is, byte for byte, the one that it must be."""
    for name, proof in proofs(story, checkpoint):
        if read_text(folder / "proofs" / name) != proof:
            raise Wrong(f"the proof {name} is not that of its recording's entry")


def read_people(path: Path, story: Story) -> dict[str, tuple[str, str]]:
    """Collar and name of everyone whom custody entries name, each checked against the hash in that person's entry."""
    people: dict[str, tuple[str, str]] = {}
    wanted = sorted(story.named & story.people.keys())
    with path.open("rb") as file:
        for person in wanted:
            entry, who = story.people[person]
            line = file.readline(MAX_LINE)
            found = read_person(line, person, entry)
            collar, name, salt = found["collar"], found["name"], found["salt"]
            hashed = canonical({"collar": collar, "id": person, "name": name})
            if hashlib.sha256(salt.encode() + hashed).hexdigest() != who:
                raise Wrong(f"people.jsonl names {person} otherwise than entry {entry} commits to")
            people[person] = collar, name
        if file.read(1):
            raise Wrong("people.jsonl goes on after the last person whom entries name")
    return people


def read_person(line: bytes, person: str, entry: int) -> dict[str, str]:
    """One line of people.jsonl, in its one form."""
    try:
        found = json.loads(line)
        fits = canonical(found) + b"\n" == line and found.keys() == {"collar", "entry", "id", "name", "salt"}
        texts = {field: found[field] for field in ("collar", "id", "name", "salt")} if fits else {}
    except (ValueError, RecursionError, AttributeError):
        fits, texts = False, {}
    if not fits or found["entry"] != entry or texts["id"] != person or not all(type(t) is str for t in texts.values()):
        raise Wrong(f"people.jsonl does not have the line of {person} by entry {entry} in its place and form")
    return texts


def custody_lines(story: Story, people: dict[str, tuple[str, str]]) -> Iterator[bytes]:
    """Who held which camera from when until when, as the entries tell it with all corrections: custody.csv."""
    yield row(
        "entry", "asset number", "serial number", "collar", "name", "from (UTC)", "until (UTC)", "void", "corrected by"
    )
    for number, held in story.holdings.items():
        collar, name = people.get(held["officer"], (held["officer"] or "unknown", ""))
        times = (held["from"], held["until"], held.get("void", ""), held.get("corrected", ""))
        yield row(number, *story.cameras.get(held["camera"], (held["camera"], "")), collar, name, *times)


def row(*cells: object) -> bytes:
    """One line of CSV. What a spreadsheet would take for a formula is kept from being one."""
    texts = [str(cell) for cell in cells]
    safe = ["'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text for text in texts]
    return (",".join('"' + text.replace('"', '""') + '"' for text in safe) + "\n").encode()


def check_lines(path: Path, lines: Iterator[bytes]) -> None:
    """Raise Wrong unless a file is just these lines."""
    with path.open("rb") as file:
        for line in lines:
            if file.read(len(line)) != line:
                raise Wrong(f"{path.name} is not what the entries give")
        if file.read(1):
            raise Wrong(f"{path.name} goes on after its end")


# -- witnesses -------------------------------------------------------------------------------------------------------


def check_witnesses(folder: Path, story: Story) -> list[str]:
    """What witnesses gave, checked against the entries; gives what they say, in words."""
    files = read_witnesses(folder, story)
    lines = text_of(files.pop("keys", b""), "witnesses/keys").splitlines()
    keys = dict(read_key(line + "\n", 4, "witnesses/keys") for line in lines)
    notes: dict[str, str] = {}
    for name in [name for name in files if name.endswith(".checkpoint")]:
        notes[name[: -len(".checkpoint")]] = note = text_of(files.pop(name), name)
        size, root = read_checkpoint(note, story, f"witnesses/{name}")
        if name != f"{size}.checkpoint" or size > story.tree.size or story.tree.root(0, size) != root:
            raise Wrong(f"witnesses/{name} is a checkpoint of another log than these entries")
    words = []
    for name, raw in sorted(files.items()):
        size_text, _, rest = name.partition(".")
        if size_text not in notes or not re.fullmatch(r"cosignatures|[0-9a-f]{16}\.tsr", rest):
            raise Wrong(f"witnesses/{name} does not belong to the export")
        words += witnessed(name, raw, notes[size_text], keys)
    return words


def read_witnesses(folder: Path, story: Story) -> dict[str, bytes]:
    """The files of witnesses, which must be those that the last entry commits to."""
    files: dict[str, bytes] = {}
    for path in sorted((folder / "witnesses").iterdir()):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_TEXT:
            raise Wrong(f"{path} is not a plain small file")
        files[path.name] = path.read_bytes()
    if story.last.get("witnesses") != listing(files):
        raise Wrong("the files in witnesses are not those that were exported")
    return files


def listing(files: dict[str, bytes]) -> str:
    """One hash over the names and contents of files."""
    return hashlib.sha256(canonical({name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()})).hexdigest()


def witnessed(name: str, raw: bytes, note: str, keys: dict[str, bytes]) -> list[str]:
    """What one file of a witness says of a checkpoint."""
    size = name.partition(".")[0]
    if name.endswith(".tsr"):
        if hashlib.sha256(note.encode()).digest() not in raw:
            raise Wrong(f"witnesses/{name} is a time stamp of something else")
        return [f"Time stamp of {size} entries: witnesses/{name}, to be checked with openssl ts"]
    words = []
    for line in text_of(raw, name).splitlines():
        match = re.fullmatch(r"— ([^ ]+) ([A-Za-z0-9+/=]+)", line)
        if not match or match[1] not in keys:
            raise Wrong(f"witnesses/{name} holds what is no cosignature of a known witness")
        signature, public = from_b64(match[2], f"a signature in witnesses/{name}", 76), keys[match[1]]
        seconds = int.from_bytes(signature[4:12], "big")
        message = f"cosignature/v1\ntime {seconds}\n".encode() + note_text(note)
        if signature[:4] != key_id_of(match[1], b"\x04" + public) or not holds(public, signature[12:], message):
            raise Wrong(f"witnesses/{name}: the cosignature of {match[1]} does not hold")
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds % (1 << 36)))
        words.append(f"Witness {match[1]} saw {size} entries at {at}, key {fingerprint_of(public)}")
    return words


# -- the page for a court --------------------------------------------------------------------------------------------

MEANING = {
    "station": "The log begins: the station's id, and the public key that signs its log.",
    "camera": "A camera was docked here for the first time.",
    "bay": "A place in a dock was seen for the first time and got its name.",
    "accepted": "A person let a new camera be docked by itself.",
    "docked": "A camera was put into a dock.",
    "docking-ended": "A docking was over, and how it ended.",
    "sealed": "A recording was copied, encrypted, read back and found right. The hashes stand in the entry.",
    "released": "A sealed recording was deleted from its camera, and seen to be gone from it.",
    "not-released": "A recording stayed on its camera, and why, as a fixed code.",
    "alarm": "Something was noticed that a person had to look at, as a fixed code.",
    "opened": "A sealed recording was about to be opened, and how.",
    "hold": "A person held a recording, so that no rule may delete it, or let it go.",
    "camera-fault": "A person reported a fault of a camera, or that it was put right.",
    "kept": "A person had a docked camera keep its recordings, or release what is sealed as usual again.",
    "setting-changed": "A person changed a setting of the station; which one stands in the entry.",
    "key-added": "Recordings are encrypted to one more key from here on.",
    "recovery-proved": "It was shown that the holder of a recovery key can open recordings.",
    "vault-proved": "A stretch of the stored recordings was read again, and what was found.",
    "verified": "All recordings and the whole log were read again, and what was found.",
    "exported": "The log was written out as a folder like this one.",
    "read": "Somebody read the log: of a camera, of a person, or of everything within a stretch of time.",
    "key-changed": "The log is signed by another key from here on, by word of two people.",
    "segment": "The log goes on in a new file, because another one was found damaged. It says which, and its hash.",
    "person": "A person was entered or changed. The entry shows a hash in place of name and collar number.",
    "credential": "A person was given a means of proof (a PIN, a key, a code), or one was taken away.",
    "asset": "A camera of the pool was entered or changed, with its asset number and serial number.",
    "custody": "An act of custody: a camera was issued, returned, reassigned, lost and so on, or an act was corrected.",
    "undocked": "A camera was lifted out of a dock.",
    "readiness": "A docked camera was ready to be issued, or was not.",
}
"""Every kind of entry, in words."""

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#111;background:#fff}"
    "code{overflow-wrap:anywhere}td,th{text-align:left;vertical-align:top;padding:.2em 1em .2em 0}"
)


def page(story: Story, checkpoint: str, witnesses: list[str]) -> bytes:
    """The page in plain English: fixed text, and values that the other files give."""
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="en-GB"><head><meta charset="utf-8"><title>A Dockwarden log</title><style>{STYLE}</style></head>',
        "<body><h1>The log of a police station's body-worn-camera docks</h1>",
        *what_it_is(story),
        *how_to_check(story),
        *the_key(story),
        *who_else_saw(witnesses),
        *what_it_shows(),
        *kinds(story),
        "<h2>The signed head of the log</h2>",
        f"<pre>{html.escape(checkpoint)}</pre>",
        "</body></html>",
    ]
    return ("\n".join(parts) + "\n").encode()


def what_it_is(story: Story) -> list[str]:
    """What lies in the folder."""
    size, at = story.tree.size, html.escape(str(story.last.get("at")))
    files = {
        "entries.jsonl": "every entry of the log, one a line, numbered from 0",
        "checkpoint": "the head of the log, signed by the station's key: how many entries, and one hash over them all",
        "key": "the station's public key",
        "people.jsonl": "the names of those whom entries of custody name, each with the number that opens its hash",
        "custody.csv": "who held which camera from when until when, with all corrections: a table for a spreadsheet",
        "proofs": "for each recording, the proof that its entry is in the log",
        "witnesses": "what others have signed who saw this log while it grew",
        "verify.py": "the program that checks all of this",
    }
    rows = [f"<tr><td><code>{name}</code></td><td>{words}</td></tr>" for name, words in files.items()]
    return [
        "<h2>What this is</h2>",
        f"<p>This folder holds the log of station <code>{html.escape(story.name)}</code>, whole, as it was at {at}: "
        f"{size} entries. The program Dockwarden writes one entry for each thing that happens to a camera or a "
        "recording, at the moment at which it happens. An entry is never changed and never deleted; a mistake is put "
        "right by a new entry.</p>",
        f"<table>{''.join(rows)}</table>",
    ]


def how_to_check(story: Story) -> list[str]:
    """What to type."""
    fingerprint = fingerprint_of(story.keys[-1][1])
    return [
        "<h2>How to check it</h2>",
        "<p>On any computer with Python 3.9 or later, without Dockwarden and without the network:</p>",
        f"<pre>python3 -m pip install cryptography\npython3 verify.py . --fingerprint {fingerprint}</pre>",
        "<p>It ends with the words “are right”, or names the first thing that is wrong. Take <code>verify.py</code> "
        "and the fingerprint from elsewhere if you can: a folder that was forged would say good of itself. Whoever "
        "kept an earlier head of this log gives it with <code>--checkpoint FILE</code>.</p>",
    ]


def the_key(story: Story) -> list[str]:
    """The key, and where else its fingerprint can be had."""
    keys = [
        f"<li>from entry {max(first - 1, 0)} on: <code>{fingerprint_of(key)}</code></li>" for first, key in story.keys
    ]
    notes = [f"<p>{html.escape(line)}.</p>" for line in told(story) if line.startswith("NOTE")]
    return [
        "<h2>The station's key</h2>",
        f"<p>SHA-256 of the public key in hex (the fingerprint):</p><ul>{''.join(keys)}</ul>",
        *notes,
        "<p>The same fingerprint is printed on every receipt that the station gives; its witnesses keep the key; "
        "<code>dockwarden keys show</code> shows it at the station, where it follows from "
        "<code>station-public.json</code>. Ask there on a way of your own, such as the telephone.</p>",
    ]


def who_else_saw(witnesses: list[str]) -> list[str]:
    """What witnesses say."""
    lines = [f"<li>{html.escape(line)}</li>" for line in witnesses] or ["<li>No witness has signed for this log.</li>"]
    return [
        "<h2>Who else saw it</h2>",
        "<p>Whoever holds both the station's computer and its key could write another log. That is found out as soon "
        "as one honest witness has seen the true one.</p>",
        f"<ul>{''.join(lines)}</ul>",
        "<p>A time stamp is checked with: <code>openssl ts -verify -data witnesses/SIZE.checkpoint -in "
        "witnesses/SIZE.….tsr -CAfile CERTIFICATE</code></p>",
    ]


def what_it_shows() -> list[str]:
    """What follows from a log that is right, and what does not."""
    return [
        "<h2>What it shows, and what it does not</h2>",
        "<p>A log that is right shows that these entries, in this order, were signed by the station's key, and that "
        "nothing was changed, moved or taken out since any head that somebody else has kept. It does not show that "
        "what a person told the program was true, nor that the computer's clock was right; times are UTC by that "
        "clock.</p>",
        "<p>Each entry also has a hash (<code>facts</code>) over all that the station keeps of it. With that row of "
        "its database the station can show the rest, such as a bay or a reason, and cannot show anything else.</p>",
    ]


def kinds(story: Story) -> list[str]:
    """Every kind of entry that is here: how often, and what it means."""
    rows = [
        f"<tr><td>{html.escape(kind)}</td><td>{count}</td><td>{MEANING.get(kind, 'Not known to this page.')}</td></tr>"
        for kind, count in sorted(story.counts.items())
    ]
    head = "<tr><th>Kind</th><th>Entries</th><th>What it means</th></tr>"
    return ["<h2>What the entries mean</h2>", f"<table>{head}{''.join(rows)}</table>"]


# -- all together ----------------------------------------------------------------------------------------------------


def check(folder: Path, fingerprint: str | None = None, earlier: Path | None = None) -> list[str]:
    """Check everything; give the lines to print. Raises Wrong with the first thing wrong."""
    check_names(folder, FILES | FOLDERS)
    story = Story()
    story.read(folder / "entries.jsonl")
    name, public = read_key(read_text(folder / "key"), 1, "key")
    if (name, public) != (story.name, story.keys[-1][1]):
        raise Wrong("key is not the station's key by the entries")
    check_fingerprint(story, fingerprint)
    checkpoint = read_text(folder / "checkpoint")
    size, root = read_checkpoint(checkpoint, story, "the checkpoint")
    entries = story.tree.size
    if entries != size or story.tree.root(0, entries) != root:
        raise Wrong(f"the checkpoint is of {size} entries; these {entries} do not make its tree")
    check_files(folder, story.seals)
    check_proofs(folder, story, checkpoint)
    verifier = hashlib.sha256((folder / "verify.py").read_bytes()).hexdigest()
    if story.last.get("kind") != "exported" or story.last.get("verifier") != verifier:
        raise Wrong("verify.py is not the one that was exported")
    people = read_people(folder / "people.jsonl", story)
    check_lines(folder / "custody.csv", custody_lines(story, people))
    words = check_witnesses(folder, story)
    check_lines(folder / "page.html", iter([page(story, checkpoint, words)]))
    if earlier is not None:
        check_earlier(read_text(earlier), story)
    right = f"{entries} entries, {len(story.seals)} proofs and {len(people)} names are right."
    return [right, *told(story), *words]


def told(story: Story) -> list[str]:
    """What of the station and its keys a person must hear."""
    lost = "was lost; two people put another in its place, without its signature"
    return [
        f"Station {story.name}",
        f"Key fingerprint {fingerprint_of(story.keys[-1][1])}",
        *(f"NOTE entry {number}: the station's key {lost}" for number in story.losses),
        *(f"NOTE entry {number}: this log goes on after one that was found damaged" for number in story.segments),
    ]


def check_fingerprint(story: Story, expected: str | None) -> None:
    """Raise Wrong unless the expected key is the station's, or was it and no key was lost since."""
    if expected is None:
        return
    mine = [first for first, key in story.keys if fingerprint_of(key) == expected.lower()]
    if not mine:
        found = fingerprint_of(story.keys[-1][1])
        raise Wrong(f"the key has the fingerprint {found}, not the one that you expect")
    for number in story.losses:
        if number >= mine[-1]:
            raise Wrong(f"the key that you expect was lost at entry {number}: ask for the fingerprint of the new one")


def check_earlier(text: str, story: Story) -> None:
    """Raise Wrong unless the ledger begins with the one of an earlier checkpoint."""
    size, root = read_checkpoint(text, story, "the earlier checkpoint")
    if size > story.tree.size:
        raise Wrong(f"the earlier checkpoint is of {size} entries, more than are here")
    if story.tree.root(0, size) != root:
        raise Wrong(f"the first {size} entries are not those of the earlier checkpoint")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, check, and say so."""
    parser = argparse.ArgumentParser(description="Checks an exported Dockwarden ledger.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fingerprint", help="the fingerprint that the station's key must have (64 hex digits)")
    parser.add_argument("--checkpoint", type=Path, help="an earlier checkpoint of this ledger that you kept")
    options = parser.parse_args(arguments)
    try:
        lines = check(options.folder, options.fingerprint, options.checkpoint)
    except Wrong as wrong:
        sys.stdout.write(f"WRONG: {wrong}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"Could not be read: {error}\n")
        return 2
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
