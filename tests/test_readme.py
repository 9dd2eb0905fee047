"""The README keeps its word: every camera that ships is in it, every page it names is there."""

import re
from pathlib import Path

from drivers.models import load_models

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_every_camera_model_is_in_the_table() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| ")]
    for model in load_models(ROOT / "resources" / "models"):
        for match in model.usb:
            usb = f"{match.vendor}:{match.product}" if match.by_ids else match.interface or ""
            assert any(usb in row for row in rows) or match.interface_name, f"{model.name} is not in the README"


def test_every_page_and_picture_it_names_is_there() -> None:
    named = [place for place in re.findall(r"\]\(([^)]+)\)", README) if not place.startswith("http")]
    assert named
    assert [place for place in named if not (ROOT / place).exists()] == []
