"""Time stamps by a real authority, made with the openssl command: right ones are kept, others are not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from app.ledger import stamp, verify_export
from app.ledger.cosignatures import Cosignatures
from app.ledger.stamp import Authority, StampRefused
from tests.app import station as st

CONFIG = """
[tsa]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
basicConstraints = critical,CA:false
[ca]
basicConstraints = critical,CA:true
"""

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")


class Tsa:
    """A time stamping authority in a folder: a root, and the authority's own certificate below it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        (folder / "serial").write_text("01\n")
        root = [
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
            "-subj",
            "/CN=Root",
            "-config",
            "config",
            "-extensions",
            "ca",
        ]
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        (folder / "config").write_text(CONFIG.format(folder=folder) + "[req]\ndistinguished_name = dn\n[dn]\n")
        self("req", "-x509", *new, *root, "-days", "2", "-config", "config")
        self("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Tsa", "-config", "config")
        signed = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "2"]
        self("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *signed, "-extfile", "config", "-extensions", "ext")
        self.pinned = folder / "pinned.pem"
        self.pinned.write_bytes((folder / "tsa.pem").read_bytes() + (folder / "root.pem").read_bytes())

    def __call__(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request").write_bytes(request)
        keys = ["-signer", "tsa.pem", "-inkey", "tsa.key", "-config", "config", "-section", "tsa"]
        self("ts", "-reply", "-queryfile", "request", "-out", "response", *keys)
        return (self.folder / "response").read_bytes()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    return Tsa(tmp_path_factory.mktemp("authority") / "tsa")


def test_a_time_stamp_of_our_head_is_kept_and_exported(tsa: Tsa, tmp_path: Path) -> None:
    authority = Authority(tsa.pinned)
    with st.station(tmp_path) as records:
        note = records.checkpoint()
        cosignatures = Cosignatures(records._database)
        at = cosignatures.stamped(authority, 1, tsa.answer(stamp.request(note)))
        assert cosignatures.newest() == (at, 1)
        records.export(tmp_path / "bundle", "sergeant")
    (stamped,) = (tmp_path / "bundle" / "witnesses").glob("*.tsr")
    said = verify_export.check(tmp_path / "bundle")
    assert said[-1] == f"Time stamp of 1 entries: witnesses/{stamped.name}, to be checked with openssl ts"
    data = tmp_path / "bundle" / "witnesses" / "1.checkpoint"
    tsa("ts", "-verify", "-data", str(data), "-in", str(stamped), "-CAfile", "root.pem", "-untrusted", "tsa.pem")


def test_a_time_stamp_of_something_else_is_not_kept(tsa: Tsa, tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        note = records.checkpoint()
        cosignatures = Cosignatures(records._database)
        right = tsa.answer(stamp.request(note))
        spoilt = bytearray(right)
        spoilt[-5] ^= 1
        authority = Authority(tsa.pinned)
        for response in (tsa.answer(stamp.request("else")), bytes(spoilt), right[:-1], b"", b"\x30\x80"):
            with pytest.raises(StampRefused):
                cosignatures.stamped(authority, 1, response)
        with pytest.raises(StampRefused, match="No checkpoint of 2"):
            cosignatures.stamped(authority, 2, right)
        assert cosignatures.newest() is None


def test_another_authority_than_the_pinned_one_is_not_believed(tsa: Tsa, tmp_path: Path) -> None:
    other = Tsa(tmp_path / "other")
    with pytest.raises(StampRefused):
        Authority(tsa.pinned).check(other.answer(stamp.request("note")), "note")


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "pem").write_text("nothing")
    for name in ("pem", "nowhere"):
        with pytest.raises(StampRefused, match=name):
            Authority(tmp_path / name)
