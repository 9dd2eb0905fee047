"""A warmed-up process that forks a child for each run, so that a run costs its own time only and can be killed.

    with Zygote() as zygote:
        outcome = zygote.run("offload", scene, kill_after=0.05)

It has no thread when it forks. A child starts with every module loaded and nothing open.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.faults.scene import Scene

ROOT = Path(__file__).parents[2]
ANNOUNCEMENTS = 1
"""The file descriptor on which a child announces, by which a trace knows announcements."""

_PR_SET_PTRACER = 0x59616D61
"""prctl: where Yama guards ptrace, let any process of this user trace the child."""

LIMIT_S = 60.0
"""A run that takes longer hangs: it is killed and reported as such."""


class RunFailed(Exception):
    """A run ended otherwise than by its own end or by the kill that was ordered; the text tells what it left."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: `killed` if the ordered kill landed. `said` is what it announced up to then."""

    killed: bool
    seconds: float
    said: list[dict[str, Any]]

    def named(self, event: str) -> list[dict[str, Any]]:
        """The announcements of one kind."""
        return [line for line in self.said if line["event"] == event]


class Zygote:
    """The harness's side: one request at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT,
            env=os.environ | {"DOCKWARDEN_KEYS": "file"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.communicate()

    def run(
        self,
        task: str,
        scene: Scene,
        *,
        bug: str | None = None,
        kill_after: float | None = None,
        strace: Sequence[str] = (),
        **arguments: Any,
    ) -> Outcome:
        """Have a task of `tests.faults.tasks` done in a child.

        It is killed after `kill_after` seconds if it still runs then, and traced with the options `strace`, which may
        kill it too. Raises RunFailed when it ended in another way than by its end or such a kill.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {
            "task": task,
            "folder": str(scene.folder),
            "sizes": scene.sizes,
            "bug": bug,
            "kill_after": kill_after,
            "strace": list(strace),
            "arguments": arguments,
        }
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if answer["trouble"]:
            raise RunFailed(f"{task}: {answer['trouble']}\n{json.dumps(answer['said'], indent=1)}")
        return Outcome(answer["killed"], answer["seconds"], answer["said"])


def main() -> None:
    """Serve requests until the harness closes the pipe."""
    from tests.faults import tasks

    tasks.warm_up()
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_serve(json.loads(line))) + "\n")
        sys.stdout.flush()


def _serve(request: dict[str, Any]) -> dict[str, Any]:
    assert threading.active_count() == 1, "a fork with threads would be a fork of half a process"
    reading, writing = os.pipe()
    waiting, going = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.close(going)
        _live(request, waiting, writing)
    os.close(writing)
    os.close(waiting)
    tracer = _trace(child, request["strace"])
    os.close(going)  # which lets it go
    wanted, limit = request["kill_after"], began + LIMIT_S
    raw, ended = _listen(reading, limit if wanted is None else time.monotonic() + wanted)
    if not ended:
        os.kill(child, signal.SIGKILL)
        raw += _listen(reading, limit)[0]
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if tracer is not None:
        tracer.wait()
    may_be_killed = wanted is not None or tracer is not None
    return _told(raw, status, time.monotonic() - began, may_be_killed=may_be_killed)


def _trace(child: int, options: list[str]) -> subprocess.Popen[bytes] | None:
    """Put strace on the waiting child, and wait until it is there. Raises RunFailed when it does not come."""
    if not options:
        return None
    tracer = subprocess.Popen(["strace", "-qq", "-f", "-y", "-xx", *options, "-p", str(child)])
    while "\nTracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text():
        if tracer.poll() is not None:
            raise RunFailed(f"strace ended with {tracer.returncode}")
    return tracer


def _live(request: dict[str, Any], waiting: int, pipe: int) -> None:
    """Be the child: do the task and end, whatever happens, without ever returning into the server's loop."""
    from tests.faults import tasks

    os.dup2(pipe, ANNOUNCEMENTS)
    os.close(pipe)

    def say(line: dict[str, Any]) -> None:
        os.write(ANNOUNCEMENTS, json.dumps(line).encode() + b"\n")

    code = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
        os.read(waiting, 1)
        scene = Scene(Path(request["folder"]), tuple(request["sizes"]))
        tasks.do(request["task"], scene, say, request["bug"], request["arguments"])
        code = 0
    except BaseException:  # noqa: BLE001  the harness is told of anything at all
        say({"event": "crashed", "traceback": traceback.format_exc()})
    finally:
        os._exit(code)


def _listen(pipe: int, until: float) -> tuple[bytes, bool]:
    """What comes through the pipe until its end or until this moment; whether it ended."""
    raw = b""
    while (left := until - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            piece = os.read(pipe, 1 << 16)
            if not piece:
                return raw, True
            raw += piece
    return raw, False


def _told(raw: bytes, status: int, seconds: float, *, may_be_killed: bool) -> dict[str, Any]:
    said = [json.loads(line) for line in raw.split(b"\n")[:-1]]
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    trouble = None
    if killed and (not may_be_killed or seconds > LIMIT_S):
        trouble = f"it hung for {LIMIT_S} s"
    elif not killed and status != 0:
        trouble = f"it ended with status {status:#x}"
    return {"killed": killed, "seconds": seconds, "said": said, "trouble": trouble}


if __name__ == "__main__":
    main()
