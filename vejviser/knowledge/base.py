"""Load every knowledge file, check it whole, and look entries up by id."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple, Type, TypeVar

import yaml
from pydantic import ValidationError

from vejviser.knowledge.schema import Contact, Entry, Source, Strict, YoungEntry

KNOWLEDGE_DIR = Path(__file__).resolve().parents[2] / "data" / "knowledge"

# One file per kind of entry; the intent that asks for it is "ask_<file name>".
ENTRY_KINDS = (
    "target_groups",
    "warning_signs",
    "interventions",
    "organisations",
    "law",
    "definitions",
    "figures",
    "cases",
    "conditions",
    "portals",
    "report",
    "out_of_scope",
)
YOUNG_KINDS = ("young_control", "young_feelings", "young_life", "young_help")

Model = TypeVar("Model", bound=Strict)

# The same safe loader in C where PyYAML has it: ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class KnowledgeError(Exception):
    """A knowledge file is broken; the text names file, entry and field."""


@dataclass(frozen=True)
class Knowledge:
    """All that the bot knows, by id. `kind_of` tells which file an entry stands in."""

    entries: Dict[str, Entry]
    young: Dict[str, YoungEntry]
    contacts: Dict[str, Contact]
    sources: Dict[str, Source]
    kind_of: Dict[str, str] = field(repr=False, default_factory=dict)

    def title(self, entry_id: str, language: str = "da") -> str:
        """The title of a professional or young entry."""
        if entry_id in self.entries:
            return self.entries[entry_id].title
        title = self.young[entry_id].title
        return title.en if language == "en" else title.da

    def topic(self, entry_id: str) -> str:
        """The full intent name of an entry, e.g. "ask_interventions/fritidspas"."""
        return f"ask_{self.kind_of[entry_id]}/{entry_id}"


@lru_cache(maxsize=4)
def load(directory: Path = KNOWLEDGE_DIR) -> Knowledge:
    """Read and check the knowledge below `directory`, once in a process.

    Raises KnowledgeError naming file, entry and field when a file cannot be read, an entry does
    not fit its schema, an id occurs twice, or an entry refers to an id that does not exist.
    """
    if not directory.is_dir():
        raise KnowledgeError(f"{directory}: no such folder")
    entries: Dict[str, Entry] = {}
    young: Dict[str, YoungEntry] = {}
    kind_of: Dict[str, str] = {}
    for kind in ENTRY_KINDS:
        _read_kind(directory / f"{kind}.yml", Entry, entries, kind_of)
    for kind in YOUNG_KINDS:
        _read_kind(directory / f"{kind}.yml", YoungEntry, young, kind_of)
    knowledge = Knowledge(
        entries=entries,
        young=young,
        contacts=dict(_read(directory / "contacts.yml", Contact)),
        sources=dict(_read(directory / "sources.yml", Source)),
        kind_of=kind_of,
    )
    _check_references(knowledge, directory)
    return knowledge


def read_anew(directory: Path = KNOWLEDGE_DIR) -> Knowledge:
    """As `load`, from files that may have changed since this process read them."""
    load.cache_clear()
    return load(directory)


def _read_kind(
    path: Path, model: Type[Model], into: Dict[str, Model], kind_of: Dict[str, str]
) -> None:
    for entry_id, entry in _read(path, model):
        if entry_id in kind_of:
            raise KnowledgeError(
                f"{path}: entry '{entry_id}': field 'id': stands in {kind_of[entry_id]}.yml too"
            )
        into[entry_id] = entry
        kind_of[entry_id] = path.stem


def _read(path: Path, model: Type[Model]) -> Iterator[Tuple[str, Model]]:
    seen = set()
    for number, raw in enumerate(_read_list(path), start=1):
        name = raw.get("id", f"number {number}") if isinstance(raw, dict) else f"number {number}"
        if not isinstance(raw, dict):
            raise KnowledgeError(f"{path}: entry {name}: is not a mapping of fields")
        try:
            entry = model(**raw)
        except ValidationError as error:
            raise KnowledgeError(f"{path}: entry '{name}': {describe(error)}") from None
        if name in seen:
            raise KnowledgeError(f"{path}: entry '{name}': field 'id': occurs twice")
        seen.add(name)
        yield str(name), entry


def _read_list(path: Path) -> List[Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except FileNotFoundError:
        raise KnowledgeError(f"{path}: the file is missing") from None
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{path}: is not UTF-8 text (byte {error.start})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "cannot be read"
        raise KnowledgeError(f"{path}: is not valid YAML{where}: {problem}") from None
    if not isinstance(content, list):
        raise KnowledgeError(f"{path}: must be a list of entries")
    return content


def describe(error: Exception) -> str:
    """The first complaint of a schema error as "field 'x': what is wrong"."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "__root__")
    return f"field '{place}': {first['msg']}" if place else first["msg"]


def _check_references(knowledge: Knowledge, directory: Path) -> None:
    def check(entry_id: str, name: str, wanted: List[str], known: Any) -> None:
        for reference in wanted:
            if reference not in known:
                path = directory / f"{knowledge.kind_of.get(entry_id, 'contacts')}.yml"
                raise KnowledgeError(
                    f"{path}: entry '{entry_id}': field '{name}': '{reference}' does not exist"
                )

    for entry in knowledge.entries.values():
        check(entry.id, "related", entry.related, knowledge.kind_of)
        check(entry.id, "contacts", entry.contacts, knowledge.contacts)
        used = [fact.source for fact in entry.all_facts() if fact.source]
        check(entry.id, "source", used, knowledge.sources)
    for young in knowledge.young.values():
        check(young.id, "related", young.related, knowledge.kind_of)
        check(young.id, "contacts", young.contacts, knowledge.contacts)
        check(young.id, "sources", young.sources, knowledge.sources)
    for contact in knowledge.contacts.values():
        check(contact.id, "source", [contact.source], knowledge.sources)
