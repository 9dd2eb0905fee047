"""The wire: what pyusb throws, and what it hides."""

from __future__ import annotations

import errno
from array import array

import pytest

from drivers import errors
from drivers.usb import LEAST_READ, Wire, libusb
from tests.drivers.scripted import ENDPOINTS, Call, Control, Event, In, Out, ScriptedBackend, error, timeout


def wire_over(*steps, **options):
    backend = ScriptedBackend(steps)
    return Wire(backend, object(), 0, **options), backend


def buffer(size: int = 4096) -> array[int]:
    return array("B", bytes(size))


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENODEV, errors.DeviceGone),
        (errno.EACCES, errors.AccessDenied),
        (errno.EBUSY, errors.HeldByOther),
        (errno.ENOENT, errors.NoUsableDriver),
        (errno.EPIPE, errors.TransferStalled),
        (errno.EOVERFLOW, errors.ProtocolError),
        (errno.EIO, errors.TransferFailed),
        (None, errors.TransferFailed),
    ],
)
def test_an_error_number_becomes_an_error_in_words(number, kind):
    wire, backend = wire_over(In(fails=error(number)))
    with pytest.raises(errors.DeviceError) as caught:
        wire.receive(buffer(), 100)
    assert type(caught.value) is kind
    assert "scripted" in caught.value.what_happened
    backend.finish()


def test_not_implemented_means_that_the_systems_driver_is_in_the_way():
    wire, _ = wire_over(Control(0x66, fails=NotImplementedError("no")))
    with pytest.raises(errors.NoUsableDriver):
        wire.control_out(0x66, b"", 100)


def test_value_error_means_missing_permission_but_a_missing_library_is_our_defect(monkeypatch):
    wire, _ = wire_over(In(fails=ValueError("The device has no langid")))
    with pytest.raises(errors.AccessDenied, match="langid"):
        wire.receive(buffer(), 100)
    monkeypatch.setattr("libusb_package.get_libusb1_backend", lambda: None)
    with pytest.raises(RuntimeError, match="libusb"):
        libusb.__wrapped__()


@pytest.mark.parametrize("limit", [0, -1])
def test_no_verb_waits_for_ever(limit):
    wire, _ = wire_over()
    for verb in (
        lambda: wire.send(b"x", limit),
        lambda: wire.receive(buffer(), limit),
        lambda: wire.event(limit),
        lambda: wire.control_out(0x66, b"", limit),
        lambda: wire.control_in(0x67, 4, limit),
    ):
        with pytest.raises(RuntimeError, match="time limit"):
            verb()


def test_a_read_that_ran_out_of_time_with_some_bytes_gives_these():
    wire, backend = wire_over(In(b"abc"), In(fails=timeout()))
    target = buffer()
    assert wire.receive(target, 100) == 3
    assert target[:3].tobytes() == b"abc"
    with pytest.raises(errors.TransferTimeout):
        wire.receive(target, 100)
    backend.finish()


def test_a_buffer_that_a_full_packet_would_overrun_is_refused():
    wire, _ = wire_over()
    with pytest.raises(RuntimeError, match="whole packets"):
        wire.receive(buffer(1000), 100)


def test_reads_are_halved_while_the_system_has_no_usb_memory():
    wire, backend = wire_over(In(fails=error(errno.ENOMEM)), In(fails=error(errno.ENOMEM)), In(b"abc"), In(b"de"))
    target = buffer(4 * LEAST_READ)
    assert wire.receive(target, 100) == 3
    assert target[:3].tobytes() == b"abc"
    assert wire.receive(target, 100) == 2
    assert target[:2].tobytes() == b"de"
    assert backend.read_sizes == [4 * LEAST_READ, 2 * LEAST_READ, LEAST_READ, LEAST_READ]
    backend.finish()


def test_a_buffer_smaller_than_the_halved_reads_is_never_overrun():
    wire, backend = wire_over(In(fails=error(errno.ENOMEM)), In(b"abc"), In(b"de"))
    wire.receive(buffer(4 * LEAST_READ), 100)
    small = buffer(LEAST_READ)
    assert wire.receive(small, 100) == 2
    assert backend.read_sizes[-1] == LEAST_READ
    assert small[:2].tobytes() == b"de"


def test_no_usb_memory_at_all_is_said_with_the_size():
    wire, _ = wire_over(In(fails=error(errno.ENOMEM)))
    with pytest.raises(errors.TransferTooLarge, match=str(LEAST_READ)):
        wire.receive(buffer(LEAST_READ), 100)


@pytest.mark.parametrize("size", [1, 511, 513])
def test_a_write_that_ends_in_a_part_packet_stands_alone(size):
    wire, backend = wire_over(Out(bytes(size)))
    wire.send(bytes(size), 100)
    backend.finish()


@pytest.mark.parametrize("size", [512, 1024])
def test_a_write_of_full_packets_is_closed_by_an_empty_one(size):
    wire, backend = wire_over(Out(bytes(size)), Out(b""))
    wire.send(bytes(size), 100)
    backend.finish()


def test_only_an_endpoint_that_stalled_is_cleared():
    wire, backend = wire_over(In(fails=error(errno.EPIPE)), Call("clear_halt", 0x81))
    wire.clear_halt()
    with pytest.raises(errors.TransferStalled):
        wire.receive(buffer(), 100)
    wire.clear_halt()
    wire.clear_halt()
    wire.clear_halt(0x85)  # not an endpoint of this interface
    backend.finish()


def test_the_event_pipe_gives_one_packet():
    wire, backend = wire_over(Event(b"event"))
    assert wire.event(10) == b"event"
    backend.finish()


def test_close_may_come_twice_and_after_the_cable_is_gone():
    wire, backend = wire_over(In(fails=error(errno.ENODEV)))
    with pytest.raises(errors.DeviceGone):
        wire.receive(buffer(), 100)
    wire.close()
    wire.close()
    assert backend.closed == 1
    with pytest.raises(errors.DeviceGone, match="closed"):
        wire.send(b"x", 100)


def test_a_camera_that_another_program_holds_is_let_go_again():
    backend = ScriptedBackend([Call("claim", fails=error(errno.EBUSY))])
    with pytest.raises(errors.HeldByOther):
        Wire(backend, object(), 0)
    assert backend.closed == 1


def test_a_kernel_driver_is_detached_only_when_asked():
    _, backend = wire_over(Call("detach", 0), detach=True)
    backend.finish()
    wire_over()


def test_a_reset_that_makes_it_a_new_device_is_a_departure():
    wire, _ = wire_over(Call("reset", None, fails=error(errno.ENOENT)))
    with pytest.raises(errors.DeviceGone):
        wire.reset()


@pytest.mark.parametrize(
    "endpoints", [[], ENDPOINTS[:2], [*ENDPOINTS[:2], (0x83, 3, 0)], [(0x81, 2, 512), (0x82, 2, 512), (0x83, 3, 64)]]
)
def test_an_interface_without_the_endpoints_of_its_class_is_refused(endpoints):
    backend = ScriptedBackend(endpoints=endpoints)
    with pytest.raises(errors.ProtocolError, match="endpoint"):
        Wire(backend, object(), 0)


def test_one_libusb_serves_the_whole_process():
    assert libusb() is libusb()
