"""`make teams-package`: the app package for Teams, from the template and the environment."""

from __future__ import annotations

import io
import json
import os
import sys
import uuid
import zipfile
from pathlib import Path
from typing import Mapping
from urllib.parse import urlsplit

from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "build" / "vejviser-teams.zip"
APP_ID, SITE = "VEJVISER_TEAMS_APP_ID", "VEJVISER_SITE"
ORGANISATION = "VEJVISER_ORGANISATION"
BLUE, WHITE, NOTHING = (27, 77, 92, 255), (255, 255, 255, 255), (0, 0, 0, 0)
FINE = 8  # drawn this many times larger and then reduced, for smooth edges
# A signpost in a square of 32: the post, an arm to the right and a shorter one to the left.
POST = [(15, 4), (17, 4), (17, 28), (15, 28)]
RIGHT = [(8, 7), (23, 7), (26, 10), (23, 13), (8, 13)]
LEFT = [(23, 15), (11, 15), (8, 18), (11, 21), (23, 21)]


class CannotBuild(Exception):
    """The package cannot be made; the text says what is missing."""


def manifest(environment: Mapping[str, str]) -> bytes:
    """The manifest with its places filled. Raises CannotBuild."""
    app_id, site = environment.get(APP_ID, "").strip(), environment.get(SITE, "").strip()
    organisation = environment.get(ORGANISATION, "").strip()
    for name, value in ((APP_ID, app_id), (SITE, site), (ORGANISATION, organisation)):
        if not value:
            raise CannotBuild(f"{name} mangler. Se docs/teams.md.")
    try:
        uuid.UUID(app_id)
    except ValueError:
        raise CannotBuild(f"{APP_ID} skal være appens id, 32 hexcifre med bindestreger.") from None
    if urlsplit(site).scheme != "https" or not urlsplit(site).hostname:
        raise CannotBuild(f"{SITE} skal være en https-adresse, fx https://vejviser.kommune.dk")
    filled = (HERE / "manifest.template.json").read_text(encoding="utf-8")
    places = {"app_id": app_id, "site": site.rstrip("/"), "organisation": organisation[:32]}
    for place, value in places.items():
        filled = filled.replace(f"{{{place}}}", json.dumps(value, ensure_ascii=False)[1:-1])
    json.loads(filled)
    return filled.encode("utf-8")


def icon(size: int, colour: "tuple[int, ...]", ground: "tuple[int, ...]", share: float) -> bytes:
    """The signpost as PNG; it fills `share` of the square."""
    large = size * FINE
    image = Image.new("RGBA", (large, large), ground)
    draw = ImageDraw.Draw(image)
    scale, edge = large * share / 32, large * (1 - share) / 2
    for shape in (POST, RIGHT, LEFT):
        draw.polygon([(edge + x * scale, edge + y * scale) for x, y in shape], fill=colour)
    target = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(target, "PNG", optimize=True)
    return target.getvalue()


def build(environment: Mapping[str, str], target: Path = TARGET) -> Path:
    """Write the package and return where it is. Raises CannotBuild."""
    parts = {
        "manifest.json": manifest(environment),
        "color.png": icon(192, WHITE, BLUE, share=0.625),
        "outline.png": icon(32, WHITE, NOTHING, share=1.0),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            # A fixed date, so that the same settings give the same file.
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return target


def main() -> int:
    """Build from the environment. Returns the exit code."""
    try:
        print(build(os.environ))
        return 0
    except CannotBuild as error:
        print(f"Pakken kan ikke laves: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
