"""The operations that a virtual camera knows: each takes a command and returns what goes into its answer."""

from __future__ import annotations

from collections.abc import Callable

from drivers.virtual import properties
from drivers.virtual.card import Card
from drivers.virtual.catalogue import PROPERTIES, STORAGE, Catalogue, Entry
from drivers.virtual.codes import ALL, Answered, DeviceProp, ObjectProp, Op
from drivers.virtual.datasets import array
from drivers.virtual.transaction import Command, Data, Refused
from drivers.virtual.transfer import FileSlice

Result = bytes | Data | tuple[int, ...] | None
"""A data set, object data, response parameters, or nothing but OK."""


class Operations:
    """What one card can be asked. Every method raises Refused with the response code of the specification."""

    def __init__(self, card: Card, catalogue: Catalogue) -> None:
        self._card = card
        self._catalogue = catalogue
        self.known = {op: do for op, do in self._all().items() if op not in card.settings.without}

    def _all(self) -> dict[int, Callable[[Command], Result]]:
        return {
            Op.GET_DEVICE_INFO: self._device_info,
            Op.GET_STORAGE_IDS: lambda _: array("I", [STORAGE]),
            Op.GET_STORAGE_INFO: self._storage_info,
            Op.GET_NUM_OBJECTS: lambda command: (len(self._listed(command)),),
            Op.GET_OBJECT_HANDLES: lambda command: array("I", [entry.handle for entry in self._listed(command)]),
            Op.GET_OBJECT_INFO: lambda command: properties.object_info(self._entry(command.parameters[0])),
            Op.GET_OBJECT: self._object,
            Op.GET_THUMB: self._thumb,
            Op.DELETE_OBJECT: self._delete,
            Op.GET_DEVICE_PROP_DESC: self._device_property_description,
            Op.GET_DEVICE_PROP_VALUE: self._device_value,
            Op.SET_DEVICE_PROP_VALUE: self._set_device_value,
            Op.GET_PARTIAL_OBJECT: self._part,
            Op.GET_PARTIAL_OBJECT_64: self._part_64,
            Op.GET_OBJECT_PROPS_SUPPORTED: lambda _: array("H", PROPERTIES),
            Op.GET_OBJECT_PROP_DESC: self._object_property_description,
            Op.GET_OBJECT_PROP_VALUE: self._object_value,
            Op.GET_OBJECT_PROP_LIST: self._object_property_list,
        }

    def _device_info(self, _command: Command) -> bytes:
        sessions = (Op.OPEN_SESSION, Op.CLOSE_SESSION, Op.RESET_DEVICE)
        return properties.device_info(self._card, sorted([*sessions, *self.known]))

    def _storage_info(self, command: Command) -> bytes:
        if command.parameters[0] != STORAGE:
            raise Refused(Answered.INVALID_STORAGE_ID)
        return properties.storage_info(self._card)

    def _listed(self, command: Command) -> list[Entry]:
        """The objects that storage, format and parent select (PTP 10.4.6)."""
        storage, wanted, parent = command.parameters[:3]
        if storage not in (STORAGE, ALL):
            raise Refused(Answered.INVALID_STORAGE_ID)
        self._catalogue.refresh()
        if parent == 0:
            entries = self._catalogue.all()
        else:
            entries = self._catalogue.children(0 if parent == ALL else self._folder(parent).handle)
        return [entry for entry in entries if wanted in (0, entry.format)]

    def _entry(self, handle: int) -> Entry:
        entry = self._catalogue.find(handle)
        if entry is None:
            raise Refused(Answered.INVALID_OBJECT_HANDLE)
        return entry

    def _folder(self, handle: int) -> Entry:
        entry = self._entry(handle)
        if not entry.is_folder:
            raise Refused(Answered.INVALID_PARENT_OBJECT)
        return entry

    def _file(self, handle: int) -> Entry:
        entry = self._entry(handle)
        if entry.is_folder:
            raise Refused(Answered.INVALID_OBJECT_HANDLE)
        return entry

    def _object(self, command: Command) -> Data:
        entry = self._file(command.parameters[0])
        return Data(FileSlice(entry.path, 0), entry.size)

    def _part(self, command: Command) -> Data:
        handle, offset, most = command.parameters[:3]
        return self._slice(handle, offset, most)

    def _part_64(self, command: Command) -> Data:
        handle, low, high, most = command.parameters[:4]
        return self._slice(handle, high << 32 | low, most)

    def _slice(self, handle: int, offset: int, most: int) -> Data:
        """The bytes from `offset`, at most `most` of them; an offset beyond the end is a fault of the host."""
        entry = self._file(handle)
        size = entry.size
        if offset > size:
            raise Refused(Answered.INVALID_PARAMETER)
        return Data(FileSlice(entry.path, offset), min(most, size - offset))

    def _thumb(self, command: Command) -> Result:
        self._file(command.parameters[0])
        raise Refused(Answered.NO_THUMBNAIL_PRESENT)

    def _delete(self, command: Command) -> None:
        """One object, never all of them: a host that asks for that is refused."""
        handle, wanted = command.parameters[:2]
        if handle == ALL:
            raise Refused(Answered.ACCESS_DENIED)
        if wanted:
            raise Refused(Answered.SPECIFICATION_BY_FORMAT_UNSUPPORTED)
        entry = self._entry(handle)
        if entry.is_folder and self._card.contents(entry.path):
            raise Refused(Answered.PARTIAL_DELETION)
        self._card.delete(entry.path)

    def _device_property(self, command: Command) -> DeviceProp:
        try:
            return DeviceProp(command.parameters[0])
        except ValueError:
            raise Refused(Answered.DEVICE_PROP_NOT_SUPPORTED) from None

    def _device_property_description(self, command: Command) -> bytes:
        return properties.device_property_description(self._card, self._device_property(command))

    def _device_value(self, command: Command) -> bytes:
        return properties.device_value(self._card, self._device_property(command))

    def _set_device_value(self, command: Command) -> None:
        code = self._device_property(command)
        if not properties.DEVICE_PROPERTIES[code].settable:
            raise Refused(Answered.ACCESS_DENIED)
        try:
            properties.set_device_value(self._card, code, command.payload)
        except (ValueError, OverflowError):
            raise Refused(Answered.INVALID_DEVICE_PROP_VALUE) from None

    def _object_property(self, code: int) -> ObjectProp:
        try:
            return ObjectProp(code)
        except ValueError:
            raise Refused(Answered.OBJECT_PROP_NOT_SUPPORTED) from None

    def _object_property_description(self, command: Command) -> bytes:
        return properties.object_property_description(self._object_property(command.parameters[0]))

    def _object_value(self, command: Command) -> bytes:
        entry = self._entry(command.parameters[0])
        return properties.object_value(entry, self._object_property(command.parameters[1]))

    def _object_property_list(self, command: Command) -> bytes:
        """Properties of one object or of many (MTP 1.1, GetObjectPropList).

        Depth 1 takes in the object itself and what lies directly in it; handle 0 is the top, which is no object.
        """
        handle, wanted, code, group, depth = command.parameters
        if group:
            raise Refused(Answered.SPECIFICATION_BY_GROUP_UNSUPPORTED)
        if wanted:
            raise Refused(Answered.SPECIFICATION_BY_FORMAT_UNSUPPORTED)
        if code == 0:
            raise Refused(Answered.PARAMETER_NOT_SUPPORTED)
        codes = tuple(PROPERTIES) if code == ALL else (self._object_property(code),)
        self._catalogue.refresh()
        return properties.object_property_list(self._selected(handle, depth), codes)

    def _selected(self, handle: int, depth: int) -> list[Entry]:
        if handle == ALL or (handle, depth) == (0, ALL):
            return self._catalogue.all()
        if depth > 1:
            raise Refused(Answered.SPECIFICATION_BY_DEPTH_UNSUPPORTED)
        if handle == 0:
            return self._catalogue.children(0)
        return [self._entry(handle), *(self._catalogue.children(handle) if depth else ())]
