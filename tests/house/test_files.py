"""What may lie in the repository, and what may not be written in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import code

ENTRIES = {
    *(".ci", ".gitignore", "app", "db", "docs", "drivers", "resources", "tests", "tools"),
    *("build.spec", "Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt"),
    *("CHANGELOG.md", "LICENSE", "NOTICE", "README.md"),
}
UNDONE = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
MACHINE = re.compile(r"(?<![\w.])/(?:work(?:spaces?)?|Users|builds)/\w+|/home/\w+/")
REGISTRY = re.compile(
    r"--(?:extra-)?index-url|--find-links|https?://[^\s/]*(?:pypi|artifactory|nexus|devpi)[^\s/]*/", re.IGNORECASE
)
PATTERNS = {"something undone": UNDONE, "a path of one machine": MACHINE, "the address of a registry": REGISTRY}
LINK = re.compile(r"\]\(([^)#\s]+)")
BINARY = {".png", ".ttf", ".otf", ".bin", ".db", ".age", ".mp4", ".gz", ".zip"}
VECTORS = code.ROOT / "tests" / "vectors"  # published by others, kept as they are


def texts() -> list[Path]:
    """The tracked files that people wrote here."""
    return [f for f in code.tracked() if f.suffix not in BINARY and VECTORS not in f.parents and f.name != "LICENSE"]


def test_the_tree_has_its_agreed_entries_only() -> None:
    assert {file.relative_to(code.ROOT).parts[0] for file in code.tracked()} <= ENTRIES


def test_links_between_documents_lead_somewhere() -> None:
    pages = [file for file in texts() if file.suffix == ".md"]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text()) if "://" not in link]
    assert links
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("kind", PATTERNS)
def test_no_file_holds(kind: str) -> None:
    pattern, here = PATTERNS[kind], Path(__file__)
    found = [
        f"{file.relative_to(code.ROOT)}:{number} {hit[0]}"
        for file in texts()
        if file != here
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (hit := pattern.search(line))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("something undone", "# TODO: later"),
        ("a path of one machine", "see /workspace/notes.md"),
        ("a path of one machine", "cp x /home/alex/x"),
        ("the address of a registry", "--index-url https://example.org/simple"),
        ("the address of a registry", "https://pypi.example.org/simple/"),
    ],
)
def test_the_patterns_find(kind: str, line: str) -> None:
    assert PATTERNS[kind].search(line)


@pytest.mark.parametrize("line", ["age-payload", "/sys/bus/usb", "~/.local/share", "a/builds/b is relative", "Hackney"])
def test_the_patterns_leave_alone(line: str) -> None:
    assert not any(pattern.search(line) for pattern in PATTERNS.values())
