"""The one reply that every channel draws: data, and the same as plain text."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any, Dict, List, Optional

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, Extra, Field

_TEMPLATES = Environment(  # plain text: nothing to escape; web pages escape on their own
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,
)


class Part(BaseModel):
    """A piece of a reply. Unknown fields are refused, so that channels can rely on the shape."""

    class Config:
        extra = Extra.forbid
        use_enum_values = True


class Kind(str, Enum):
    """What sort of reply this is; "crisis" marks every reply of the crisis flow."""

    answer = "answer"
    contact = "contact"
    crisis = "crisis"
    choice = "choice"
    unknown = "unknown"


class Note(Part):
    """A remark that travels with the facts: a caveat, or what has changed since 2018."""

    label: str
    text: str


class ContactCard(Part):
    """A way to reach somebody, as it is shown: numbers as people read them ("116 111")."""

    name: str
    phone: Optional[str] = None
    sms: Optional[str] = None
    chat: Optional[str] = None
    mail: Optional[str] = None
    web: Optional[str] = None
    hours: str
    open_now: Optional[bool] = None
    anonymity: str
    for_whom: str
    note: Optional[str] = None
    status_2018: Optional[str] = None
    checked: str


class SourceRef(Part):
    """Where facts come from: report section and lines, or a publisher outside it."""

    section: Optional[str] = None
    lines: Optional[str] = None
    publisher: Optional[str] = None
    url: Optional[str] = None
    verified_on: Optional[str] = None
    text: str


class Next(Part):
    """A button: what stands on it and what is sent, as if typed, when it is pressed."""

    title: str
    payload: str


class Reply(Part):
    """One answer. `language` is "da" or "en" and decides the labels in the plain text."""

    kind: Kind
    language: str = "da"
    title: str = ""
    paragraphs: List[str] = Field(default_factory=list)
    items: List[str] = Field(default_factory=list)
    notes: List[Note] = Field(default_factory=list)
    contacts: List[ContactCard] = Field(default_factory=list)
    sources: List[SourceRef] = Field(default_factory=list)
    next: List[Next] = Field(default_factory=list)
    topic: Optional[str] = None

    def text(self) -> str:
        """The complete reply as plain text, for channels that cannot draw the data."""
        rendered = _TEMPLATES.get_template("reply.txt.j2").render(reply=self)
        return "\n".join(line.rstrip() for line in rendered.strip().splitlines())

    def message(self) -> Dict[str, Any]:
        """The arguments of Rasa's `dispatcher.utter_message`: text and custom payload."""
        return {"text": self.text(), "json_message": self.data()}

    def data(self) -> Dict[str, Any]:
        """The reply as JSON data, without empty fields."""
        return self.dict(exclude_none=True)
