"""The numbers of PTP and MTP, spelt as their specifications spell them (ISO 15740; MTP 1.1, annexes A to F)."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """Container types (Still Image class, table 7.1-1)."""

    COMMAND = 1
    DATA = 2
    RESPONSE = 3
    EVENT = 4


class Op(IntEnum):
    """Operation codes (MTP 1.1, annex D). GetPartialObject64 is Android's, in the vendor range."""

    GetDeviceInfo = 0x1001
    OpenSession = 0x1002
    CloseSession = 0x1003
    GetStorageIDs = 0x1004
    GetStorageInfo = 0x1005
    GetObjectHandles = 0x1007
    GetObjectInfo = 0x1008
    GetObject = 0x1009
    DeleteObject = 0x100B
    GetDevicePropDesc = 0x1014
    GetDevicePropValue = 0x1015
    SetDevicePropValue = 0x1016
    GetPartialObject = 0x101B
    GetObjectPropValue = 0x9803
    GetObjectPropList = 0x9805
    GetPartialObject64 = 0x95C1


class Response(IntEnum):
    """Response codes (MTP 1.1, annex F)."""

    Undefined = 0x2000
    OK = 0x2001
    GeneralError = 0x2002
    SessionNotOpen = 0x2003
    InvalidTransactionID = 0x2004
    OperationNotSupported = 0x2005
    ParameterNotSupported = 0x2006
    IncompleteTransfer = 0x2007
    InvalidStorageID = 0x2008
    InvalidObjectHandle = 0x2009
    DevicePropNotSupported = 0x200A
    InvalidObjectFormatCode = 0x200B
    StoreFull = 0x200C
    ObjectWriteProtected = 0x200D
    StoreReadOnly = 0x200E
    AccessDenied = 0x200F
    PartialDeletion = 0x2012
    StoreNotAvailable = 0x2013
    SpecificationByFormatUnsupported = 0x2014
    DeviceBusy = 0x2019
    InvalidParentObject = 0x201A
    InvalidDevicePropValue = 0x201C
    InvalidParameter = 0x201D
    SessionAlreadyOpened = 0x201E
    TransactionCanceled = 0x201F


class Event(IntEnum):
    """Event codes that say that the listing is no longer what it was (MTP 1.1, annex G)."""

    ObjectAdded = 0x4002
    ObjectRemoved = 0x4003
    StoreAdded = 0x4004
    StoreRemoved = 0x4005
    ObjectInfoChanged = 0x4007


class ClassRequest(IntEnum):
    """Requests of the Still Image class on the control pipe (section 5.2)."""

    Cancel = 0x64
    Reset = 0x66
    GetDeviceStatus = 0x67


class DeviceProp(IntEnum):
    """Device properties (MTP 1.1, annex C)."""

    BatteryLevel = 0x5001
    DateTime = 0x5011
    Artist = 0x501E
    CopyrightInfo = 0x501F
    DeviceFriendlyName = 0xD402


class ObjectProp(IntEnum):
    """Object properties (MTP 1.1, annex B)."""

    StorageID = 0xDC01
    ObjectFormat = 0xDC02
    ObjectSize = 0xDC04
    ObjectFileName = 0xDC07
    DateCreated = 0xDC08
    DateModified = 0xDC09
    ParentObject = 0xDC0B
    PersistentUniqueObjectIdentifier = 0xDC41


TEXT = 0xFFFF
"""Data type code of a string."""

ARRAY = 0x4000
"""Added to the data type code of a number: an array of it."""

EVERYTHING = 0xFFFFFFFF
"""As a handle: every object; as a property: every property. No request that changes something ever carries it."""

FOLDER = 0x3001
"""Object format Association."""

MICROSOFT = 6
"""VendorExtensionID of MTP itself."""


def is_media(object_format: int) -> bool:
    """Whether an object format code is sound, video or a still image (MTP 1.1, annex A)."""
    return (
        0x3007 <= object_format <= 0x300D  # AIFF, WAV, MP3, AVI, MPEG, ASF, QuickTime
        or 0x3800 <= object_format <= 0x3FFF  # still images
        or 0xB900 <= object_format <= 0xB9FF  # sound and video of MTP
    )


def spell(code: int) -> str:
    """The specification's name of an operation or response code, and its number."""
    for table in (Op, Response):
        if code in table._value2member_map_:
            return f"{table(code).name} (0x{code:04X})"
    return f"0x{code:04X}"
