"""What README.md and docs/ name exists: paths, links and make targets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Tuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.M)


def paths() -> List[str]:
    """The paths that the README sets in code: a word with a slash, or a file of the root."""
    code = [text for text in _CODE.findall(README) if not re.search(r"\s|<|://", text)]
    return sorted({text for text in code if "/" in text or text.endswith((".yml", ".toml"))})


def targets() -> List[str]:
    """The make targets that the README names in code."""
    return sorted(set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.M)))


def links() -> List[Tuple[Path, str]]:
    """Every link of every document, but those to other sites."""
    found = []
    for document in DOCUMENTS:
        for target in _LINK.findall(document.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                found.append((document, target))
    return found


def anchors(document: Path) -> List[str]:
    """The anchors that GitHub makes of the headings."""
    headings = _HEADING.findall(document.read_text(encoding="utf-8"))
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("path", paths())
def test_every_path_in_the_readme_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("document", "target"), links(), ids=lambda v: getattr(v, "name", v))
def test_every_link_leads_somewhere(document: Path, target: str) -> None:
    name, _, anchor = target.partition("#")
    aim = document.parent / name if name else document
    assert aim.exists()
    if anchor and aim.suffix == ".md":
        assert anchor in anchors(aim)


@pytest.mark.parametrize("target", targets())
def test_every_make_target_in_the_readme_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.M)


def test_the_readme_says_why_each_dependency_is_there() -> None:
    """The table names every package of pyproject.toml."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.findall(r'^ {4}"([A-Za-z][A-Za-z0-9_.-]*)', project, re.M)
    missing = [package for package in packages if f"`{package}" not in README]
    assert packages and not missing
