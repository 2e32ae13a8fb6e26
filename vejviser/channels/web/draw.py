"""From a reply as data to HTML: everything that is shown passes through these templates."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vejviser.channels.guard import knowledge
from vejviser.channels.web.assets import address
from vejviser.knowledge.base import KnowledgeError
from vejviser.replies.cards import contact_card
from vejviser.replies.opening import now_in_copenhagen
from vejviser.replies.reply import ContactCard, Kind, Reply
from vejviser.replies.wording import REPLIES_DIR, phrase

LANGUAGES = ("da", "en")
JUDGED = ("answer", "contact", "unknown")  # nobody is asked whether a crisis reply "helped"


@lru_cache(maxsize=None)
def wording() -> Dict[str, Any]:
    """All of data/replies/web.yml. Raises KnowledgeError for a contact that does not exist."""
    texts = dict(yaml.safe_load((REPLIES_DIR / "web.yml").read_text(encoding="utf-8")))
    for page, contacts in texts["numbers"].items():
        for contact in contacts:
            if contact not in knowledge().contacts:
                raise KnowledgeError(f"web.yml: numbers: {page}: '{contact}' does not exist")
    return texts


def numbers(page: str, language: str, moment: Optional[dt.datetime] = None) -> List[ContactCard]:
    """The cards of the most important contacts of a page ("doors", "young", "professional")."""
    known, now = knowledge(), moment or now_in_copenhagen()
    ids = wording()["numbers"][page]
    return [contact_card(known.contacts[i], known, language, now) for i in ids]


def reply_view(
    message: Dict[str, Any],
    audience: str,
    ballot: Callable[[str], str],
    moment: Optional[dt.datetime] = None,
) -> Dict[str, Any]:
    """What the template needs of one Rasa message."""
    reply = Reply(**message["custom"]) if message.get("custom") else None
    if reply is None:
        reply = Reply(kind=Kind.answer, paragraphs=str(message.get("text") or "").split("\n"))
    now, today = moment or now_in_copenhagen(), phrase("today", reply.language)
    cards = [_with_hours(card, reply.language, now) for card in reply.contacts]
    if audience == "young":  # what was in 2018 is never shown to a young person
        cards = [card.copy(update={"status_2018": None}) for card in cards]
    judged = reply.kind in JUDGED and "/" in (reply.topic or "")  # an entry, no small talk
    return {
        "reply": reply,
        "contacts": cards,
        "plain": message.get("text") or reply.text(),
        "notes": [note for note in reply.notes if note.label != today],
        "today": [note for note in reply.notes if note.label == today],
        "ballot": ballot(str(reply.topic)) if judged else None,
    }


def _with_hours(card: ContactCard, language: str, moment: dt.datetime) -> ContactCard:
    """Fixed replies know no clock: their cards get "open now" here."""
    if card.open_now is not None:
        return card
    known = knowledge()
    for contact in known.contacts.values():
        if contact.name == card.name:
            return contact_card(contact, known, language, moment)
    return card


def dial(number: str) -> str:
    """A telephone number as an address: digits, and a plus in front where there is one."""
    return re.sub(r"[^\d+]", "", number)


def link(url: Optional[str]) -> Optional[str]:
    """An address that may stand in a link, or None."""
    return url if url and url.startswith("https://") else None


@lru_cache(maxsize=None)
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(dial=dial, link=link)
    environment.globals["asset"] = address
    return environment


def render(template: str, language: str, **values: Any) -> str:
    """One template as HTML, with the wording of `language` as `w`."""
    values.update(w=wording()[language], all_words=wording(), language=language)
    return _templates().get_template(template).render(**values)
