"""The command as people and scripts use it: a process of its own, its output, its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.exits import MEANING, Exit

ROOT = Path(__file__).parents[2]


class Command:
    """Runs `dockwarden` on one home with two virtual cameras that hold small recordings."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = os.environ | {"DOCKWARDEN_KEYS": "file", "PYTHONPATH": str(ROOT)}
        self.env.pop("DISPLAY", None)
        self.env.pop("WAYLAND_DISPLAY", None)
        self.env.pop("QT_QPA_PLATFORM", None)

    def start(self, *words: str, virtual: bool = True, **more: Any) -> subprocess.Popen[str]:
        docks = ["--virtual", "2"] if virtual else []
        command = [sys.executable, "-m", "app", "--home", str(self.home), *docks, *words]
        return subprocess.Popen(
            command, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", **more
        )

    def __call__(self, *words: str, code: int = 0, virtual: bool = False) -> tuple[str, str]:
        process = self.start(*words, virtual=virtual)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, f"{words}: {process.returncode}: {out}{err}"
        return out, err

    def json(self, *words: str, code: int = 0, virtual: bool = False) -> list[dict[str, Any]]:
        out, _ = self(*words, "--json", code=code, virtual=virtual)
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    from drivers.virtual.card import Card, CardFile

    for number in (1, 2):
        serial = f"CAM-{number:04d}"
        card = Card.create(tmp_path / "home" / "virtual" / serial, CardFile(serial=serial, battery_percent=90.0))
        for seconds in range(2):
            name = f"1234_CAM{number:04d}_20261120_22000{seconds}.MP4"
            (card.recordings / name).write_bytes(os.urandom(100_000))
    return Command(tmp_path / "home")


KEYS = {
    "bay",
    "usb_path",
    "vendor_id",
    "product_id",
    "make",
    "model",
    "serial",
    "firmware",
    "battery_percent",
    "clock_offset_s",
    "recordings",
    "bytes",
    "state",
    "reasons",
}


def test_the_whole_day_from_the_command_line(command: Command, tmp_path: Path) -> None:
    cameras = command.json("cameras", virtual=True)
    assert [set(camera) for camera in cameras] == [KEYS, KEYS]
    assert [(camera["serial"], camera["recordings"], camera["vendor_id"]) for camera in cameras] == [
        ("CAM-0001", 2, "1209"),
        ("CAM-0002", 2, "1209"),
    ]
    kept = command.json("offload", "--serial", "CAM-0001", "--keep", virtual=True)
    assert [line["event"] for line in kept] == ["sealed", "sealed", "done"]
    rest = command.json("offload", virtual=True)
    assert sorted(line["event"] for line in rest) == ["done", *["released"] * 4, *["sealed"] * 2]
    assert rest[-1]["event"] == "done"
    assert (rest[-1]["recordings"], rest[-1]["failed"]) == (4, 0)
    assert {camera["recordings"] for camera in command.json("cameras", virtual=True)} == {0}

    listed = command.json("recordings")
    assert len(listed) == 4
    one = listed[0]["id"]
    shown = command.json("recordings", "show", one)[0]
    assert (shown["sha256"], shown["holders"]) == (listed[0]["sha256"], [])
    copy = tmp_path / "copy.mp4"
    command("recordings", "open", one, "-o", str(copy))
    assert copy.stat().st_size == 100_000
    assert copy.stat().st_mode & 0o777 == 0o600
    command("recordings", "open", one, "-o", str(copy), code=Exit.TROUBLE)

    (verdict,) = command.json("verify")
    assert (verdict["recordings"], verdict["plain_checked"], verdict["wrong"]) == (4, True, None)
    assert "tlog-proof" in command("ledger", "prove", one)[0]
    command("ledger", "export", str(tmp_path / "bundle"))
    check = subprocess.run(
        [sys.executable, "verify.py", "."], cwd=tmp_path / "bundle", capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr
    held = tmp_path / "checkpoint"
    held.write_text(command("ledger", "checkpoint")[0])
    command("verify", "--checkpoint", str(held))
    held.write_text(held.read_text().replace("dockwarden-", "dockwarden-f", 1))
    command("verify", "--checkpoint", str(held), code=Exit.FOUND_WRONG)
    kinds = [entry["kind"] for entry in command.json("ledger")]
    assert kinds.count("opened") == 1
    assert kinds.count("sealed") == 4


def test_a_recording_opens_with_the_public_tool_and_the_recovery_key(command: Command, tmp_path: Path) -> None:
    secret = tmp_path / "recovery.txt"
    subprocess.run(["age-keygen", "-o", secret], check=True, capture_output=True)
    recipient = next(line.split()[-1] for line in secret.read_text().splitlines() if "public key" in line)
    command("keys", "add-recovery", recipient)
    sealed = [line for line in command.json("offload", virtual=True) if line["event"] == "sealed"]
    folder = command.home / "vault" / sealed[0]["id"][:2]
    whole = tmp_path / "whole.age"
    whole.write_bytes(b"".join((folder / f"{sealed[0]['id']}{end}").read_bytes() for end in (".key", ".age-payload")))
    opened = subprocess.run(["age", "-d", "-i", secret, whole], check=True, capture_output=True).stdout
    import hashlib

    assert hashlib.sha256(opened).hexdigest() == sealed[0]["sha256"]


def test_verify_names_what_is_wrong(command: Command) -> None:
    command("offload", virtual=True)
    payload = next((command.home / "vault").glob("??/*.age-payload"))
    data = bytearray(payload.read_bytes())
    data[5000] ^= 1
    payload.write_bytes(data)
    (verdict,) = command.json("verify", code=Exit.FOUND_WRONG)
    assert payload.name in verdict["wrong"]["what_happened"]


def test_a_station_that_lost_its_key_still_takes_evidence_and_says_what_it_could_not_check(command: Command) -> None:
    command("offload", "--serial", "CAM-0001", virtual=True)
    (command.home / "station-keys").unlink()
    sealed = [line for line in command.json("offload", virtual=True) if line["event"] == "sealed"]
    assert {line["serial"] for line in sealed} == {"CAM-0002"}
    (verdict,) = command.json("verify")
    assert (verdict["recordings"], verdict["plain_checked"], verdict["wrong"]) == (4, False, None)
    _, err = command("recordings", "open", sealed[0]["id"], "-o", str(command.home / "copy"), code=Exit.TROUBLE)
    assert "recovery key" in err


def test_outside_a_try_out_there_are_no_virtual_cameras(command: Command) -> None:
    _, err = command("offload", code=Exit.NO_CAMERA)
    assert "No camera is docked" in err


def test_evidence_and_try_out_never_mix(command: Command) -> None:
    command("offload", virtual=True)
    from app.errors import WrongKindOfHome
    from app.home import Home

    with Home(command.home) as home, pytest.raises(WrongKindOfHome, match="try-out"):
        home.allow(virtual=False)


def test_without_a_display_the_same_job_runs_in_the_terminal_and_says_why(command: Command) -> None:
    out, err = command(virtual=True)
    assert "no display" in err.lower()
    assert "4 recordings" in out.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["recordings", "show", "0" * 32], Exit.NOT_FOUND),
        (["recordings", "open", "../../etc/passwd", "-o", "/nowhere/x"], Exit.NOT_FOUND),
        (["ledger", "prove", "nonsense"], Exit.NOT_FOUND),
        (["keys", "add-recovery", "age1nonsense"], Exit.TROUBLE),
        (["nonsense"], Exit.USAGE),
        (["--virtual", "65", "cameras"], Exit.USAGE),
    ],
)
def test_a_wrong_word_gets_a_clear_answer_and_its_code(command: Command, words: list[str], code: Exit) -> None:
    out, err = command(*words, code=code)
    assert out == ""
    assert err
    assert "Traceback" not in err


def test_every_exit_code_is_in_the_documentation() -> None:
    text = (ROOT / "docs" / "command.md").read_text()
    assert all(f"| {code.value} |" in text for code in MEANING)
    assert set(MEANING) == set(Exit)


def test_a_second_process_is_a_client_of_the_first_and_takes_over_after_it(command: Command) -> None:
    first = command.start("watch", "--json")
    assert first.stdout is not None
    seen = [json.loads(line) for line in iter_until(first, lambda line: sum_ready(line) >= 2)]
    assert any(line["event"] == "sealed" for line in seen)
    cameras = command.json("cameras")
    assert [camera["state"] for camera in cameras] == ["ready", "ready"]
    second = command.start("watch", "--json")
    iter_until(second, lambda line: line.get("state") == "ready")
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=30)
    assert first.returncode == Exit.INTERRUPTED
    iter_until(second, lambda line: line.get("state") == "ready" and line.get("run") == 1 and line["event"] == "bay")
    second.send_signal(signal.SIGTERM)
    second.communicate(timeout=30)
    assert second.returncode == Exit.INTERRUPTED


ready: set[str] = set()


def sum_ready(line: dict[str, Any]) -> int:
    if line.get("state") == "ready":
        ready.add(line["bay"])
    return len(ready)


def iter_until(process: subprocess.Popen[str], enough: Any) -> list[str]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if enough(json.loads(line)):
            return lines
    raise AssertionError(f"it ended before: {lines}")


def test_killed_in_the_middle_the_next_run_completes(command: Command) -> None:
    process = command.start("offload", "--json")
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate(timeout=30)
    command("offload", virtual=True)
    assert {camera["recordings"] for camera in command.json("cameras", virtual=True)} == {0}
    assert len(command.json("recordings")) == 4
    command("verify")


def test_a_virtual_camera_is_lifted_out_and_put_back_while_a_dock_runs(command: Command) -> None:
    _, err = command("virtual", "lift", "CAM-0001", code=Exit.TROUBLE)
    assert "No virtual dock is running on this home. Start one that has it: dockwarden --virtual 1" in err
    watching = command.start("watch", "--json")
    try:
        wait_for_state(watching, "CAM-0001", "ready")
        assert command.json("virtual", "lift", "CAM-0001") == [{"event": "lifted", "serial": "CAM-0001"}]
        assert [camera["serial"] for camera in command.json("cameras")] == ["CAM-0002"]
        assert command.json("virtual", "dock", "CAM-0001") == [{"event": "docked", "serial": "CAM-0001"}]
        wait_for_state(watching, "CAM-0001", "ready")
        _, err = command("virtual", "lift", "CAM-0009", code=Exit.TROUBLE)
        assert "no virtual camera CAM-0009" in err
    finally:
        watching.terminate()
        watching.communicate(timeout=60)


def wait_for_state(watching: subprocess.Popen[str], serial: str, state: str) -> None:
    """Read what `watch --json` says until a camera is in this state."""
    assert watching.stdout is not None
    for line in watching.stdout:
        said = json.loads(line)
        if (said.get("serial"), said.get("state")) == (serial, state):
            return
    raise AssertionError(f"{serial} was never {state}")
