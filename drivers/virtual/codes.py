"""The numbers of PTP (ISO 15740) and MTP 1.1 that a virtual camera speaks."""

from __future__ import annotations

from enum import IntEnum

ALL = 0xFFFFFFFF
"""In a parameter or a length: all objects, the root folder, or a size that 32 bits can't tell."""


class Kind(IntEnum):
    """Container types (PTP over USB, section 7.1.1 of the class specification)."""

    COMMAND = 1
    DATA = 2
    RESPONSE = 3
    EVENT = 4


class Op(IntEnum):
    """Operation codes."""

    GET_DEVICE_INFO = 0x1001
    OPEN_SESSION = 0x1002
    CLOSE_SESSION = 0x1003
    GET_STORAGE_IDS = 0x1004
    GET_STORAGE_INFO = 0x1005
    GET_NUM_OBJECTS = 0x1006
    GET_OBJECT_HANDLES = 0x1007
    GET_OBJECT_INFO = 0x1008
    GET_OBJECT = 0x1009
    GET_THUMB = 0x100A
    DELETE_OBJECT = 0x100B
    SEND_OBJECT_INFO = 0x100C
    SEND_OBJECT = 0x100D
    RESET_DEVICE = 0x1010
    GET_DEVICE_PROP_DESC = 0x1014
    GET_DEVICE_PROP_VALUE = 0x1015
    SET_DEVICE_PROP_VALUE = 0x1016
    GET_PARTIAL_OBJECT = 0x101B
    GET_PARTIAL_OBJECT_64 = 0x95C1
    SEND_PARTIAL_OBJECT = 0x95C2
    GET_OBJECT_PROPS_SUPPORTED = 0x9801
    GET_OBJECT_PROP_DESC = 0x9802
    GET_OBJECT_PROP_VALUE = 0x9803
    SET_OBJECT_PROP_VALUE = 0x9804
    GET_OBJECT_PROP_LIST = 0x9805
    SET_OBJECT_PROP_LIST = 0x9806
    SEND_OBJECT_PROP_LIST = 0x9808


SENDS_DATA = frozenset(
    {
        Op.SEND_OBJECT_INFO,
        Op.SEND_OBJECT,
        Op.SET_DEVICE_PROP_VALUE,
        Op.SEND_PARTIAL_OBJECT,
        Op.SET_OBJECT_PROP_VALUE,
        Op.SET_OBJECT_PROP_LIST,
        Op.SEND_OBJECT_PROP_LIST,
    }
)
"""Operations in which the host sends a data phase, whether or not the camera knows them."""


class Answered(IntEnum):
    """Response codes."""

    OK = 0x2001
    GENERAL_ERROR = 0x2002
    SESSION_NOT_OPEN = 0x2003
    INVALID_TRANSACTION_ID = 0x2004
    OPERATION_NOT_SUPPORTED = 0x2005
    PARAMETER_NOT_SUPPORTED = 0x2006
    INCOMPLETE_TRANSFER = 0x2007
    INVALID_STORAGE_ID = 0x2008
    INVALID_OBJECT_HANDLE = 0x2009
    DEVICE_PROP_NOT_SUPPORTED = 0x200A
    OBJECT_WRITE_PROTECTED = 0x200D
    ACCESS_DENIED = 0x200F
    NO_THUMBNAIL_PRESENT = 0x2010
    PARTIAL_DELETION = 0x2012
    SPECIFICATION_BY_FORMAT_UNSUPPORTED = 0x2014
    DEVICE_BUSY = 0x2019
    INVALID_PARENT_OBJECT = 0x201A
    INVALID_DEVICE_PROP_VALUE = 0x201C
    INVALID_PARAMETER = 0x201D
    SESSION_ALREADY_OPENED = 0x201E
    TRANSACTION_CANCELLED = 0x201F
    OBJECT_PROP_NOT_SUPPORTED = 0xA80A
    SPECIFICATION_BY_GROUP_UNSUPPORTED = 0xA807
    SPECIFICATION_BY_DEPTH_UNSUPPORTED = 0xA808


class Event(IntEnum):
    """Event codes."""

    CANCEL_TRANSACTION = 0x4001
    OBJECT_ADDED = 0x4002
    OBJECT_REMOVED = 0x4003


class Type(IntEnum):
    """Data types of properties (PTP 5.3)."""

    UINT8 = 0x0002
    UINT16 = 0x0004
    UINT32 = 0x0006
    UINT64 = 0x0008
    UINT128 = 0x000A
    STRING = 0xFFFF


class DeviceProp(IntEnum):
    """Device properties."""

    BATTERY_LEVEL = 0x5001
    DATE_TIME = 0x5011
    FRIENDLY_NAME = 0xD402


class ObjectProp(IntEnum):
    """Object properties (MTP 1.1, appendix B)."""

    STORAGE_ID = 0xDC01
    FORMAT = 0xDC02
    PROTECTION = 0xDC03
    SIZE = 0xDC04
    FILE_NAME = 0xDC07
    CREATED = 0xDC08
    MODIFIED = 0xDC09
    PARENT = 0xDC0B
    UNIQUE_ID = 0xDC41
    NAME = 0xDC44


class Format(IntEnum):
    """Object formats (PTP 6.2, MTP 1.1 appendix A)."""

    UNDEFINED = 0x3000
    FOLDER = 0x3001
    TEXT = 0x3004
    WAV = 0x3008
    AVI = 0x300A
    QUICKTIME = 0x300D
    JPEG = 0x3801
    MP4 = 0xB982
