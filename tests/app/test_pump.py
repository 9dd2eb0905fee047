import threading
from collections.abc import Iterator

import pytest

from app.pump import BUFFER_SIZE, BUFFERS, Pump
from drivers.camera import Piece, Ring, Stopped
from drivers.errors import DeviceGone


def pieces(ring: Ring, count: int, size: int = 1000, then: BaseException | None = None) -> Iterator[Piece]:
    for number in range(count):
        buffer = ring.take()
        view = memoryview(buffer)[:size]
        view[:] = bytes([number % 256]) * size
        yield Piece(number * size, view, buffer)
    if then is not None:
        raise then


def test_every_byte_goes_into_the_sink_in_order_with_few_buffers() -> None:
    taken = bytearray()
    pump = Pump(taken.extend)
    pump.run(pieces(pump.ring, 50))
    assert bytes(taken) == b"".join(bytes([n]) * 1000 for n in range(50))
    assert pump.done == 50_000


def test_what_was_read_before_the_camera_went_is_in_the_sink() -> None:
    taken = bytearray()
    pump = Pump(taken.extend)
    with pytest.raises(DeviceGone):
        pump.run(pieces(pump.ring, 7, then=DeviceGone("lifted out")))
    assert len(taken) == 7000


def test_a_sink_that_fails_stops_the_reading_and_its_failure_is_raised() -> None:
    def sink(data: memoryview) -> None:
        raise OSError(28, "No space left on device")

    pump = Pump(sink)
    read = 0

    def endless() -> Iterator[Piece]:
        nonlocal read
        for piece in pieces(pump.ring, 10_000):
            read += 1
            yield piece

    with pytest.raises(OSError, match="No space left"):
        pump.run(endless())
    assert read <= BUFFERS + 1


def test_no_thread_is_left_behind() -> None:
    pump = Pump(lambda data: None)
    with pytest.raises(DeviceGone):
        pump.run(pieces(pump.ring, 3, then=DeviceGone("lifted out")))
    assert not any(thread.name == "sealer" for thread in threading.enumerate())


def test_a_closed_ring_wakes_who_waits() -> None:
    ring = Ring(1, BUFFER_SIZE)
    ring.take()
    woken = threading.Event()

    def wait() -> None:
        with pytest.raises(Stopped):
            ring.take()
        woken.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    ring.close()
    waiter.join(10)
    assert woken.is_set()
