"""The export and its one-file verifier: a whole one passes on its own, and any bit changed in it is found."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import string
import subprocess
import sys
from contextlib import redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cryptography
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import IntegrityError

from app.ledger import verify_export
from app.ledger.export import VERIFIER, ExportRefused, ExportStopped
from app.ledger.note import Checkpoint, KeySigner, VerifierKey, sign_checkpoint
from db.engine import Database
from db.schema import FACTS
from tests.app import station as st
from tests.app.ledger.shift import a_shift, act, asset, person

KEY = VerifierKey.of(st.SIGNER)
MOMENT = datetime.now(UTC)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of a small ledger, and beside it a checkpoint that was kept from before."""
    folder = tmp_path_factory.mktemp("export")
    with st.station(folder) as records:
        _, docking = st.dock(records)
        sealed = [st.seal(records, docking, f"{number}.MP4") for number in range(3)]
        (folder / "kept").write_text(records.checkpoint())
        records.released(sealed[0], docking)
        exported = records.export(folder / "bundle", "sergeant")
        assert exported.entries == records.ledger_size() == 8
        assert records.verify().entries == 8
    return folder / "bundle"


@pytest.fixture
def bundle(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "bundle"))


def run(*arguments: str | Path) -> tuple[int, str]:
    """What our copy of the verifier makes of a bundle: exit status and what it printed."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        status = verify_export.main([str(argument) for argument in arguments])
    return status, printed.getvalue()


def test_the_bundle_checks_itself_without_this_program(bundle: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", alone(), bundle / "verify.py", bundle],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    right = "8 entries, 3 proofs and 0 names are right."
    assert done.stdout == f"{right}\nStation {KEY.name}\nKey fingerprint {KEY.fingerprint}\n"


def alone() -> str:
    """Runs a script with nothing importable but the standard library and the folder that holds `cryptography`."""
    site = str(Path(cryptography.__file__).parents[1])
    path = f"sys.path.append({site!r}); sys.argv = sys.argv[1:]"
    return f"import sys, runpy; {path}; runpy.run_path(sys.argv[0], run_name='__main__')"


def test_the_verifier_imports_nothing_of_ours() -> None:
    lines = [
        line.split()[1].split(".")[0]
        for line in VERIFIER.read_text().splitlines()
        if line.lstrip().startswith(("import ", "from "))
    ]
    assert set(lines) <= set(sys.stdlib_module_names) | {"cryptography"}


def test_every_bit_of_every_file_counts(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        _, docking = st.dock(records)
        st.seal(records, docking)
        records.export(tmp_path / "bundle", "sergeant")
    flipped = 0
    for path in sorted(path for path in (tmp_path / "bundle").rglob("*") if path.is_file()):
        raw = path.read_bytes()
        step = 997 if path.name in {"verify.py", "page.html"} else 1  # compared whole
        for bit in range(0, 8 * len(raw), step):
            damaged = bytearray(raw)
            damaged[bit // 8] ^= 1 << bit % 8
            path.write_bytes(damaged)
            with pytest.raises(verify_export.Wrong):
                verify_export.check(tmp_path / "bundle")
            flipped += 1
        path.write_bytes(raw)
    verify_export.check(tmp_path / "bundle")
    assert flipped > 15_000


def test_a_signature_has_but_one_form(tmp_path: Path) -> None:
    """68 bytes leave two loose bits in base64. In a ledger without recordings no proof repeats the checkpoint."""
    with st.station(tmp_path) as records:
        records.export(tmp_path / "bundle", "sergeant")
    path = tmp_path / "bundle" / "checkpoint"
    note = path.read_text()
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    last = letters.index(note[-3])
    for loose in (1, 2, 3):
        path.write_text(note[:-3] + letters[last + loose] + note[-2:])
        assert "not canonical base64" in run(tmp_path / "bundle")[1]
    path.write_text(note)
    assert run(tmp_path / "bundle")[0] == 0


def test_every_file_cut_at_any_line_or_with_bytes_behind_is_refused(bundle: Path) -> None:
    for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        lines = raw.splitlines(keepends=True)
        damaged = [b"".join(lines[:count]) for count in range(len(lines))]
        for bytes_now in [
            *damaged,
            raw[:-1],
            raw + b"\n",
            raw + b"\0",
            b"\xef\xbb\xbf" + raw,
            raw.replace(b"\n", b"\r\n"),
        ]:
            if bytes_now != raw:
                path.write_bytes(bytes_now)
                assert run(bundle)[0] == 1, path.name
        path.write_bytes(raw)
    assert run(bundle)[0] == 0


def test_a_file_too_many_or_too_few_is_named(bundle: Path) -> None:
    extra = bundle / "proofs" / "more.tlog-proof"
    extra.write_text("")
    assert run(bundle) == (1, f"WRONG: {extra} does not belong to the export\n")
    extra.unlink()
    proof = next((bundle / "proofs").iterdir())
    proof.unlink()
    assert run(bundle) == (1, f"WRONG: {proof} is missing\n")


def test_a_link_in_place_of_a_file_is_refused(bundle: Path) -> None:
    proof = next((bundle / "proofs").iterdir())
    moved = bundle.parent / "elsewhere"
    proof.rename(moved)
    proof.symlink_to(moved)
    assert "is not a plain file" in run(bundle)[1]


@pytest.mark.parametrize("name", sorted(verify_export.FILES | verify_export.FOLDERS))
def test_what_is_missing_is_named(bundle: Path, name: str) -> None:
    (bundle / name).rename(bundle.parent / "elsewhere")
    assert run(bundle) == (1, f"WRONG: {bundle / name} is missing\n")


def test_what_cannot_be_read_is_told_apart_from_what_is_wrong(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(bundle / "nowhere")[0] == 2
    assert "Could not be read" in capsys.readouterr().err


def test_entries_moved_are_found(bundle: Path) -> None:
    path = bundle / "entries.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    path.write_text("".join(lines))
    assert "do not make its tree" in run(bundle)[1]


@pytest.mark.parametrize(
    "line",
    [
        '{"at":"x","facts":"y","kind":"z" }',
        '{"facts":"y","at":"x","kind":"z"}',
        '{"at":"x","at":"x","facts":"y","kind":"z"}',
        '{"at":"x","facts":"y","kind":"\\u007a"}',
        '{"at":"x","facts":"y","kind":"z","n":1.0}',
        '{"at":"x","facts":"y","kind":"z","n":NaN}',
        '{"at":"x","facts":"y","kind":"z","n":true}',
        '{"at":"x","facts":"y","kind":"z","n":[1]}',
        '{"at":"x","facts":"y","kind":"\\ud800"}',
        '{"at":"x","kind":"z"}',
        "[" * 100_000,
        "[]",
        "",
    ],
)
def test_an_entry_in_another_form_is_refused_even_when_it_is_signed(bundle: Path, line: str) -> None:
    """Whoever holds the key could sign such a tree: its entries still have but one form."""
    resign(bundle, line)
    status, printed = run(bundle)
    assert status == 1
    assert printed.startswith("WRONG: entry 0 ")


def resign(bundle: Path, line: str) -> None:
    (bundle / "entries.jsonl").write_text(line + "\n")
    tree = verify_export.Tree()
    tree.grow(line.encode())
    (bundle / "checkpoint").write_text(sign_checkpoint(Checkpoint(KEY.name, 1, tree.root(0, 1)), st.SIGNER))


def test_an_expected_fingerprint_and_an_earlier_checkpoint_are_held_against_it(bundle: Path, whole: Path) -> None:
    kept = whole.parent / "kept"
    assert run(bundle, "--fingerprint", KEY.fingerprint.upper(), "--checkpoint", kept)[0] == 0
    assert "not the one that you expect" in run(bundle, "--fingerprint", "0" * 64)[1]


def test_an_earlier_checkpoint_that_does_not_fit_is_found(bundle: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    for head, words in (
        (Checkpoint(KEY.name, 3, bytes(32)), "the first 3 entries are not those"),
        (Checkpoint(KEY.name, 9, bytes(32)), "is of 9 entries, more than are here"),
    ):
        earlier.write_text(sign_checkpoint(head, st.SIGNER))
        assert words in run(bundle, "--checkpoint", earlier)[1]
    other = KeySigner(KEY.name, Ed25519PrivateKey.generate())
    earlier.write_text(sign_checkpoint(Checkpoint(KEY.name, 3, bytes(32)), other))
    assert "is signed by another key" in run(bundle, "--checkpoint", earlier)[1]


def test_another_key_that_signs_all_anew_is_found_by_its_fingerprint(bundle: Path) -> None:
    """A forger can make a bundle of his own; only the fingerprint, had from elsewhere, tells whose it is."""
    forger = KeySigner(KEY.name, Ed25519PrivateKey.generate())
    entries = bundle / "entries.jsonl"
    entries.write_text(entries.read_text().replace(KEY.public_key.hex(), forger.public_key.hex()))
    made_anew(bundle, forger)
    assert run(bundle)[0] == 0
    assert run(bundle, "--fingerprint", KEY.fingerprint)[0] == 1


def made_anew(bundle: Path, signer: KeySigner) -> None:
    """Make all that follows from changed entries, as whoever holds a key can."""
    story = verify_export.Story()
    story.read(bundle / "entries.jsonl")
    size = story.tree.size
    note = sign_checkpoint(Checkpoint(KEY.name, size, story.tree.root(0, size)), signer)
    (bundle / "checkpoint").write_text(note)
    (bundle / "key").write_text(VerifierKey.of(signer).text() + "\n")
    for name, proof in verify_export.proofs(story, note):
        (bundle / "proofs" / name).write_text(proof)
    people = verify_export.read_people(bundle / "people.jsonl", story)
    (bundle / "custody.csv").write_bytes(b"".join(verify_export.custody_lines(story, people)))
    (bundle / "page.html").write_bytes(verify_export.page(story, note, verify_export.check_witnesses(bundle, story)))


# -- names and holdings ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose ledger has people and acts of custody, exported."""
    folder = tmp_path_factory.mktemp("shift")
    with st.station(folder) as records:
        a_shift(records)
        records.export(folder / "bundle", "sergeant")
    return folder


def test_an_export_names_whom_entries_of_custody_name_and_nobody_else(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        a_shift(records)
        person(records, "d" * 32, "99", "Nobody's Business")
        records.export(tmp_path / "bundle", "sergeant")
    people = [json.loads(line) for line in (tmp_path / "bundle" / "people.jsonl").read_text().splitlines()]
    assert [one["name"] for one in people] == ["Sam Sergeant", "=HYPERLINK(\\u202eOlive)", "Zoë Married"]
    assert run(tmp_path / "bundle")[0] == 0
    everything = b"".join(path.read_bytes() for path in (tmp_path / "bundle").rglob("*") if path.is_file())
    assert b"Business" not in everything
    assert b'"Z"' not in everything, "an older version of a person is not opened"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_corrected_the_table_is_that_of_the_database(tmp_path: Path, seed: int) -> None:
    """Acts and corrections at random, as far as the database takes them; times that lie, too."""
    chance, done = random.Random(seed), list[int]()
    with st.station(tmp_path) as records:
        cameras = [asset(records, number) for number in range(3)]
        people = [person_id * 32 for person_id in "abcd"]
        for number, person_id in enumerate(people):
            person(records, person_id, f"{number}", f"Person {number}")
        for _ in range(120):
            more: dict[str, Any] = {"officer": chance.choice([*people, None]), "mode": "pool"}
            word = chance.choice(["issued", "taken", "returned", "reassigned", "lost", "found", "confirmed"])
            if done and chance.random() < 0.5:
                word, moment = "corrected", MOMENT + timedelta(seconds=chance.randrange(-90, 90))
                more = {"corrects": chance.choice(done)} | chance.choice(
                    [{"officer": chance.choice(people)}, {"moment": moment}, {"voids": True}]
                )
            with suppress(IntegrityError):
                entry = act(records, chance.choice(cameras), word, **more)
                done += [] if word == "corrected" else [entry]
        story = verify_export.Story()
        for one in records.entries():
            story.tell(one.number, json.loads(one.body))
        with records._database.read() as session:
            query = "SELECT entry, officer, from_at, until_at, until_entry, corrected, void FROM holding ORDER BY entry"
            kept = [tuple(row) for row in session.connection().exec_driver_sql(query)]
    told = [
        (
            number,
            held["officer"],
            held["from"],
            held["until"] or None,
            held["by"],
            held.get("corrected"),
            "void" in held,
        )
        for number, held in story.holdings.items()
    ]
    assert told == kept
    assert len(done) > 20


def test_the_table_of_custody_is_that_of_the_database(shift: Path) -> None:
    with (shift / "bundle" / "custody.csv").open(newline="") as file:
        told = list(csv.DictReader(file))
    database = Database.open(shift / "dockwarden.db")
    with database.read() as session:
        query = (
            "SELECT h.entry, p.asset, p.serial, coalesce(r.collar, 'unknown'), from_at, coalesce(until_at, ''), "
            "CASE WHEN void THEN 'yes' ELSE '' END, coalesce(corrected, '') FROM holding h "
            "JOIN pool p ON p.camera = h.camera LEFT JOIN roster r ON r.person = h.officer ORDER BY h.entry"
        )
        kept = [tuple(map(str, row)) for row in session.connection().exec_driver_sql(query)]
    database.close()
    columns = ("entry", "asset number", "serial number", "collar", "from (UTC)", "until (UTC)", "void", "corrected by")
    assert [tuple(line[column] for column in columns) for line in told] == kept
    assert len(kept) == 4
    assert told[0]["name"] == "'=HYPERLINK(\\u202eOlive)", "no spreadsheet takes it for a formula"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Zoë Married", "Zoë Harried"),
        ("Sam Sergeant", "Sam  Sergeant"),
        ('"1234"', '"1235"'),
        ('{"collar"', '{ "collar"'),
        ('"salt":"', '"salt":"0'),
        ('"entry":', '"Entry":'),
    ],
)
def test_a_name_other_than_what_the_entry_commits_to_is_found(shift: Path, tmp_path: Path, old: str, new: str) -> None:
    bundle = Path(shutil.copytree(shift / "bundle", tmp_path / "bundle"))
    text = (bundle / "people.jsonl").read_text()
    assert old in text
    (bundle / "people.jsonl").write_text(text.replace(old, new, 1))
    assert "WRONG: people.jsonl" in run(bundle)[1]


def test_the_page_says_what_every_kind_of_entry_means() -> None:
    assert {kind.KIND for kind in FACTS} == verify_export.MEANING.keys()


def test_the_page_is_of_the_values_that_the_other_files_give(shift: Path) -> None:
    page = (shift / "bundle" / "page.html").read_text()
    assert KEY.fingerprint in page
    assert (shift / "bundle" / "checkpoint").read_text().partition("\n\n")[0] in page
    assert "<td>custody</td><td>10</td>" in page


def test_an_export_never_goes_into_a_folder_that_is_there(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        (tmp_path / "there").mkdir()
        before = records.ledger_size()
        with pytest.raises(ExportRefused, match="exists already"):
            records.export(tmp_path / "there", "sergeant")
        assert records.ledger_size() == before


def test_an_export_that_fails_leaves_no_folder_that_looks_whole(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        (tmp_path / "file").write_text("")
        with pytest.raises(ExportRefused, match="Not a directory"):
            records.export(tmp_path / "file" / "bundle", "sergeant")


def test_an_export_says_how_far_it_is_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ledger.export.PAGE", 2)
    said: list[tuple[int, int]] = []
    with st.station(tmp_path) as records:
        _, docking = st.dock(records)
        st.seal(records, docking, "1.MP4")
        records.export(tmp_path / "bundle", "sergeant", lambda done, total: said.append((done, total)))
        entries = records.ledger_size()
    assert [total for _, total in said] == [2 * entries + 1] * len(said)
    assert [done for done, _ in said] == [2, 4, 5, *range(6, 2 * entries + 2)]


@pytest.mark.parametrize("step", [1, 4, 9])
def test_an_export_that_is_stopped_leaves_nothing(tmp_path: Path, step: int) -> None:
    said: list[int] = []

    def tell(done: int, _total: int) -> None:
        said.append(done)
        if len(said) == step:
            raise ExportStopped("It was stopped.")

    with st.station(tmp_path) as records:
        _, docking = st.dock(records)
        for number in range(5):
            st.seal(records, docking, f"{number}.MP4")
        before = set(tmp_path.iterdir())
        with pytest.raises(ExportStopped):
            records.export(tmp_path / "bundle", "sergeant", tell)
    assert set(tmp_path.iterdir()) == before


def test_an_export_goes_by_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ledger.export.PAGE", 2)
    with st.station(tmp_path) as records:
        _, docking = st.dock(records)
        for number in range(5):
            st.seal(records, docking, f"{number}.MP4")
        records.export(tmp_path / "bundle", "sergeant")
    assert run(tmp_path / "bundle")[0] == 0
    kinds = [json.loads(line)["kind"] for line in (tmp_path / "bundle" / "entries.jsonl").read_text().splitlines()]
    assert kinds == ["station", "camera", "docked", *["sealed"] * 5, "exported"]
