"""What can go wrong with a camera, in words for a person.

Two kinds of trouble only: the world's, which is a `DeviceError` and is shown on that camera's card, and ours, which is
any other exception and is a defect. A driver raises nothing else.
"""

from __future__ import annotations


class DeviceError(Exception):
    """Trouble with one camera. `code` names it for support, `what_to_do` is a sentence for the person at the dock."""

    code = "device"
    what_to_do = "Lift the camera out and dock it again. If it happens again, report a fault."

    def __init__(self, what_happened: str) -> None:
        super().__init__(what_happened)
        self.what_happened = what_happened


class DeviceGone(DeviceError):
    """The camera is no longer on its port: lifted out, switched off, or its cable failed."""

    code = "gone"
    what_to_do = "Dock it again: copying goes on where it stopped."


class TransferTimeout(DeviceError):
    """Nothing came from the camera within the limit of this transfer."""

    code = "timeout"


class TransferStalled(DeviceError):
    """The camera halted an endpoint (USB STALL). The driver clears it and tries again within its bound."""

    code = "stall"


class TransferFailed(DeviceError):
    """The USB transfer itself broke (EIO, EPROTO): a loose contact, a bad cable or hub. Often DeviceGone follows."""

    code = "transfer"
    what_to_do = "Dock it again and see that it sits well. If it happens again, try another bay and report the first."


class DeviceBusy(DeviceError):
    """The camera kept answering that it is busy, beyond the bounded retries."""

    code = "busy"
    what_to_do = "Leave it docked: it is tried again. If it stays busy, lift it out and dock it again."


class HeldByOther(DeviceError):
    """Another program of this computer holds the camera's interface (EBUSY)."""

    code = "held"
    what_to_do = "Close the program that holds the camera (a file manager or photo program), then press Retry."


class AccessDenied(DeviceError):
    """The operating system does not let this user open the camera."""

    code = "denied"
    what_to_do = "Ask IT to install the Dockwarden USB rule for this camera, then dock it again."


class NoUsableDriver(DeviceError):
    """The operating system has bound the camera to a driver that does not let us speak to it."""

    code = "no-driver"
    what_to_do = "Ask IT: this computer's USB driver for the camera does not allow direct access."


class TransferTooLarge(DeviceError):
    """The kernel would not give memory for a transfer of this size (ENOMEM); the driver halves it and tries again."""

    code = "usb-memory"
    what_to_do = "Ask IT to raise usbfs_memory_mb on this computer, or dock fewer cameras at once."


class ProtocolError(DeviceError):
    """The camera's answer breaks its protocol: a length, a code, a count or an order that cannot be."""

    code = "protocol"


class RequestRefused(DeviceError):
    """The camera answered a request with an error of its protocol. `response` is that code (MTP response code)."""

    code = "refused"

    def __init__(self, what_happened: str, response: int) -> None:
        super().__init__(what_happened)
        self.response = response


class ObjectMissing(RequestRefused):
    """The recording asked for is no longer on the camera."""

    code = "missing"


class WriteProtected(RequestRefused):
    """The camera will not delete this recording: it or its card is locked."""

    code = "protected"
    what_to_do = "Unlock the recording or the card on the camera, then press Retry. The sealed copy is safe."


class StorageUnavailable(DeviceError):
    """The camera shows no storage: no card, a card not ready, or a camera that waits for a person's consent."""

    code = "no-storage"
    what_to_do = "Check the camera's card; on a phone, unlock it and allow file transfer."


class CardReadFailed(DeviceError):
    """The camera cannot read part of a recording from its card."""

    code = "card"
    what_to_do = "Keep this camera in: report a fault and do not reissue it. What could be read is kept."
