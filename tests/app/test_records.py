"""The one service of facts: what is written is read back, what must not be is refused, each with its entry."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import IntegrityError

from app.errors import WrongKindOfHome
from app.ledger.log import WrongStation
from app.ledger.note import KeySigner, VerifierKey, open_checkpoint, parse_proof
from app.media.wire import Facts
from app.records import NoSuchRecording, Records, SizeNotBelieved
from db.engine import Database
from db.schema import MAX_SIZE
from tests.app import station as st


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with st.station(tmp_path) as found:
        yield found


def kinds(records: Records) -> list[str]:
    return [json.loads(entry.body)["kind"] for entry in records.entries()]


def last_entry(records: Records) -> dict[str, object]:
    entry: dict[str, object] = json.loads(records.entries(records.ledger_size() - 1)[0].body)
    return entry


def test_a_day_leaves_one_entry_for_each_fact(records: Records) -> None:
    st.a_day(records)
    assert kinds(records) == [
        *("station", "accepted", "bay", "camera", "docked"),
        *["sealed"] * 5,
        *["released"] * 3,
        *("not-released", "alarm", "alarm", "docking-ended", "opened", "hold", "camera-fault", "key-added"),
        *("recovery-proved", "vault-proved", "verified"),
    ]
    assert records.verify().entries == records.ledger_size() == 24


def test_a_camera_is_the_same_at_its_next_docking_on_any_port(records: Records) -> None:
    first = records.camera(st.seen(), st.who(), "m")
    assert records.camera(st.seen(usb_path="2-4"), st.who(), "m") == first
    assert records.camera(st.seen("CAM-0002"), st.who("CAM-0002"), "m") != first
    assert records.camera(st.seen(virtual=True), st.who(), "m") != first


def test_a_camera_without_a_serial_number_is_known_by_its_port(records: Records) -> None:
    first = records.camera(st.seen(None), st.who(None), "m")
    assert records.camera(st.seen(None), st.who(None), "m") == first
    assert records.camera(st.seen(None, usb_path="1-2"), st.who(None), "m") != first


def test_bays_are_named_in_the_order_of_first_use_and_keep_their_names(records: Records) -> None:
    paths = ("1-1.2", "1-1.1", "3-2", "1-1.2", "1-1.2.1")
    assert [records.bay(path) for path in paths] == ["A2", "A1", "B2", "A2", "C1"]


def test_accepting_holds_for_that_camera_alone(records: Records) -> None:
    assert not records.is_accepted(st.seen())
    records.accept(st.seen(), by="sergeant")
    records.accept(st.seen(), by="sergeant")
    assert records.is_accepted(st.seen(usb_path="3-3"))
    assert not records.is_accepted(st.seen("CAM-0002"))
    assert not records.is_accepted(st.seen(virtual=True))
    assert not records.is_accepted(st.seen(None))
    assert kinds(records).count("accepted") == 1


def test_accepting_a_camera_that_shows_no_serial_holds_for_its_port(records: Records) -> None:
    records.accept(st.seen(None), by="sergeant")
    assert records.is_accepted(st.seen(None))
    assert not records.is_accepted(st.seen(None, usb_path="1-2"))


def test_a_recording_on_its_way(records: Records) -> None:
    camera, docking = st.dock(records)
    recording = st.begin(records, docking)
    (begun,) = records.known(camera, "DCIM", "A.MP4")
    assert (begun.id, begun.sealed, begun.sha256, begun.released) == (recording, False, None, False)
    assert begun.looks_like(st.footage())
    assert not begun.looks_like(st.footage(size=11))

    flags = ("partial:card", "container not readable: odd\u202e")
    records.sealed(recording, docking, st.pieces(recording), st.MADE_AT, Facts(st.MADE_AT, 30.5), flags)
    (sealed,) = records.known(camera, "DCIM", "A.MP4")
    assert (sealed.sealed, sealed.partial, sealed.sha256, sealed.released) == (True, True, "a" * 64, False)
    assert records.sealed_pieces(recording) == st.pieces(recording)
    assert last_entry(records)["sha256"] == "a" * 64

    records.released(recording, docking)
    assert records.known(camera, "DCIM", "A.MP4")[0].released
    facts = records.recording(recording)
    assert (facts.flags, facts.seconds, facts.recorded_at, facts.officer) == (flags, 30.5, st.MADE_AT, "1234")
    assert facts.released_at is not None
    assert facts.sealed_at is not None
    assert facts.found_at < facts.sealed_at < facts.released_at


def test_entries_do_not_tell_names_serial_numbers_or_people(records: Records) -> None:
    st.a_day(records)
    told = "\n".join(entry.body for entry in records.entries())
    for private in ('"1234"', "sergeant", ".MP4", "CAM-0001", "Safe", "keyboard", "1-1"):
        assert private not in told


@pytest.mark.parametrize("name", ["\ud800.MP4", "a\x00b\n.MP4", "\u202e4PM.exe", "\\u0041\\", "Ünï 🎥.MP4", ""])
def test_a_name_comes_back_as_it_was_found(records: Records, name: str) -> None:
    camera, docking = st.dock(records)
    recording = st.seal(records, docking, name)
    assert [one.id for one in records.known(camera, "DCIM", name)] == [recording]
    assert records.recording(recording).name == name
    assert records.verify().entries == records.ledger_size()


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1, 2**64 - 1])
def test_a_size_that_no_memory_has_is_refused_by_name(records: Records, size: int) -> None:
    _, docking = st.dock(records)
    with pytest.raises(SizeNotBelieved, match=str(size)):
        st.begin(records, docking, size=size)


def test_a_camera_may_list_the_largest_size_that_is_believed(records: Records) -> None:
    _, docking = st.dock(records)
    st.seal(records, docking, size=MAX_SIZE - 32)
    assert records.verify().entries == records.ledger_size()


@pytest.mark.parametrize("virtual", [True, False])
def test_try_out_and_evidence_never_mix(records: Records, virtual: bool) -> None:
    _, docking = st.dock(records, virtual=virtual)
    assert records.try_out() is None
    st.begin(records, docking)
    assert records.try_out() is virtual
    _, other = st.dock(records, "CAM-0002", virtual=not virtual)
    with pytest.raises(WrongKindOfHome):
        st.begin(records, other)
    assert records.try_out() is virtual


def test_no_release_without_a_seal(records: Records) -> None:
    _, docking = st.dock(records)
    recording = st.begin(records, docking)
    before = records.ledger_size()
    with pytest.raises(IntegrityError):
        records.released(recording, docking)
    assert records.ledger_size() == before


def test_one_seal_for_a_recording(records: Records) -> None:
    _, docking = st.dock(records)
    recording = st.seal(records, docking)
    with pytest.raises(IntegrityError):
        records.sealed(recording, docking, st.pieces(recording), None, Facts(), ())


def test_deletes_are_trusted_after_one_that_was_right_with_the_same_firmware(records: Records) -> None:
    camera, docking = st.dock(records)
    assert not records.releases_proved(camera, "1.0")
    records.released(st.seal(records, docking), docking)
    assert records.releases_proved(camera, "1.0")
    assert not records.releases_proved(camera, "2.0")
    assert not records.releases_proved(camera, None)
    records.alarm(camera, docking, "vanished", "B.MP4 went from the camera.")
    assert not records.releases_proved(camera, "1.0")


def test_opening_is_logged_only_for_what_is_sealed(records: Records) -> None:
    _, docking = st.dock(records)
    begun = st.begin(records, docking)
    with pytest.raises(NoSuchRecording):
        records.opened(begun, "sergeant", "copy")
    assert "opened" not in kinds(records)
    records.opened(st.seal(records, docking, "B.MP4"), "sergeant", "copy")
    assert kinds(records)[-1] == "opened"


def test_a_hold_is_all_or_nothing(records: Records) -> None:
    _, docking = st.dock(records)
    sealed = st.seal(records, docking)
    before = records.ledger_size()
    with pytest.raises(NoSuchRecording):
        records.hold([sealed, "0" * 32], held=True, by="sergeant", reason="complaint 7")
    assert records.ledger_size() == before
    records.hold([sealed], held=True, by="sergeant", reason="complaint 7")
    assert last_entry(records)["kind"] == "hold"
    assert last_entry(records)["held"] == 1


def test_a_fault_stands_until_it_is_put_right(records: Records) -> None:
    camera, _ = st.dock(records)
    assert records.fault_of(camera) is None
    records.camera_fault(camera, faulty=True, by="sergeant", words="The clip is broken.")
    assert records.fault_of(camera) == "The clip is broken."
    records.camera_fault(camera, faulty=False, by="IT", words="New clip.")
    assert records.fault_of(camera) is None


def test_a_recovery_recipient_is_proved_by_name(records: Records) -> None:
    assert records.proved_recipients() == frozenset()
    records.recovery_proved("age1example", by="sergeant", how="here")
    assert records.proved_recipients() == {"age1example"}


def test_an_unknown_recording_is_named(records: Records) -> None:
    for ask in (records.recording, records.sealed_pieces, records.prove):
        with pytest.raises(NoSuchRecording, match="nothing"):
            ask("nothing")
    assert not records.was_begun("nothing")


def test_recordings_come_in_pages_without_a_gap_or_a_double(records: Records) -> None:
    _, docking = st.dock(records)
    made = [st.begin(records, docking, f"{number}.MP4") for number in range(7)]
    assert records.was_begun(made[0])
    found, last = [], None
    while page := records.recordings(after=last, limit=3):
        assert len(page) <= 3
        found += [facts.id for facts in page]
        last = page[-1]
    assert found == made


def test_a_copy_that_was_begun_anew_is_listed_once(records: Records) -> None:
    """A kill between the row and the first byte leaves a row that the next run cannot go on from."""
    camera, docking = st.dock(records)
    st.begin(records, docking, "A.MP4")
    assert len(records.recordings()) == 1
    anew = st.begin(records, docking, "A.MP4")
    assert [facts.id for facts in records.recordings()] == [anew]
    larger = st.begin(records, docking, "A.MP4", size=11)
    assert [facts.id for facts in records.recordings()] == [anew, larger]
    assert len(records.known(camera, "DCIM", "A.MP4")) == 3


def test_the_vault_index_goes_over_its_pages(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.records.PAGE", 2)
    _, docking = st.dock(records)
    made = [st.seal(records, docking, f"{number}.MP4") for number in range(5)]
    assert [pieces.id for pieces in records.vault_index()] == made


def test_facts_go_out_as_json(records: Records) -> None:
    _, docking = st.dock(records)
    recording = st.seal(records, docking)
    told = json.loads(msgspec.json.encode(records.recording(recording)))
    assert (told["id"], told["bay"], told["size"], told["released_at"]) == (recording, "B1", 10, None)


def test_a_checkpoint_is_signed_once_for_one_size(records: Records) -> None:
    assert records.last_checkpoint_at() is None
    note = records.checkpoint()
    assert records.checkpoint() == note
    assert open_checkpoint(note, VerifierKey.of(st.SIGNER)).size == 1
    signed_at = records.last_checkpoint_at()
    assert signed_at is not None
    records.bay("1-1")
    assert records.checkpoint() != note
    newest = records.last_checkpoint_at()
    assert newest is not None
    assert newest > signed_at


def test_a_seal_is_proved_by_its_recording_and_any_entry_by_its_number(records: Records) -> None:
    sealed = st.a_day(records)
    number = records.recording(sealed[2]).entry
    assert parse_proof(records.prove(sealed[2])).index == number
    assert records.prove(str(number)) == records.prove(sealed[2])
    for wrong in ("24", "-1", "\u0663", "9" * 400, "x"):
        with pytest.raises(NoSuchRecording):
            records.prove(wrong)


def test_the_keys_of_another_station_are_refused(tmp_path: Path) -> None:
    with st.station(tmp_path):
        pass
    database = Database.open(tmp_path / "dockwarden.db")
    other = KeySigner(st.SIGNER.name, Ed25519PrivateKey.generate())
    with pytest.raises(WrongStation):
        Records(database, other)
    database.close()


class Lost:
    """A signer whose secret key is not on this machine."""

    name = st.SIGNER.name
    public_key = st.SIGNER.public_key

    def sign(self, message: bytes) -> bytes:
        raise RuntimeError("lost")


def test_facts_are_kept_without_the_secret_key(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "dockwarden.db")
    records = Records(database, Lost())
    _, docking = st.dock(records)
    st.seal(records, docking)
    with pytest.raises(RuntimeError, match="lost"):
        records.checkpoint()
    assert records.verify().checkpoints == 0
    database.close()


def test_lanes_that_write_at_once_leave_one_straight_ledger(records: Records) -> None:
    gate = threading.Barrier(8)

    def lane(number: int) -> str:
        gate.wait()
        camera, docking = st.dock(records, f"CAM-{number % 4}")
        for name in range(5):
            records.released(st.seal(records, docking, f"{number}-{name}"), docking)
        records.checkpoint()
        return camera

    with ThreadPoolExecutor(8) as lanes:
        cameras = list(lanes.map(lane, range(8)))
    assert len(set(cameras)) == 4
    assert records.verify().entries == records.ledger_size() == 1 + 4 + 8 + 80


def test_a_wrong_fact_leaves_no_entry_behind(records: Records) -> None:
    before = records.ledger_size()
    with pytest.raises(IntegrityError):
        records.end_docking("nothing", "done", failed=0)
    assert records.ledger_size() == before
    assert records.verify().entries == before


def test_a_container_may_tell_a_time_without_a_zone(records: Records) -> None:
    _, docking = st.dock(records)
    recording = st.begin(records, docking)
    naive = datetime(2026, 11, 21, 5, 50)  # noqa: DTZ001
    records.sealed(recording, docking, st.pieces(recording), None, Facts(naive), ())
    assert records.recording(recording).started_at == naive
