"""A real OpenLDAP for tests: Debian's slapd as an ordinary process on a free port, with a certificate of its own."""

from __future__ import annotations

import datetime
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

BASE = "dc=force,dc=example"
USER, PASSWORD = f"cn=reader,{BASE}", "let me read"

CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
security {security}
database mdb
maxsize 10485760
suffix "{base}"
rootdn "{user}"
rootpw "{password}"
directory {folder}/data
"""

TOP = f"""dn: {BASE}
objectClass: domain
dc: force

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people
"""


def certificates(folder: Path) -> None:
    """Make a certificate authority, and a server's certificate for localhost."""
    now = datetime.datetime.now(datetime.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("Test CA", "localhost")]
    for number, name in enumerate(("ca", "server")):
        made = (
            x509.CertificateBuilder()
            .subject_name(names[number])
            .issuer_name(names[0])
            .public_key(keys[number].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(keys[0], hashes.SHA256())
        )
        (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "server.key").write_bytes(keys[1].private_bytes(serialization.Encoding.PEM, form, plain))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def program(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert found is not None, f"{name} is not installed: see TESTS in tools/system.py"
    return found


@contextmanager
def slapd(folder: Path, people: str, *, tls_only: bool = True) -> Iterator[tuple[str, str]]:
    """A directory with these people (LDIF); gives its addresses with TLS from the start, and with StartTLS."""
    (folder / "data").mkdir(parents=True)
    certificates(folder)
    security = "ssf=128" if tls_only else "ssf=0"
    text = CONFIG.format(folder=folder, base=BASE, user=USER, password=PASSWORD, security=security)
    (folder / "slapd.conf").write_text(text)
    (folder / "people.ldif").write_text(TOP + people)
    config = ["-f", str(folder / "slapd.conf")]
    subprocess.run([program("slapadd"), *config, "-l", str(folder / "people.ldif")], check=True, capture_output=True)
    ports = free_port(), free_port()
    where = f"ldaps://127.0.0.1:{ports[0]} ldap://127.0.0.1:{ports[1]}"
    few = 'ulimit -n 256; exec "$@"'  # it makes room for as many connections as there may be files
    command = ["sh", "-c", few, "sh", program("slapd"), *config, "-h", where, "-d", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(ports, process)
            yield f"ldaps://localhost:{ports[0]}", f"ldap://localhost:{ports[1]}"
        finally:
            process.terminate()


def _wait_for(ports: tuple[int, int], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 5).close()
                break
            except OSError:
                assert process.poll() is None, "slapd ended at once"
                assert time.monotonic() < deadline, "slapd does not listen"
                time.sleep(0.05)
