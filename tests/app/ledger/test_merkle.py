"""The tree against published vectors, against another implementation, and against every wrong proof we can make."""

from __future__ import annotations

import base64
import contextlib
import json
import random
from pathlib import Path
from typing import Any

import pymerkle
import pytest
from pymerkle.proof import MerkleProof

from app.ledger import merkle

VECTORS = Path(__file__).parents[2] / "vectors" / "rfc6962"


class Grown:
    """A tree in memory, grown through the same function as the ledger's, that counts its reads."""

    def __init__(self, entries: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.reads = 0
        for index, entry in enumerate(entries):
            leaf = merkle.leaf_hash(entry)
            self.nodes[0, index] = leaf
            for level, at, node in merkle.completed(index, leaf, self.read):
                assert (level, at) not in self.nodes
                self.nodes[level, at] = node

    def read(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.nodes[level, index]


def entries(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def other_tree(size: int) -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries(size):
        tree.append_entry(entry)
    return tree


@pytest.fixture(scope="module")
def theirs() -> pymerkle.InmemoryTree:
    """The same entries in the tree that others wrote."""
    return other_tree(2048)


@pytest.fixture(scope="module")
def ours() -> Grown:
    return Grown(entries(2048))


def plain(case: dict[str, Any], *names: str) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(case[name]) for name in names)


def hashes(case: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(text) for text in case["proof"] or ()]


def cases(kind: str) -> list[Any]:
    found = json.loads((VECTORS / f"{kind}.json").read_text())
    return [pytest.param(case, id=case["name"]) for case in found]


@pytest.mark.parametrize("case", cases("inclusion"))
def test_published_inclusion_proofs(case: dict[str, Any]) -> None:
    root, leaf = plain(case, "root", "leafHash")
    try:
        accepted = merkle.root_from_inclusion(case["leafIdx"], case["treeSize"], leaf, hashes(case)) == root
    except merkle.ProofInvalid:
        accepted = False
    assert accepted is not case["wantErr"]


@pytest.mark.parametrize("case", cases("consistency"))
def test_published_consistency_proofs(case: dict[str, Any]) -> None:
    try:
        merkle.check_consistency(case["size1"], case["size2"], *plain(case, "root1", "root2"), hashes(case))
        accepted = True
    except merkle.ProofInvalid:
        accepted = False
    assert accepted is not case["wantErr"]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root(0, Grown([]).read).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_leaf_and_node_hashes_as_the_specification_has_them() -> None:
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    pair = merkle.node_hash(merkle.leaf_hash(b""), merkle.leaf_hash(b"\x00"))
    assert pair.hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"


def test_every_root_up_to_2048_is_the_one_that_others_have(ours: Grown, theirs: pymerkle.InmemoryTree) -> None:
    for size in range(1, 2049):
        assert merkle.root(size, ours.read) == theirs.get_root(size), size


@pytest.mark.parametrize("size", range(1, 65))
def test_every_leaf_of_every_tree_up_to_64(ours: Grown, theirs: pymerkle.InmemoryTree, size: int) -> None:
    for index in range(size):
        check_inclusion(ours, theirs, index, size)


@pytest.mark.parametrize("new", range(1, 65))
def test_every_pair_of_trees_up_to_64(ours: Grown, theirs: pymerkle.InmemoryTree, new: int) -> None:
    for old in range(1, new + 1):
        check_consistency(ours, theirs, old, new)


def test_a_sample_of_trees_up_to_2048(ours: Grown, theirs: pymerkle.InmemoryTree) -> None:
    chance = random.Random(6962)
    for _ in range(300):
        size = chance.randint(65, 2048)
        check_inclusion(ours, theirs, chance.randrange(size), size)
        check_consistency(ours, theirs, chance.randint(1, size), size)


def check_inclusion(ours: Grown, theirs: pymerkle.InmemoryTree, index: int, size: int) -> None:
    """Our path leads to the root, is theirs (which begins with the leaf), and no other place or leaf passes."""
    leaf, root = ours.nodes[0, index], theirs.get_root(size)
    path = merkle.inclusion(index, size, ours.read)
    assert merkle.root_from_inclusion(index, size, leaf, path) == root
    assert path == their_hashes(theirs.prove_inclusion(index + 1, size))[1:]
    if size > 1:
        elsewhere = (index + 1) % size
        with contextlib.suppress(merkle.ProofInvalid):
            assert merkle.root_from_inclusion(elsewhere, size, leaf, path) != root
        with pytest.raises(merkle.ProofInvalid):
            merkle.root_from_inclusion(index, size, leaf, path[:-1])
    with pytest.raises(merkle.ProofInvalid):
        merkle.root_from_inclusion(index, size, leaf, [*path, root])


def check_consistency(ours: Grown, theirs: pymerkle.InmemoryTree, old: int, new: int) -> None:
    """Our proof passes, also on the roots that others have; with another root, or with a hash less or more, not."""
    old_root, new_root = theirs.get_root(old), theirs.get_root(new)
    proof = merkle.consistency(old, new, ours.read)
    merkle.check_consistency(old, new, old_root, new_root, proof)
    wrong = merkle.leaf_hash(b"wrong")
    broken = [(wrong, new_root, proof), (old_root, wrong, proof), (old_root, new_root, [*proof, wrong])]
    broken += [(old_root, new_root, proof[:-1])] if proof else []
    for before, after, path in broken:
        with pytest.raises(merkle.ProofInvalid):
            merkle.check_consistency(old, new, before, after, path)


def their_hashes(proof: MerkleProof) -> list[bytes]:
    return [bytes.fromhex(text) for text in proof.serialize()["path"]]


def test_a_proof_reads_no_more_nodes_than_the_tree_is_high(ours: Grown) -> None:
    for size in (2047, 2048, 1025):
        for make in (
            lambda s: merkle.inclusion(s - 1, s, ours.read),
            lambda s: merkle.consistency(s // 2, s, ours.read),
        ):
            ours.reads = 0
            make(size)
            assert ours.reads <= 2 * size.bit_length()


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_no_proof_of_a_leaf_outside_the_tree(ours: Grown, index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(index, size, ours.read)
    with pytest.raises(merkle.ProofInvalid):
        merkle.root_from_inclusion(index, size, bytes(32), [])


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5)])
def test_no_consistency_proof_backwards_or_from_nothing(ours: Grown, old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        merkle.consistency(old, new, ours.read)
