"""A virtual dock: body-worn cameras emulated down to the USB transfer, for try-outs and for tests.

Written from the specifications (USB 2.0, PTP ISO 15740, MTP 1.1), not from our own driver, which it never imports: what
the two understand differently shows up as a failure instead of being agreed on in silence.

From the wire inwards: `backend` is what pyusb calls, `bus` is the host's view of what is plugged in, `device` is the
USB function of one camera, `responder` is the MTP device behind it, `card` is its memory on disk. `server` runs all of
it in a process of its own, `remote` reaches that process, and `dock` is what the program uses.
"""
