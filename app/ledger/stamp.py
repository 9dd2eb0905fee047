"""Time stamps (RFC 3161): that a checkpoint existed at a time, by the word of a time stamping authority.

What is stamped is the SHA-256 of the signed note. The authority's certificate is pinned in a PEM file: the authority's
own first, then those that it is to be traced to; one that signed itself stands alone.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from app.errors import Trouble

HOW = "rfc3161"
MAX_RESPONSE = 1 << 16


class StampRefused(Trouble):
    """A time stamp, or the certificate that it must be of, cannot be believed."""

    code = "time-stamp"
    what_to_do = "Nothing was kept. Ask the time stamping authority again; compare its certificate."


class Authority:
    """The pinned time stamping authority. Raises StampRefused when its certificate cannot be read."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                found = x509.load_pem_x509_certificates(file.read(MAX_RESPONSE))
        except (OSError, ValueError) as wrong:
            raise StampRefused(f"The certificate in {path} cannot be read: {wrong}.") from wrong
        self._own, self._roots = found[0], found[1:] or found[:1]
        self.fingerprint = hashlib.sha256(self._own.public_bytes(Encoding.DER)).hexdigest()

    def check(self, response: bytes, note: str) -> datetime:
        """When the authority saw this checkpoint. Raises StampRefused."""
        try:
            stamp = decode_timestamp_response(response[: MAX_RESPONSE + 1])
            builder = VerifierBuilder().tsa_certificate(self._own)
            for root in self._roots:
                builder = builder.add_root_certificate(root)
            builder.build().verify(stamp, hashlib.sha256(note.encode()).digest())
            return stamp.tst_info.gen_time
        except (VerificationError, ValueError) as wrong:
            raise StampRefused(f"The time stamp does not hold: {wrong}.") from wrong


def said(response: bytes, note: str) -> datetime:
    """When a time stamp that was kept says that this checkpoint existed; its signature was checked when it came.

    Raises StampRefused when it is of something else.
    """
    try:
        stamp = decode_timestamp_response(response)
        if stamp.tst_info.message_imprint.message == hashlib.sha256(note.encode()).digest():
            return stamp.tst_info.gen_time
    except ValueError as wrong:
        raise StampRefused(f"The time stamp cannot be read: {wrong}.") from wrong
    raise StampRefused("The time stamp is of something else.")


def request(note: str) -> bytes:
    """The request for a time stamp of a checkpoint (DER). Without a nonce, so that one may be sent twice by hand."""
    builder = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=False).cert_request(cert_request=True).build().as_bytes()
