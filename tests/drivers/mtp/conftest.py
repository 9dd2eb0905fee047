"""Limits short enough for a test to run into them."""

from __future__ import annotations

import pytest

from drivers.mtp import session
from drivers.mtp.session import Limits

QUICK = Limits(
    slice_ms=50, session_ms=200, answer_ms=200, long_ms=300, cancel_ms=100, poll_ms=10, drain_ms=30, event_ms=5,
    busy_ms=(1, 2, 4),
)  # fmt: skip


@pytest.fixture(autouse=True)
def quick_limits(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """Every session of a test gives up soon."""
    monkeypatch.setattr(session, "LIMITS", QUICK)
    return QUICK
