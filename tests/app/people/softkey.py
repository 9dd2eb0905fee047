"""A FIDO2 key in software: speaks CTAP2 as the messages of a real key are, with user verification of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.ctap import CtapDevice
from fido2.ctap2 import Ctap2
from fido2.hid import CAPABILITY, CTAPHID
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

UP, UV, AT = 0x01, 0x04, 0x40
AAGUID = bytes(16)
NO_CREDENTIALS = 0x2E


class SoftKey(CtapDevice):
    """One key. `present` and `verified` are what it says of its owner in each answer."""

    def __init__(self) -> None:
        self.pairs: dict[bytes, ec.EllipticCurvePrivateKey] = {}
        self.verified = True
        self.count = 0
        self.signs = b""  # put in front of what is signed: a key that signs something else
        self.rp: str | None = None  # a key that answers for another site

    @property
    def capabilities(self) -> int:
        return int(CAPABILITY.CBOR)

    def call(self, cmd: int, data: bytes = b"", event: Any = None, on_keepalive: Any = None) -> bytes:
        assert cmd == CTAPHID.CBOR
        asked = cbor.decode(data[1:]) if len(data) > 1 else {}
        if data[0] == Ctap2.CMD.GET_INFO:
            info = {1: ["FIDO_2_0"], 3: AAGUID, 4: {"rk": False, "up": True, "uv": True}, 6: [1]}
            return b"\0" + cbor.encode(info)
        if data[0] == Ctap2.CMD.MAKE_CREDENTIAL:
            return self._make(asked)
        assert data[0] == Ctap2.CMD.GET_ASSERTION
        return self._assert(asked)

    def _make(self, asked: dict[int, Any]) -> bytes:
        id_, pair = os.urandom(32), ec.generate_private_key(ec.SECP256R1())
        self.pairs[id_] = pair
        key = ES256.from_cryptography_key(pair.public_key())
        credential = AttestedCredentialData.create(AAGUID, id_, key)
        data = AuthenticatorData.create(self._hash(asked[2]["id"]), self._flags() | AT, self.count, credential)
        return b"\0" + cbor.encode({1: "none", 2: bytes(data), 3: {}})

    def _assert(self, asked: dict[int, Any]) -> bytes:
        id_ = next((one["id"] for one in asked[3] if one["id"] in self.pairs), None)
        if id_ is None:
            return bytes([NO_CREDENTIALS])
        self.count += 1
        data = bytes(AuthenticatorData.create(self._hash(asked[1]), self._flags(), self.count))
        signature = self.pairs[id_].sign(self.signs + data + asked[2], ec.ECDSA(hashes.SHA256()))
        return b"\0" + cbor.encode({1: {"id": id_, "type": "public-key"}, 2: data, 3: signature})

    def _flags(self) -> int:
        return UP | (UV if self.verified else 0)

    def _hash(self, rp: str) -> bytes:
        return sha256((self.rp or rp).encode()).digest()

    @classmethod
    def list_devices(cls) -> Iterator[CtapDevice]:
        return iter(())
