"""When a recording was made: the camera's own times, corrected by how far its clock was out at docking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

RIGHT_S = 0.5
"""A clock that is out by less than this is right: cameras tell whole seconds."""

CLOCK_NOTICE_S = 60.0
"""A clock that was further out than this is told to the people at the dock."""

BELIEVED = range(1970, 2201)
"""Years in which a recording can have been made; a camera that tells another one has lost its clock."""


def corrected(camera_time: datetime | None, clock_offset_s: float | None) -> datetime | None:
    """Turn a time of the camera's clock into UTC.

    A naive time is this machine's local time as the camera believed it (an MTP DateTime without a zone). The offset is
    what the clock was ahead at docking; without one the time stands uncorrected.
    """
    if camera_time is None:
        return None
    try:
        aware = camera_time.astimezone(UTC)
        made = aware - timedelta(seconds=clock_offset_s or 0.0)
        return made if made.year in BELIEVED else None
    except (OverflowError, ValueError, OSError):
        return None


def clock_words(offset_s: float) -> str:
    """Say a clock's offset: "1.8 s fast", "4 min 12 s slow", "right"."""
    size = abs(offset_s)
    if size < RIGHT_S:
        return "right"
    way = "fast" if offset_s > 0 else "slow"
    if size < 60:
        return f"{size:.1f} s {way}"
    minutes, seconds = divmod(round(size), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min {way}" if hours else f"{minutes} min {seconds} s {way}"


def iso_moment(moment: datetime) -> str:
    """A moment in ISO 8601 with its offset, in UTC: 2026-11-21T07:02:31Z, with fractions where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_moment(text: str) -> datetime:
    """A moment in ISO 8601 with an offset. Raises ValueError, in words."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time: write it as 2026-11-21T07:02:31+00:00") from None
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: write it as 2026-11-21T07:02:31+00:00, or with Z for UTC")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} lies outside the years 1 to 9999 in UTC") from None
