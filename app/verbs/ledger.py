"""`ledger`: the log that nobody can quietly change, from the command line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.errors import Trouble
from app.exits import Exit
from app.home import Home
from app.ledger import receipt as receipts
from app.ledger.note import COSIGNATURE, ED25519, MAX_NOTE, NoteInvalid, VerifierKey
from app.ledger.stamp import MAX_RESPONSE, Authority, StampRefused
from app.ledger.stamp import request as stamp_request
from app.ledger.verify import LedgerBroken
from app.ledger.witness import NotWitnessed, parse_answer
from app.people.roles import Act
from app.records import NoSuchRecording
from app.vault import disk
from app.verbs.actor import name_of, who
from app.verbs.docks import home_of
from app.verbs.output import Output
from app.witnesses import witness_of


class NoteUnreadable(Trouble):
    """A file that should hold a checkpoint, a proof or a receipt cannot be read."""

    code = "note"
    what_to_do = "Name the file as it was written, whole."


def show(args: argparse.Namespace, output: Output) -> int:
    """Every entry, oldest first."""
    number = 0
    with home_of(args) as home:
        reading(args, home, "ledger")
        while page := home.records.entries(number):
            number = page[-1].number + 1
            for entry in page:
                output.result({"number": entry.number} | json.loads(entry.body), f"{entry.number:>8}  {entry.body}")
    return Exit.DONE


def checkpoint(args: argparse.Namespace, output: Output) -> int:
    """Sign the head now and print the checkpoint."""
    with home_of(args) as home:
        note = home.records.checkpoint()
        output.result({"event": "checkpoint", "size": home.records.ledger_size(), "note": note}, note.rstrip("\n"))
    return Exit.DONE


def prove(args: argparse.Namespace, output: Output) -> int:
    """Print the proof that the seal of a recording, or an entry, is in the ledger."""
    with home_of(args) as home:
        reading(args, home, "proof")
        try:
            proof = home.records.prove(args.id)
        except NoSuchRecording as absent:
            output.say(f"{absent.what_happened} {absent.what_to_do}")
            return Exit.NOT_FOUND
        output.result({"event": "proof", "id": args.id, "proof": proof}, proof.rstrip("\n"))
    return Exit.DONE


def export(args: argparse.Namespace, output: Output) -> int:
    """Write a bundle that anyone checks without this program."""
    with home_of(args) as home:
        written = home.records.export(args.folder, name_of(args, home, Act.EXPORT_LEDGER))
    output.result(
        {
            "event": "exported",
            "folder": str(args.folder),
            "entries": written.entries,
            "fingerprint": written.fingerprint,
        },
        f"{written.entries} entries written, key fingerprint {written.fingerprint}.\n"
        f"Check them: python3 {args.folder}/verify.py {args.folder}",
    )
    return Exit.DONE


def consistency(args: argparse.Namespace, output: Output) -> int:
    """Print the proof that one checkpoint grew from another, each given by its size or as a file."""
    heads = (args.old, args.new)
    with home_of(args) as home:
        old, new = (int(one) if one.isascii() and one.isdecimal() else read_note(Path(one)) for one in heads)
        proof = home.records.growth(old, new)
        line = {"event": "consistency", "old": proof.old, "path": len(proof.path), "proof": proof.text()}
        output.result(line, proof.text().rstrip("\n"))
    return Exit.DONE


def receipt(args: argparse.Namespace, output: Output) -> int:
    """Print the receipt of an entry, or of a recording's seal, and its proof as a QR code."""
    with home_of(args) as home:
        reading(args, home, "receipt")
        try:
            proof = home.records.prove(args.id)
        except NoSuchRecording as absent:
            output.say(f"{absent.what_happened} {absent.what_to_do}")
            return Exit.NOT_FOUND
        text = receipts.text(proof, home.records.keys())
        shown = text if args.plain else text + "\n" + receipts.qr(proof)
        output.result({"event": "receipt", "id": args.id, "proof": proof}, shown.rstrip("\n"))
    return Exit.DONE


def check_receipt(args: argparse.Namespace, output: Output) -> int:
    """Check a receipt, or a proof that a QR code holds, against the ledger as it is now."""
    with home_of(args) as home:
        reading(args, home, "receipt")
        try:
            entry = home.records.check_proof(receipts.read(read_note(args.file)))
        except (LedgerBroken, NoteInvalid) as wrong:
            output.result({"event": "receipt-checked", "right": False, "why": str(wrong)}, f"WRONG: {wrong}")
            return Exit.FOUND_WRONG
        line = {"event": "receipt-checked", "right": True, "entry": entry.number, "body": json.loads(entry.body)}
        output.result(line, f"Entry {entry.number} is in the ledger as the receipt has it:\n{entry.body}")
    return Exit.DONE


def witness(args: argparse.Namespace, output: Output) -> int:
    """Vouch for another station's log: cosign what is asked in a file, and print the answer."""
    with home_of(args) as home:
        if args.know is not None:
            name_of(args, home, Act.CHANGE_SETTINGS)
            known = key_of(read_note(args.know))
            witness_of(home).know(known)
            output.result({"event": "known", "log": known.name}, f"This station is a witness of {known.name} now.")
        if args.file is None:
            return Exit.DONE
        answer, refused = witness_of(home).answer(read_note(args.file))
        output.result({"event": "witnessed", "size": answer.size, "answer": answer.text()}, answer.text().rstrip("\n"))
        if refused is not None:
            output.say(f"{refused.what_happened} {refused.what_to_do}")
            return Exit.REFUSED
    return Exit.DONE


def cosign(args: argparse.Namespace, output: Output) -> int:
    """Keep what a witness answered, by the key that is set for it."""
    with home_of(args) as home:
        who(args, home, Act.CHANGE_SETTINGS)
        key = key_of(args.key, COSIGNATURE)
        try:
            answer = parse_answer(read_note(args.file))
        except NoteInvalid as wrong:
            raise NotWitnessed(f"{args.file} is no answer of a witness: {wrong}.") from wrong
        size = home.cosignatures.take(key, answer)
        kept = "Kept: it" if answer.cosignature else "It did not cosign: it"
        line = {"event": "cosigned", "witness": key.name, "size": size, "kept": answer.cosignature is not None}
        output.result(line, f"{kept} has seen {size} entries.")
    return Exit.DONE


def stamp(args: argparse.Namespace, output: Output) -> int:
    """Write a request for a time stamp of the newest checkpoint, or keep the time stamp that came."""
    with home_of(args) as home:
        who(args, home, Act.CHANGE_SETTINGS)
        if args.take is not None:
            certificate = home.settings.tsa_certificate
            if certificate is None:
                raise StampRefused("No time stamping authority is set.", "Set tsa_certificate first.")
            response = read_bytes(args.take, MAX_RESPONSE)
            size = args.size or home.records.ledger_size()
            at = home.cosignatures.stamped(Authority(Path(certificate)), size, response)
            output.result({"event": "stamped", "size": size, "at": at.isoformat()}, f"{size} entries, seen at {at}.")
            return Exit.DONE
        note = home.records.checkpoint()
        size = int(note.split("\n")[1])
        disk.write_new(args.write, stamp_request(note))
        output.result({"event": "stamp-asked", "size": size}, f"Request for {size} entries written to {args.write}.")
    return Exit.DONE


def reading(args: argparse.Namespace, home: Home, what: str) -> None:
    """Enter that somebody reads this part of the ledger, where there are accounts. Raises Refused."""
    actor = who(args, home, Act.READ_CUSTODY)
    if actor is not None:
        home.custody.read(actor, what, None)


def key_of(text: str, kind: bytes = ED25519) -> VerifierKey:
    """A key as a person gives it. Raises NotWitnessed."""
    try:
        return VerifierKey.parse(text.strip(), kind)
    except NoteInvalid as wrong:
        raise NotWitnessed(f"{text.strip()[:80]} is no such key: {wrong}.") from wrong


def read_note(path: Path) -> str:
    """A checkpoint, proof or receipt in a file. Raises NoteUnreadable."""
    try:
        return read_bytes(path, MAX_NOTE + 1).decode()
    except UnicodeDecodeError as wrong:
        raise NoteUnreadable(f"{path} is no text.") from wrong


def read_bytes(path: Path, limit: int) -> bytes:
    """The first bytes of a file. Raises NoteUnreadable."""
    try:
        with path.open("rb") as file:
            return file.read(limit)
    except OSError as failure:
        raise NoteUnreadable(f"{path} cannot be read: {failure.strerror or failure}.") from failure
