"""People from an LDAP directory: read over TLS alone, then taken in as the rows of a file are, looked at first.

A directory knows some of what is known of a person. What it does not say of somebody stays as it is here; who is new is
an active officer unless it says otherwise. Nobody is made inactive because the directory has them no more: a search
that finds too little would send a force home.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from app.errors import Trouble
from app.importing import MAX_ROWS, BadRow, Row, shown
from app.people.roll import FIELDS, People
from app.people.values import Person, Role
from db.base import escape

ATTRIBUTES = {
    "collar": "employeeNumber",
    "name": "displayName",
    "rank": "title",
    "role": "employeeType",
    "station": "physicalDeliveryOfficeName",
    "cohort": "departmentNumber",
}
"""Which attribute has which field, as the common person of LDAP (RFC 2798) is used, unless a force says otherwise."""

NEW = dict.fromkeys(FIELDS, "") | {"role": Role.OFFICER, "active": "yes"}
PAGE = 500
TIMEOUT_S = 20

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,99}")


class DirectoryTrouble(Trouble):
    """The directory cannot be read."""

    code = "directory"
    what_to_do = "Nothing was taken in. Check its address, the account and the certificate, or import a file."


class Directory(msgspec.Struct, frozen=True):
    """Where a directory is, and who reads it. `url` is ldaps://… or ldap://…, which speaks StartTLS before all else.

    `ca` is a file of certificates to trust in place of the system's; `attributes` says which has which field.
    """

    url: str
    base: str
    user: str
    password: str
    ca: str | None = None
    attributes: Mapping[str, str] = msgspec.field(default_factory=lambda: ATTRIBUTES)

    def __repr__(self) -> str:
        return f"Directory {self.url}"


Entry = tuple[str, dict[str, list[bytes]]]
"""A distinguished name, and the values of its attributes by field."""


def read(directory: Directory) -> list[Entry]:
    """Everybody in the directory who has a collar number. Raises DirectoryTrouble."""
    if re.match(r"ldaps?://[^/]+", directory.url) is None:
        raise DirectoryTrouble("The address of a directory begins with ldaps:// or ldap://.")
    for field, attribute in directory.attributes.items():
        if field not in FIELDS or _NAME.fullmatch(attribute) is None:
            raise DirectoryTrouble(f"{field}={attribute} is no field of a person with the name of an attribute.")
    from ldap3.core.exceptions import LDAPException  # noqa: PLC0415  only here

    try:
        return _search(directory)
    except (LDAPException, OSError, ssl.SSLError) as failure:
        words = str(failure) or type(failure).__name__
        raise DirectoryTrouble(f"The directory {directory.url} cannot be read: {escape(words)}.") from failure


def _search(directory: Directory) -> list[Entry]:
    import ldap3  # noqa: PLC0415  only here

    trust = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=directory.ca)
    server = ldap3.Server(directory.url, tls=trust, get_info=ldap3.NONE, connect_timeout=TIMEOUT_S)
    connection = ldap3.Connection(
        server,
        directory.user,
        directory.password,
        read_only=True,
        auto_referrals=False,  # another server, that nobody named, would get the password
        receive_timeout=TIMEOUT_S,
        raise_exceptions=True,
    )
    try:
        connection.open()
        if not directory.url.startswith("ldaps:"):
            connection.start_tls()
        connection.bind()
        return list(_entries(directory, _found(directory, connection)))
    finally:
        connection.strategy.close()


def _found(directory: Directory, connection: Any) -> Iterable[Any]:
    found: Iterable[Any] = connection.extend.standard.paged_search(
        directory.base,
        f"({directory.attributes['collar']}=*)",
        attributes=sorted(set(directory.attributes.values())),
        paged_size=PAGE,
        generator=True,
    )
    return found


def _entries(directory: Directory, found: Iterable[Any]) -> Iterator[Entry]:
    count = 0
    for entry in found:
        if entry["type"] != "searchResEntry":
            continue  # a referral
        count += 1
        if count > MAX_ROWS:
            raise DirectoryTrouble(f"The directory has more than {MAX_ROWS} people below {directory.base}.")
        values = {name.lower(): found for name, found in entry["raw_attributes"].items()}
        yield entry["dn"], {field: values.get(name.lower(), []) for field, name in directory.attributes.items()}


def rows(entries: Iterable[Entry], people: People) -> Iterator[Row | BadRow]:
    """The rows of an import: what the directory says, and for the rest what is known here already."""
    known = {person.collar.lower(): person for person in _everybody(people)}
    for place, (name, values) in enumerate(entries, 1):
        where = escape(name)
        several = [field for field, found in values.items() if len(found) > 1]
        if several:
            yield BadRow(where, place, several[0], "It has several values.")
            continue
        said = {field: found[0].decode(errors="surrogateescape") for field, found in values.items() if found}
        person = known.get(said.get("collar", "").strip().lower())
        before = NEW if person is None else {field: shown(getattr(person, field)) for field in FIELDS}
        yield Row(where, place, before | said)


def _everybody(people: People) -> Iterator[Person]:
    last: Person | None = None
    while page := people.page(last):
        yield from page
        last = page[-1]
