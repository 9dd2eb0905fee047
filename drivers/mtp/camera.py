"""A camera that speaks PTP or MTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from types import TracebackType
from typing import Any, Self

from drivers.camera import Footage, Identity, Listing, Piece, Ring, Sighting, Space
from drivers.errors import CardReadFailed, DeviceError, NoUsableDriver, ObjectMissing, ProtocolError, RequestRefused
from drivers.models import Model, Quirk
from drivers.mtp import codes
from drivers.mtp.abilities import Base, Battery, Clock, Owner, describe
from drivers.mtp.codes import DeviceProp, Event, Op, Response
from drivers.mtp.container import HEADER
from drivers.mtp.datasets import PropDesc, read_storage_info
from drivers.mtp.listing import Walk, object_info, storages
from drivers.mtp.session import BROKEN, Session, Stream, TooMuchData
from drivers.usb import Wire

PARTIAL_BYTES = 4 << 20
"""What one partial read asks for. Whole objects read faster, so partial reads only go on after a break."""

_FOUR_GIB = 1 << 32
_PACKET = 512  # a packet of high-speed bulk; SuperSpeed's 1024 is a multiple of it
_LONGEST_TEXT = 255
_CARD_FAULTS = (Response.GeneralError, Response.IncompleteTransfer)
_CHANGES = frozenset(Event)


class MtpCamera(Base):
    """An opened camera: its recordings and its room. What else it can do is mixed in by `open_camera`."""

    identity: Identity

    def __init__(self, session: Session, model: Model, usb_serial: str | None) -> None:
        super().__init__(session, model)
        info = session.info
        serial = usb_serial if Quirk.USB_SERIAL in model.quirks else _plain(info.serial) or usb_serial
        self.identity = Identity(_plain(info.make), _plain(info.model), serial, _plain(info.version))

    def close(self) -> None:
        """Let go of the camera. May be called twice, and after the cable is gone."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def changed(self) -> bool:
        """Whether the camera has told, since last asked, that what it holds has changed. A hint, never proof."""
        return bool(_CHANGES & set(self._session.events()))

    def listing(self) -> Listing:
        """Everything in the model's folders, told apart by its rules."""
        self._session.renew()
        return Walk(self._session, self._model).run()

    def space(self) -> Space:
        """Capacity and free bytes over all storages; None where one of them claims what cannot be."""
        infos = [read_storage_info(self._session.ask(Op.GetStorageInfo, s)) for s in storages(self._session)]
        capacity = sum(info.capacity for info in infos)
        if not all(0 < info.capacity < 1 << 63 for info in infos):
            return Space(None, None)
        if not all(info.free <= info.capacity for info in infos):
            return Space(capacity, None)
        return Space(capacity, sum(info.free for info in infos))

    def still_there(self, footage: Footage) -> bool:
        """Whether this very object (same name and size) is on the camera now."""
        try:
            info = object_info(self._session, footage.key)
        except ObjectMissing:
            return False
        return (info.name, info.size) == (footage.name, footage.size)

    def delete(self, footage: Footage) -> None:
        """Ask the camera to delete this one object, after a look that its handle still means this object.

        Raises ObjectMissing where it does not, WriteProtected and RequestRefused where the camera will not.
        """
        self._require(footage)
        self._session.tell(Op.DeleteObject, footage.key, 0, repeat=False, long=True)

    def read(self, footage: Footage, offset: int, ring: Ring) -> Iterator[Piece]:
        """Read from `offset` to the end in buffers of `ring`, going on by itself after a break, within bounds.

        Closing the iterator early cancels the transfer; the session stays usable. Raises ProtocolError after the last
        piece that could be had when the camera delivers more or fewer bytes than `footage.size`, and CardReadFailed
        when it cannot read on.
        """
        self._session.renew()
        at, stuck = offset, 0
        while at < footage.size or offset == at == 0:
            before = at
            trouble: DeviceError | None = None
            with closing(self._chunks(footage, at, ring)) as chunks:
                try:
                    for buffer, data in chunks:
                        start, at = at, at + len(data)
                        yield Piece(start, data, buffer)
                except DeviceError as fault:
                    trouble = self._mended(fault, footage, at)
            if at == footage.size:
                return
            stuck = stuck + 1 if at == before and not isinstance(trouble, BROKEN) else 0
            if stuck == 2:
                raise trouble or ProtocolError(f"The camera ends {footage.name!r} after {at} of {footage.size} bytes.")

    def _mended(self, fault: DeviceError, footage: Footage, at: int) -> DeviceError:
        """Make the session usable for going on at `at`, and say what to raise if that brings nothing; else raise."""
        if isinstance(fault, RequestRefused) and fault.response in _CARD_FAULTS:
            return CardReadFailed(f"The camera cannot read {footage.name!r} from its card at byte {at}.")
        if isinstance(fault, TooMuchData) or not isinstance(fault, BROKEN):
            raise fault
        self._session.recover(fault)
        if at == footage.size:
            raise fault
        self._require(footage)
        return fault

    def _require(self, footage: Footage) -> None:
        if not self.still_there(footage):
            gone = f"{footage.name!r} is no longer the object on the camera that was listed."
            raise ObjectMissing(gone, Response.InvalidObjectHandle)

    def _chunks(self, footage: Footage, at: int, ring: Ring) -> Stream:
        partial = self._partial_op(at) if at else None
        if partial is None:
            return self._whole(footage, at, ring)
        return self._part(partial, footage, at, ring)

    def _whole(self, footage: Footage, skip: int, ring: Ring) -> Stream:
        """GetObject. Where a camera has no partial reads, going on means reading again what is to be skipped."""
        stream = self._session.stream(Op.GetObject, (footage.key,), ring, footage.size)
        with closing(stream):
            for buffer, data in stream:
                if skip >= len(data):
                    skip -= len(data)
                    ring.give(buffer)
                else:
                    yield buffer, data[skip:]
                    skip = 0
        return ()

    def _part(self, op: Op, footage: Footage, at: int, ring: Ring) -> Stream:
        count = min(PARTIAL_BYTES, footage.size - at)
        if Quirk.SAMSUNG_OFFSET in self._model.quirks and (HEADER.size + count) % _PACKET == 0:
            count -= 1
        offset = (at,) if op is Op.GetPartialObject else (at & 0xFFFFFFFF, at >> 32)
        return self._session.stream(op, (footage.key, *offset, count), ring, count)

    def _partial_op(self, at: int) -> Op | None:
        """The operation that reads from `at`. The 64-bit one is Android's: its number means that only in MTP."""
        info = self._session.info
        if Quirk.NO_PARTIAL in self._model.quirks:
            return None
        mtp = info.extension_id == codes.MICROSOFT or "android.com" in info.extension
        if Op.GetPartialObject64 in info.operations and mtp:
            return Op.GetPartialObject64
        if Op.GetPartialObject in info.operations and at + PARTIAL_BYTES < _FOUR_GIB:
            return Op.GetPartialObject
        return None


def open_camera(backend: Any, device: Any, sighting: Sighting, model: Model, stop: threading.Event) -> MtpCamera:
    """Open a device that `backend` enumerated. The camera has the abilities that it really offers, no more."""
    wire = Wire(backend, device, _interface(sighting), detach=Quirk.DETACH_DRIVER in model.quirks)
    session = Session(wire, model.quirks, stop)
    try:
        session.open()
        return _with_abilities(session, model, sighting.serial)
    except BaseException:
        session.close()
        raise


def _interface(sighting: Sighting) -> int:
    """The interface that speaks PTP: by class, by name, or the only one there is."""
    for fits in (lambda i: str(i) == "06/01/01", lambda i: "MTP" in (i.name or "")):
        for interface in filter(fits, sighting.interfaces):
            return interface.number
    if len(sighting.interfaces) == 1:
        return sighting.interfaces[0].number
    raise NoUsableDriver(f"The device on port {sighting.usb_path} has no interface that speaks MTP.")


def _with_abilities(session: Session, model: Model, usb_serial: str | None) -> MtpCamera:
    abilities: list[type[Base]] = []
    if Quirk.NO_BATTERY not in model.quirks and _described(session, DeviceProp.BatteryLevel):
        abilities.append(Battery)
    for ability, prop in ((Clock, model.clock.property), (Owner, model.owner.property)):
        if prop != "none" and _is_settable_text(session, DeviceProp[prop]):
            abilities.append(ability)
    return _class(tuple(abilities))(session, model, usb_serial)


@cache
def _class(abilities: tuple[type[Base], ...]) -> type[MtpCamera]:
    return type(MtpCamera.__name__, (*abilities, MtpCamera), {})


def _described(session: Session, prop: DeviceProp) -> PropDesc | None:
    """The description of a property, None where the camera does not offer it or cannot describe it."""
    needed = {Op.GetDevicePropDesc, Op.GetDevicePropValue}
    if prop not in session.info.properties or not needed <= session.info.operations:
        return None
    try:
        return describe(session, prop)
    except (ProtocolError, RequestRefused):
        return None


def _is_settable_text(session: Session, prop: DeviceProp) -> bool:
    if Op.SetDevicePropValue not in session.info.operations:
        return False
    found = _described(session, prop)
    return found is not None and found.writable and found.data_type == codes.TEXT


def _plain(text: str) -> str | None:
    """A text of the camera for people: bounded, without control characters, None when nothing is left."""
    return "".join(c for c in text[:_LONGEST_TEXT] if c.isprintable()).strip() or None
