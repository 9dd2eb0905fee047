"""E-mail goes encrypted wherever the server offers it, to a server whose certificate is believed, or it does not go."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app import mailing
from app.mailing import NotSent, send
from app.settings import Settings
from tests.app.test_mailing import Inbox, free_port


def certificate(folder: Path, name: str) -> Path:
    """A throw-away certificate for this name, with its key, in one file: its own authority."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*plain))
    return path


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@contextmanager
def serving(inbox: Inbox, **tls: object) -> Iterator[Settings]:
    """A mail server on this machine, and the settings that lead to it."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **tls)
    controller.start()
    try:
        yield Settings(smtp_host="localhost", smtp_port=controller.port, alert_to=("duty@example.org",))
    finally:
        controller.stop()


def context(folder: Path, name: str = "localhost") -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate(folder, name))
    return made


def letter() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "dockwarden@example.org", "duty@example.org", "OFFICIAL"
    made.set_content("CAM-1 is late.")
    return made


@pytest.fixture
def believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine believes the certificate for localhost that the tests make."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))


@pytest.mark.usefixtures("believed")
def test_what_offers_to_encrypt_is_taken_at_its_word(inbox: Inbox, tmp_path: Path) -> None:
    """The server takes nothing in the clear."""
    with serving(inbox, tls_context=context(tmp_path), require_starttls=True) as settings:
        send(settings, letter())
    assert [text.splitlines() for text in inbox.texts] == [["CAM-1 is late."]]


@pytest.mark.usefixtures("believed")
def test_a_port_that_is_encrypted_from_the_first_byte(
    inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(inbox, ssl_context=context(tmp_path)) as settings:
        monkeypatch.setattr(mailing, "TLS_PORT", settings.smtp_port)
        send(settings, letter())
    assert [text.splitlines() for text in inbox.texts] == [["CAM-1 is late."]]


@pytest.mark.parametrize("name", ["localhost", "mail.example.org"])
@pytest.mark.parametrize("way", ["starttls", "from the first byte"])
def test_a_certificate_that_is_not_believed_gets_no_mail(
    inbox: Inbox,
    tmp_path: Path,
    name: str,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither one of nobody's, nor one for another name, even where its authority is believed."""
    made = context(tmp_path, name)
    believed = tmp_path / f"{name}.pem" if name != "localhost" else certificate(tmp_path, "elsewhere")
    monkeypatch.setenv("SSL_CERT_FILE", str(believed))
    tls = {"tls_context": made, "require_starttls": True} if way == "starttls" else {"ssl_context": made}
    with serving(inbox, **tls) as settings:
        if way != "starttls":
            monkeypatch.setattr(mailing, "TLS_PORT", settings.smtp_port)
        with pytest.raises(NotSent, match="certificate verify failed"):
            send(settings, letter())
    assert inbox.mails == []
    caplog.clear()  # the server's own words on a connection that was given up
