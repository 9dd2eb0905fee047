"""The footage is real, the same from the same seed, and one clip was cut off by a power loss."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime

import pytest

from drivers.virtual.dock import VirtualDock

av = pytest.importorskip("av", reason="the media extra is not installed")

STARTS = datetime(2026, 11, 24, 22, 14, 5, tzinfo=UTC)
CLIP = {"name": "9_4711.MP4", "officer": "4711", "unit": "CAM-0009", "starts": STARTS}


@pytest.fixture
def footage():
    from drivers.virtual import footage

    return footage


def test_a_clip_decodes_with_picture_sound_and_the_time_it_was_made(tmp_path, footage):
    path = tmp_path / "clip.MP4"
    footage.make(footage.Clip(**CLIP, seconds=4, pre_record_s=2), path)
    with av.open(str(path)) as clip:
        assert clip.metadata["creation_time"].startswith("2026-11-24T22:14:05")
        assert [stream.codec_context.name for stream in clip.streams] == ["h264", "aac"]
        assert sum(1 for _ in clip.decode(video=0)) == 60
    with av.open(str(path)) as clip:
        samples = sum(frame.samples for frame in clip.decode(audio=0))
    assert 4 * 16_000 <= samples < 4.2 * 16_000


def test_sound_lies_beside_its_picture(tmp_path, footage):
    path = tmp_path / "clip.MP4"
    footage.make(footage.Clip(**CLIP, seconds=4, pre_record_s=0), path)
    with av.open(str(path)) as clip:
        kinds = [packet.stream.type for packet in clip.demux() if packet.size]
    assert "audio" in kinds[: len(kinds) // 3]
    assert "video" in kinds[-len(kinds) // 3 :]


def test_the_minute_before_the_button_is_marked_and_silent(tmp_path, footage):
    path = tmp_path / "clip.MP4"
    footage.make(footage.Clip(**CLIP, seconds=4, pre_record_s=2), path)
    with av.open(str(path)) as clip:
        marks = [frame.to_image().getpixel((160, 322)) for frame in clip.decode(video=0)]
    red = [r > g + 60 for r, g, _ in marks]
    assert red == [True] * 30 + [False] * 30
    with av.open(str(path)) as clip:
        loud = [max(map(abs, array("f", bytes(frame.planes[0])))) for frame in clip.decode(audio=0)]
    assert max(loud[:28]) < 0.01 < min(loud[36:60])


def test_the_same_clip_is_the_same_file(tmp_path, footage):
    one, other = tmp_path / "one.MP4", tmp_path / "other.MP4"
    for path in (one, other):
        footage.make(footage.Clip(**CLIP, seconds=2, pre_record_s=0), path)
    assert one.read_bytes() == other.read_bytes()
    assert footage.clips(1) == footage.clips(1) != footage.clips(2)


def test_a_clip_that_lost_its_power_does_not_open(tmp_path, footage):
    path = tmp_path / "cut.MP4"
    footage.make(footage.Clip(**CLIP, seconds=2, pre_record_s=0, cut_short=True), path)
    assert path.stat().st_size > 1000
    with pytest.raises(av.error.InvalidDataError):
        av.open(str(path))


def test_a_new_dock_has_footage_and_keeps_it(tmp_path):
    cards = tmp_path / "cards"
    with VirtualDock.start(cards, 5) as dock:
        assert dock.notice is None
        first = sorted(path.relative_to(cards) for path in cards.glob("CAM-*/DCIM/100DWARD/*"))
        new = dock.record("CAM-0005")
    with VirtualDock.start(cards, 5):
        assert sorted(path.relative_to(cards) for path in cards.glob("CAM-*/DCIM/100DWARD/*")) == sorted(
            [*first, new.relative_to(cards)]
        )
    names = [path.name for path in first]
    assert sum(name.endswith("_E.MP4") for name in names) > 1
    assert sum(name == "INDEX.DAT" for name in names) == 5
    assert len({path.read_bytes() for path in cards.glob(".clips/*.MP4")}) == 6
    assert {path.parent.parent.name for path in cards.glob("CAM-*/SETTINGS.TXT")} == {"cards"}
