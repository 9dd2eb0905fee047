"""Merkle tree hashing and proofs as RFC 6962, section 2.1, has them, over stored complete subtrees.

A node is named by its level and its index on that level: level 0 holds the leaf hashes, and node (l, i) is the root of
the 2**l leaves from i * 2**l on. Only complete subtrees are ever stored, and a stored one never changes. Everything
here is a pure function of a `Read`, which fetches one stored node; each asks it O(log n) times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

Read = Callable[[int, int], bytes]
"""Fetches the hash of one complete subtree by level and index."""

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


class ProofInvalid(Exception):
    """A proof does not lead to the root it should lead to."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf: SHA-256 of 0x00 and the entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 of 0x01 and its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(index: int, leaf: bytes, read: Read) -> Iterator[tuple[int, int, bytes]]:
    """Inner nodes (level, index, hash) that become complete when the leaf at `index` is appended."""
    level, node = 0, leaf
    while index & 1:
        node = node_hash(read(level, index - 1), node)
        level, index = level + 1, index >> 1
        yield level, index, node


def root(size: int, read: Read) -> bytes:
    """Root of the tree of the first `size` leaves (MTH)."""
    return _subtree(0, size, read) if size else EMPTY_ROOT


def inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """Audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upwards (PATH, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(middle, end, read))
            end = middle
        else:
            path.append(_subtree(start, middle, read))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, read: Read) -> list[bytes]:
    """Proof that the tree of `old` leaves is the beginning of the tree of `new` leaves (PROOF, 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    path: list[bytes] = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_subtree(middle, end, read))
            end = middle
        else:
            path.append(_subtree(start, middle, read))
            start = middle
    if start:
        path.append(_subtree(start, end, read))
    return path[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an audit path leads to. Raises ProofInvalid when the path has the wrong length."""
    turns = _turns(index, size)
    if any(len(node) != HASH_BYTES for node in (leaf, *proof)):
        raise ProofInvalid("a hash of the path is not one of SHA-256")
    if len(turns) != len(proof):
        raise ProofInvalid(f"the path has {len(proof)} hashes, not {len(turns)}")
    node = leaf
    for sibling_is_left, sibling in zip(turns, proof, strict=True):
        node = node_hash(sibling, node) if sibling_is_left else node_hash(node, sibling)
    return node


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofInvalid unless the proof shows that the tree of `old` is the beginning of the tree of `new`."""
    if not 0 < old <= new:
        raise ProofInvalid(f"no tree of {old} entries can grow to {new}")
    if old == new:
        if proof or old_root != new_root:
            raise ProofInvalid("two trees of one size differ")
        return
    if (old_root, new_root) != _grown_roots(old, new, old_root, list(proof)):
        raise ProofInvalid(f"the tree of {old} entries is not the beginning of the tree of {new}")


def _grown_roots(old: int, new: int, old_root: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Old and new root that a consistency proof leads to (the walk of RFC 9162, 2.1.4.2)."""
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    if not first:
        proof = [old_root, *proof]
    if not proof:
        raise ProofInvalid("the consistency proof is empty")
    old_node = new_node = proof[0]
    for step in proof[1:]:
        if not last:
            raise ProofInvalid("the consistency proof is too long")
        if first & 1 or first == last:
            old_node, new_node = node_hash(step, old_node), node_hash(step, new_node)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new_node = node_hash(new_node, step)
        first, last = first >> 1, last >> 1
    if last:
        raise ProofInvalid("the consistency proof is too short")
    return old_node, new_node


def _turns(index: int, size: int) -> list[bool]:
    """For each step from leaf `index` to the root of a tree of `size`: whether the sibling is the left one."""
    if not 0 <= index < size:
        raise ProofInvalid(f"no leaf {index} in a tree of {size}")
    turns: list[bool] = []
    last = size - 1
    while last:
        if index & 1 or index < last:
            turns.append(bool(index & 1))
        index, last = index >> 1, last >> 1
    return turns


def _subtree(start: int, end: int, read: Read) -> bytes:
    """Root of the leaves from `start` to `end`, `start` being a multiple of the power of two that spans them."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(size)
    return node_hash(_subtree(start, middle, read), _subtree(middle, end, read))


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
