"""What is on the camera: a walk over its storages and folders that no answer can lead astray.

Each folder costs one GetObjectHandles; its files come by one GetObjectPropList where the camera offers it, and by one
GetObjectInfo each where it does not, or where that list left one out. Whatever is wrong is an oddity in words, never a
silent gap: a handle twice, a loop, another storage's parent, an object that cannot be described.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from drivers.camera import Footage, Listing, OtherFile
from drivers.errors import ProtocolError, RequestRefused, StorageUnavailable
from drivers.models import Model, Quirk
from drivers.mtp import codes
from drivers.mtp.codes import FOLDER, ObjectProp, Op
from drivers.mtp.datasets import ObjectInfo, Value, local_time, read_array, read_object_info, read_prop_list
from drivers.mtp.session import Session, TooMuchData

MAX_OBJECTS = 200_000
"""Objects on one camera, folders included; a camera that claims more is refused."""

MAX_DEPTH = 32
"""Folders within folders that are followed."""

MAX_ODDITIES = 200
"""Things wrong with one listing before the whole of it is refused."""

_LONG_SIZE = 0xFFFFFFFF
_MAX_SIZE = (1 << 63) - 1
_NOWHERE = (0, codes.EVERYTHING)
_MAX_HANDLES = 4 + 4 * MAX_OBJECTS
_MAX_PROP_LIST = 64 << 20


_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    storage: int
    handle: int
    path: _Path


@dataclass(slots=True)
class _Found:
    """What was found so far."""

    seen: set[int] = field(default_factory=set)
    footage: list[Footage] = field(default_factory=list)
    others: list[OtherFile] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)

    def odd(self, sentence: str) -> None:
        self.oddities.append(sentence)
        if len(self.oddities) > MAX_ODDITIES:
            raise ProtocolError(f"The camera's listing is not to be trusted. {sentence}")


def storages(session: Session) -> tuple[int, ...]:
    """The ids of the storages that hold a card. Raises StorageUnavailable where none does."""
    found = tuple(i for i in read_array(session.ask(Op.GetStorageIDs)) if i & 0xFFFF and i != codes.EVERYTHING)
    if not found:
        raise StorageUnavailable("The camera shows no storage.")
    return tuple(dict.fromkeys(found))


def object_info(session: Session, handle: int) -> ObjectInfo:
    """ObjectInfo with its true size: ObjectSize is asked for where 32 bits do not hold it."""
    info = read_object_info(session.ask(Op.GetObjectInfo, handle))
    if info.size == _LONG_SIZE and Op.GetObjectPropValue in session.info.operations:
        size = session.ask(Op.GetObjectPropValue, handle, ObjectProp.ObjectSize, most=8)
        info = replace(info, size=int.from_bytes(size, "little"))
    return info


class Walk:
    """One listing of one camera, told apart by its model's rules."""

    def __init__(self, session: Session, model: Model) -> None:
        self._session = session
        self._model = model
        self._found = _Found()
        self._lists = Op.GetObjectPropList in session.info.operations and Quirk.NO_OBJECT_PROP_LIST not in model.quirks

    def run(self) -> Listing:
        """List everything. Raises ProtocolError for a listing beyond all bounds, and what the session raises."""
        for storage in storages(self._session):
            self._walk(storage)
        found = self._found
        return Listing(tuple(found.footage), tuple(found.others), tuple(found.oddities))

    def _walk(self, storage: int) -> None:
        root = _Folder(storage, codes.EVERYTHING, ())
        entries = list(self._entries(root))
        wanted = self._wanted(entries)
        waiting = self._sort(root, entries, wanted)
        while waiting:
            folder = waiting.pop()
            waiting += self._sort(folder, self._entries(folder), wanted)

    def _wanted(self, root: list[tuple[int, ObjectInfo]]) -> list[_Path]:
        """The folders under which media files are recordings, casefolded; the empty path is the whole storage."""
        if self._model.footage.folders:
            return [_plain(folder.split("/")) for folder in self._model.footage.folders]
        dcim = any(info.format == FOLDER and info.name.casefold() == "dcim" for _, info in root)
        return [("dcim",)] if dcim else [()]

    def _sort(self, folder: _Folder, entries: Iterable[tuple[int, ObjectInfo]], wanted: list[_Path]) -> list[_Folder]:
        """Put files where they belong, and give the folders in, or on the way to, a folder of recordings."""
        here = _plain(folder.path)
        recordings = any(here[: len(path)] == path for path in wanted)
        deeper = []
        for handle, info in entries:
            if info.format != FOLDER:
                self._add(folder, recordings, handle, info)
            elif len(here) >= MAX_DEPTH:
                self._found.odd(f"Folders lie deeper than {MAX_DEPTH}: {info.name!r} was not opened.")
            elif any(_on_one_line(_plain((*folder.path, info.name)), path) for path in wanted):
                deeper.append(_Folder(folder.storage, handle, (*folder.path, info.name)))
        return deeper

    def _add(self, folder: _Folder, recordings: bool, handle: int, info: ObjectInfo) -> None:
        path = "/".join(folder.path)
        if not 0 <= info.size <= _MAX_SIZE:
            self._found.odd(f"{info.name!r} in {path!r} claims {info.size} bytes: it was left out.")
        elif recordings and (self._model.is_footage(info.name) or codes.is_media(info.format)):
            modified, captured = local_time(info.modified), local_time(info.captured)
            item = Footage(handle, path, info.name, info.size, modified, captured, info.persistent_id)
            self._found.footage.append(item)
        else:
            self._found.others.append(OtherFile(path, info.name, info.size))

    # -- one folder -----------------------------------------------------------------------------------------------

    def _entries(self, folder: _Folder) -> Iterator[tuple[int, ObjectInfo]]:
        """The objects of a folder, each once on the whole camera."""
        handles = list(self._fresh(folder))
        listed = self._listed(folder) if self._lists and folder.path and handles else {}
        for handle in handles:
            info = listed.get(handle) or self._described(handle)
            if info is not None:
                self._check_place(folder, handle, info)
                yield handle, info

    def _fresh(self, folder: _Folder) -> Iterator[int]:
        for handle in self._handles(folder):
            if handle in _NOWHERE:
                self._found.odd(f"The camera lists an object under the handle 0x{handle:08X}, which means no object.")
            elif handle in self._found.seen:
                self._found.odd(f"The camera lists the object 0x{handle:08X} twice; it was read once.")
            else:
                self._found.seen.add(handle)
                yield handle
        if len(self._found.seen) > MAX_OBJECTS:
            raise ProtocolError(f"The camera claims more than {MAX_OBJECTS} objects.")

    def _handles(self, folder: _Folder) -> tuple[int, ...]:
        op, anything = Op.GetObjectHandles, 0
        try:
            return read_array(
                self._session.ask(op, folder.storage, anything, folder.handle, most=_MAX_HANDLES, long=True)
            )
        except TooMuchData as fault:
            raise ProtocolError(f"The camera claims more than {MAX_OBJECTS} objects in one folder.") from fault

    def _described(self, handle: int) -> ObjectInfo | None:
        try:
            return object_info(self._session, handle)
        except (ProtocolError, RequestRefused) as fault:
            self._found.odd(f"The object 0x{handle:08X} could not be described. {fault.what_happened}")
            return None

    def _listed(self, folder: _Folder) -> dict[int, ObjectInfo]:
        """The folder's objects by one GetObjectPropList; empty, now and later, where the camera does not take it."""
        every, depth = codes.EVERYTHING, 1
        try:
            answer = self._session.ask(
                Op.GetObjectPropList, folder.handle, 0, every, 0, depth, most=_MAX_PROP_LIST, long=True
            )
            return dict(_objects(read_prop_list(answer)))
        except (ProtocolError, RequestRefused):
            self._lists = False
            return {}

    def _check_place(self, folder: _Folder, handle: int, info: ObjectInfo) -> None:
        if info.storage not in (0, folder.storage):
            self._found.odd(f"The object 0x{handle:08X} ({info.name!r}) says it lies on another storage.")
        if info.parent not in (*_NOWHERE, folder.handle):
            self._found.odd(f"The object 0x{handle:08X} ({info.name!r}) says it lies in another folder.")


def _plain(path: Iterable[str]) -> _Path:
    return tuple(part.casefold() for part in path)


def _on_one_line(one: _Path, other: _Path) -> bool:
    """Whether one path is the other, or lies above or below it."""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def _objects(elements: Iterable[tuple[int, int, Value]]) -> Iterator[tuple[int, ObjectInfo]]:
    """Gather a property list by object. An object without a name, format and size is left for GetObjectInfo."""
    gathered: dict[int, dict[int, Value]] = {}
    for handle, prop, value in elements:
        gathered.setdefault(handle, {})[prop] = value
    for handle, values in gathered.items():
        name, size = values.get(ObjectProp.ObjectFileName), values.get(ObjectProp.ObjectSize)
        if isinstance(name, str) and isinstance(size, int) and isinstance(values.get(ObjectProp.ObjectFormat), int):
            yield handle, _info(values, name, size)


def _info(values: dict[int, Value], name: str, size: int) -> ObjectInfo:
    def number(prop: ObjectProp) -> int:
        value = values.get(prop)
        return value if isinstance(value, int) else 0

    def text(prop: ObjectProp) -> str:
        value = values.get(prop)
        return value if isinstance(value, str) else ""

    lasting = number(ObjectProp.PersistentUniqueObjectIdentifier)
    return ObjectInfo(
        storage=number(ObjectProp.StorageID),
        format=number(ObjectProp.ObjectFormat),
        size=size,
        parent=number(ObjectProp.ParentObject),
        name=name,
        captured=text(ObjectProp.DateCreated),
        modified=text(ObjectProp.DateModified),
        persistent_id=f"{lasting:032x}" if lasting > 0 else None,
    )
