"""The whole way of a recording over a real kernel's USB, with QEMU's MTP device: a responder that others wrote."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.lines import wait_for
from tests.rig.machine import Job, Machine, Result, missing

pytestmark = [pytest.mark.rig, pytest.mark.timeout(1500)]

COMMAND_LIMIT_S = 600
GET_OBJECT, DELETE_OBJECT, GET_PARTIAL_OBJECT = 0x1009, 0x100B, 0x101B
MIB = 1 << 20
MP4_HEAD = bytes.fromhex("000000146674797069736f6d0000020069736f6d000000006d646174")
SEALED = ("serial", "name", "size", "sha256")

Files = dict[str, bytes]
"""The files of a card by their paths."""


@pytest.fixture(scope="module")
def booted() -> Iterator[Machine]:
    if reason := missing():
        pytest.skip(reason)
    with Machine() as machine:
        yield machine


@pytest.fixture
def machine(booted: Machine) -> Iterator[Machine]:
    """The one machine, its ports empty."""
    yield booted
    for serial in sorted(booted.plugged):
        booted.unplug(serial)


class Station:
    """A home inside the machine and the command that works on it.

    It lies in the machine's memory, where file locks and local sockets work as on any Linux.
    """

    def __init__(self, machine: Machine, name: str) -> None:
        self._machine = machine
        self.home = f"/run/{name}"
        self.copy = machine.share / name

    def start(self, *verb: str) -> Job:
        command = [sys.executable, "-m", "app", "--home", self.home, "--json", *verb]
        return self._machine.start(command, {"DOCKWARDEN_KEYS": "file"})

    def wait(self, job: Job) -> Result:
        return self._machine.wait(job, COMMAND_LIMIT_S)

    def run(self, *verb: str) -> Result:
        return self.wait(self.start(*verb))

    def open_with_age(self) -> dict[str, bytes]:
        """Every recording of the vault by its id, opened here by the public tool from its two pieces."""
        self._machine.run(["cp", "-r", self.home, "/share"]).ok()
        return {key.stem: self._age(key) for key in (self.copy / "vault").glob("??/*.key")}

    def _age(self, key: Path) -> bytes:
        sealed = key.read_bytes() + key.with_suffix(".age-payload").read_bytes()
        opening = ["age", "--decrypt", "--identity", str(self.copy / "station-keys")]
        return subprocess.run(opening, input=sealed, stdout=subprocess.PIPE, check=True).stdout


def recordings(**sizes: int) -> Files:
    """Files that all differ and begin like an MP4 that a power loss cut off, as far as their size goes."""
    source = random.Random(repr(sizes))
    return {f"DCIM/100CAM/{name}.MP4": (MP4_HEAD + source.randbytes(size))[:size] for name, size in sizes.items()}


def write(card: Path, files: Files) -> Path:
    for name, data in files.items():
        (card / name).parent.mkdir(parents=True, exist_ok=True)
        (card / name).write_bytes(data)
    return card


def read(card: Path) -> Files:
    return {str(file.relative_to(card)): file.read_bytes() for file in card.rglob("*") if file.is_file()}


def digests(serial: str, files: Files) -> list[tuple[object, ...]]:
    """What `offload` has to say of these files of one camera, sorted."""
    facts = ((serial, Path(name).name, len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items())
    return sorted(facts)


def said(result: Result, event: str, *keys: str) -> list[tuple[object, ...]]:
    """The values of `keys` of every line of one event, sorted."""
    return sorted(tuple(line[key] for key in keys) for line in result.objects() if line.get("event") == event)


def count(machine: Machine, operation: int) -> int:
    return sum(request.code == operation for request in machine.requests())


def test_two_cameras_are_listed_offloaded_sealed_verified_and_released(machine: Machine, tmp_path: Path) -> None:
    others = {"README.TXT": b"leave me", "DCIM/100CAM/NOTES.TXT": b"and me"}
    first = recordings(EMPTY=0, B511=511, B512=512, B513=513, CHUNK=65536, LESS=65535)
    second = recordings(LONG=2 * MIB + 1, ONE=1)
    cards = [write(tmp_path / "C001", first | others), write(tmp_path / "C002", second)]
    places = [machine.plug("C001", cards[0], port="1.1"), machine.plug("C002", cards[1], port="1.2")]
    station, deletes = Station(machine, "two-cameras"), count(machine, DELETE_OBJECT)

    seen = station.run("cameras").ok().objects()
    assert [line["usb_path"] for line in seen] == places == ["1-1.1", "1-1.2"]
    assert len({line["bay"] for line in seen}) == 2
    assert [(line["vendor_id"], line["product_id"], line["serial"]) for line in seen] == [
        ("46f4", "0004", "C001"),
        ("46f4", "0004", "C002"),
    ]
    assert [line["recordings"] for line in seen] == [len(first), len(second)]
    assert [line["bytes"] for line in seen] == [sum(map(len, files.values())) for files in (first, second)]

    kept = station.run("offload", "--keep").ok()
    assert said(kept, "sealed", *SEALED) == digests("C001", first) + digests("C002", second)
    assert said(kept, "done", "cameras", "recordings", "failed") == [(2, len(first) + len(second), 0)]
    assert [read(card) for card in cards] == [first | others, second]
    assert count(machine, DELETE_OBJECT) == deletes

    freed = station.run("offload").ok()
    names = [(serial, name) for serial, name, *_ in digests("C001", first) + digests("C002", second)]
    assert said(freed, "sealed", "serial", "name") == []
    assert said(freed, "released", "serial", "name") == names
    assert [read(card) for card in cards] == [others, {}]
    assert count(machine, DELETE_OBJECT) == deletes + len(names)

    verdict = station.run("verify").ok().objects()[-1]
    assert (verdict["recordings"], verdict["plain_checked"], verdict["wrong"]) == (len(names), True, None)

    content = {Path(path).name: data for path, data in (first | second).items()}
    opened = station.open_with_age()
    sealed = {str(id_): str(name) for id_, name in said(kept, "sealed", "id", "name")}
    assert {sealed[id_]: data for id_, data in opened.items()} == content

    chosen = next(id_ for id_, name in sealed.items() if name == "LONG.MP4")
    station.run("recordings", "open", chosen, "-o", "/share/LONG.MP4").ok()
    assert (machine.share / "LONG.MP4").read_bytes() == content["LONG.MP4"]


def test_a_camera_pulled_out_in_the_middle_goes_on_after_the_last_durable_byte(
    machine: Machine, tmp_path: Path
) -> None:
    files = recordings(LONG=24 * MIB + 77, SHORT=1000)
    card = write(tmp_path / "before", files)
    # A device that deletes from a folder which an earlier one served ends QEMU. So the second one gets folders of its
    # own, with the very same files: their times, which tell the program that they are the same, would differ in copies.
    again = Path(shutil.copytree(card, tmp_path / "after", copy_function=os.link))
    long = card / "DCIM/100CAM/LONG.MP4"
    machine.plug("C003", card, port="2")
    station = Station(machine, "pulled-out")

    begun = station.start("offload", "--keep")
    wait_for("a quarter of the recording", lambda: (machine.read_offset(long) or 0) > 6 * MIB, COMMAND_LIMIT_S)
    with machine.paused():
        reached = machine.read_offset(long)
        machine.pull("C003")
    assert reached is not None, "the device was pulled after the transfer, so nothing was tested"
    assert 6 * MIB < reached < len(files["DCIM/100CAM/LONG.MP4"])

    broken = station.wait(begun)
    assert broken.code == 1
    assert "has left its port" in broken.stderr
    part = machine.run(["sh", "-c", f"stat -c %s {station.home}/vault/incoming/*.age-payload"]).ok()
    durable = int(part.stdout)
    assert 0 < durable <= reached * 1.001  # 16 bytes of tag come with every 64 KiB
    assert read(card) == files

    asked = len(machine.requests())
    machine.plug("C003", again, port="2")
    whole = station.run("offload").ok()

    both = said(broken, "sealed", *SEALED) + said(whole, "sealed", *SEALED)
    assert sorted(both) == digests("C003", files)
    assert said(whole, "released", "name") == [("LONG.MP4",), ("SHORT.MP4",)]
    requests = machine.requests()[asked:]
    assert sum(request.code == GET_OBJECT for request in requests) <= 1, "the long one was read from its start again"
    first_part = next(request for request in requests if request.code == GET_PARTIAL_OBJECT)
    assert durable * 0.98 < first_part.parameters[1] <= durable
    assert read(again) == {}
    assert sorted(station.open_with_age().values()) == sorted(files.values())
    assert station.run("verify").ok().objects()[-1]["wrong"] is None
