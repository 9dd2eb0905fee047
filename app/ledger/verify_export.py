"""Checks an exported Dockwarden ledger, with Python 3.9 or later and the `cryptography` package, and nothing of ours.

    python verify.py FOLDER [--fingerprint HEX] [--checkpoint FILE]

It checks that the checkpoint is signed by the station's key; that the entries, and no others, make the tree that was
signed (RFC 6962); that every proof is the one of its recording; and that every byte of every file is accounted for.
It prints the fingerprint of the station's key: compare it with one had from elsewhere, or give that with
--fingerprint. With --checkpoint it also checks that this ledger grew from an earlier checkpoint that you kept.
Take this file from a source that you trust: a changed copy can say anything.

Exit status: 0 all is right; 1 something is wrong, the first thing is named; 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Sequence
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
        self.levels: list[list[bytes]] = [[]]

    def grow(self, entry: bytes) -> None:
        """Add an entry."""
        self.levels[0].append(hashlib.sha256(b"\x00" + entry).digest())
        level = 0
        while len(self.levels[level]) % 2 == 0:
            left, right = self.levels[level][-2:]
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(parent(left, right))

    def root(self, start: int, end: int) -> bytes:
        """Root over the entries from `start` to `end`."""
        size = end - start
        if size == 0:
            return hashlib.sha256().digest()
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self.levels[level][start >> level]
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
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Wrong(f"{path.name} is not UTF-8 text") from None


def read_key(path: Path) -> tuple[str, bytes]:
    """The station's name and public key."""
    match = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n", read_text(path))
    if not match:
        raise Wrong("key is not one line of a name, an id and a public key")
    name, key_id, encoded = match.groups()
    raw = from_b64(encoded, "the public key", 33)
    if raw[0] != 1 or key_id_of(name, raw[1:]).hex() != key_id:
        raise Wrong("key: the id does not belong to the name and the public key")
    return name, raw[1:]


def key_id_of(name: str, public: bytes) -> bytes:
    """The four bytes that name a key in signature lines."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def read_checkpoint(text: str, name: str, public: bytes, what: str) -> tuple[int, bytes]:
    """Size and root that the station has signed."""
    pattern = r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/=]{44})\n\n— ([^ \n]+) ([A-Za-z0-9+/=]+)\n"
    match = re.fullmatch(pattern, text)
    if not match or match[1] != name or match[4] != name:
        raise Wrong(f"{what} is not a checkpoint signed by {name}")
    signature = from_b64(match[5], f"the signature of {what}", 68)
    signed = text[: text.index("\n\n") + 1].encode()
    if signature[:4] != key_id_of(name, public):
        raise Wrong(f"{what} is signed by another key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], signed)
    except InvalidSignature:
        raise Wrong(f"{what}: the signature does not hold") from None
    return int(match[2]), from_b64(match[3], f"the root of {what}", 32)


def no_pairs_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object without a name twice."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise Wrong("a name stands twice")
    return dict(pairs)


def read_entry(line: bytes, number: int) -> dict[str, Any]:
    """One entry, which must be in its one canonical form (RFC 8785, for the plain texts and integers used here)."""
    try:
        entry = json.loads(line, object_pairs_hook=no_pairs_twice)
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError, Wrong) as error:
        raise Wrong(f"entry {number} is not JSON: {error}") from None
    if canonical != line or not isinstance(entry, dict):
        raise Wrong(f"entry {number} is not canonical JSON")
    if not all(type(value) in (str, int) for value in entry.values()) or not {"kind", "at", "facts"} <= entry.keys():
        raise Wrong(f"entry {number} is not an entry of a ledger")
    return entry


def read_entries(path: Path, tree: Tree) -> tuple[dict[str, int], dict[str, Any]]:
    """Grow the tree from all entries; give the sealed recordings with their numbers, and the last entry."""
    seals: dict[str, int] = {}
    last: dict[str, Any] = {}
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b"")):
            if not line.endswith(b"\n"):
                raise Wrong(f"entry {number} is cut off or too long")
            last = read_entry(line[:-1], number)
            tree.grow(line[:-1])
            if last["kind"] == "sealed":
                seals[str(last.get("recording"))] = number
    return seals, last


def check_files(folder: Path, seals: dict[str, int]) -> None:
    """No file too many, none missing, no links."""
    top = {"entries.jsonl", "checkpoint", "key", "verify.py", "proofs"}
    proofs = {f"{recording}.tlog-proof" for recording in seals}
    for place, wanted in ((folder, top), (folder / "proofs", proofs)):
        found = {path.name for path in place.iterdir()}
        for name in sorted(found ^ wanted):
            raise Wrong(f"{place / name} {'is missing' if name in wanted else 'does not belong to the export'}")
        for path in place.iterdir():
            if path.is_symlink() or (path.name != "proofs" and not path.is_file()):
                raise Wrong(f"{path} is not a plain file")


def check_proofs(folder: Path, seals: dict[str, int], tree: Tree, checkpoint: str) -> None:
    """Every proof is, byte for byte, the one that these entries and this checkpoint give."""
    size = len(tree.levels[0])
    for recording, number in seals.items():
        lines = ["c2sp.org/tlog-proof@v1", f"index {number}", *map(b64, tree.path(number, 0, size))]
        if read_text(folder / "proofs" / f"{recording}.tlog-proof") != "\n".join(lines) + "\n\n" + checkpoint:
            raise Wrong(f"the proof of recording {recording} is not that of entry {number}")


def check(folder: Path, fingerprint: str | None = None, earlier: Path | None = None) -> list[str]:
    """Check everything; give the lines to print. Raises Wrong with the first thing wrong."""
    name, public = read_key(folder / "key")
    found = hashlib.sha256(public).hexdigest()
    if fingerprint is not None and found != fingerprint.lower():
        raise Wrong(f"the key has the fingerprint {found}, not the one that you expect")
    checkpoint = read_text(folder / "checkpoint")
    size, root = read_checkpoint(checkpoint, name, public, "the checkpoint")
    tree = Tree()
    seals, last = read_entries(folder / "entries.jsonl", tree)
    entries = len(tree.levels[0])
    if entries != size or tree.root(0, entries) != root:
        raise Wrong(f"the checkpoint is of {size} entries; these {entries} do not make its tree")
    check_files(folder, seals)
    check_proofs(folder, seals, tree, checkpoint)
    verifier = hashlib.sha256((folder / "verify.py").read_bytes()).hexdigest()
    if last.get("kind") != "exported" or last.get("verifier") != verifier:
        raise Wrong("verify.py is not the one that was exported")
    if earlier is not None:
        check_earlier(read_text(earlier), name, public, tree)
    return [f"{entries} entries and {len(seals)} proofs are right.", f"Station {name}", f"Key fingerprint {found}"]


def check_earlier(text: str, name: str, public: bytes, tree: Tree) -> None:
    """Raise Wrong unless the ledger begins with the one of an earlier checkpoint."""
    size, root = read_checkpoint(text, name, public, "the earlier checkpoint")
    if size > len(tree.levels[0]):
        raise Wrong(f"the earlier checkpoint is of {size} entries, more than are here")
    if tree.root(0, size) != root:
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
