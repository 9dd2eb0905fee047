"""A thread that lets others go first, and all that it starts with it."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from app.priority import be_nice


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_a_nice_thread_and_what_it_starts_let_others_go_first() -> None:
    before, found = niceness(), []

    def work() -> None:
        be_nice(before + 3)
        found.append(niceness())
        helper = threading.Thread(target=lambda: found.append(niceness()))
        helper.start()
        helper.join()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert found == [before + 3] * 2
    assert niceness() == before
