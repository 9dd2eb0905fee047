"""Receipts: a tlog-proof on paper, by which anyone shows later that an entry was in the ledger then.

The QR code holds the proof alone, as C2SP has it; at ten million entries that is 1,300 bytes, which a code carries.
Around it stands in words what it is of.
"""

from __future__ import annotations

import io

from app.ledger.note import PROOF_HEADER, LogKeys, NoteInvalid, Proof, parse_proof


def text(proof: str, keys: LogKeys) -> str:
    """What is printed beside the code of a tlog-proof, the proof itself below. Raises NoteInvalid."""
    parsed = parse_proof(proof)
    head = keys.open(parsed.checkpoint)
    lines = [
        "Dockwarden receipt",
        f"Station          {head.origin}",
        f"Entry            {parsed.index} of {head.size}",
        f"Root             {head.root.hex()}",
        f"Key fingerprint  {keys.at(head.size).fingerprint}",
        "Keep it: with it anyone shows later that this entry was in the log then.",
    ]
    return "\n".join(lines) + "\n\n" + proof


def qr(proof: str) -> str:
    """The QR code of a tlog-proof, in characters of a terminal."""
    import segno  # noqa: PLC0415  31 ms that only a receipt pays

    out = io.StringIO()
    segno.make_qr(proof, error="l").terminal(out, compact=True)
    return out.getvalue()


def code(proof: str) -> tuple[bytes, ...]:
    """The QR code of a tlog-proof as rows of modules, 1 where it is dark, without the light edge around it."""
    import segno  # noqa: PLC0415  see `qr`

    return tuple(bytes(row) for row in segno.make_qr(proof, error="l").matrix)


def read(found: str) -> Proof:
    """The proof of a receipt, with or without the words before it and the code after it. Raises NoteInvalid."""
    _, header, proof = found.partition(PROOF_HEADER)
    if not header:
        raise NoteInvalid("there is no proof in the receipt")
    before_code, _, _ = proof.partition("\n\N{FULL BLOCK}")
    return parse_proof(PROOF_HEADER + before_code)
