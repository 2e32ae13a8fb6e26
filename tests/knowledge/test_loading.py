"""A broken knowledge file is refused with file, entry and field, and nothing else breaks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable

import pytest
import yaml

from vejviser.knowledge.base import KNOWLEDGE_DIR, KnowledgeError, load

Change = Callable[[list], None]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KNOWLEDGE_DIR, tmp_path / "knowledge"))


def change(copy: Path, kind: str, edit: Change) -> None:
    path = copy / f"{kind}.yml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(entries)
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda e: e[0].pop("title"), "title"),
        (lambda e: e[0].update(tittle="x"), "tittle"),
        (lambda e: e[0].update(summary="x"), "summary"),
        (lambda e: e[0]["summary"].update(lines="9-3"), "summary.lines"),
        (lambda e: e[0]["summary"].update(lines="1-99999"), "summary.lines"),
        (lambda e: e[0]["summary"].update(source="politi_112"), "summary"),
        (lambda e: e[0].update(facts="x"), "facts"),
        (lambda e: e[0].update(related=["findes_ikke"]), "related"),
        (lambda e: e[0].update(contacts=["findes_ikke"]), "contacts"),
        (lambda e: e[0]["summary"].update(text=""), "summary.text"),
    ],
)
def test_names_file_entry_and_field(copy: Path, edit: Change, field: str) -> None:
    entry_id = yaml.safe_load((copy / "law.yml").read_text(encoding="utf-8"))[0]["id"]
    change(copy, "law", edit)
    with pytest.raises(KnowledgeError) as refused:
        load(copy)
    message = str(refused.value)
    assert "law.yml" in message and entry_id in message and f"'{field}'" in message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"- id: [", "line"),
        (b"just text", "list of entries"),
        (b"- text", "number 1"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_file_that_is_no_yaml_list_is_refused(copy: Path, content: bytes, expected: str) -> None:
    (copy / "law.yml").write_bytes(content)
    with pytest.raises(KnowledgeError, match=expected):
        load(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "law.yml").unlink()
    with pytest.raises(KnowledgeError, match="law.yml: the file is missing"):
        load(copy)


def test_an_id_may_stand_once_only(copy: Path) -> None:
    change(copy, "law", lambda entries: entries.append(entries[0]))
    with pytest.raises(KnowledgeError, match="occurs twice"):
        load(copy)


def test_an_incomplete_anonymity_label_is_refused(copy: Path) -> None:
    change(copy, "contacts", lambda entries: entries[0]["anonymity"].pop("kept"))
    with pytest.raises(KnowledgeError, match="anonymity.kept"):
        load(copy)


def test_the_projects_own_knowledge_is_sound() -> None:
    knowledge = load()
    assert len(knowledge.entries) > 200 and len(knowledge.contacts) > 20
