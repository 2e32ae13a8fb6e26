"""Replies that must not depend on the action server: they are trained into the bot.

Their wording stands in data/replies/*.yml, their telephone numbers in the contacts. Each becomes
a Rasa response "utter_<intent>" in Danish, with an English variant for the slot language=en.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional

import yaml
from pydantic import Field, ValidationError

from vejviser.knowledge.base import Knowledge, KnowledgeError, describe
from vejviser.knowledge.schema import Strict, Texts
from vejviser.replies.cards import contact_card, in_language
from vejviser.replies.reply import Kind, Next, Reply
from vejviser.replies.wording import REPLIES_DIR

FILES = {"crisis": Kind.crisis, "small_talk": Kind.answer}
LANGUAGES = ("da", "en")
UNAVAILABLE = "unavailable"


class FixedReply(Strict):
    """One item of data/replies/crisis.yml or small_talk.yml."""

    intent: str
    title: Texts
    text: Texts
    step: Optional[Texts] = None
    contacts: List[str] = Field(default_factory=list)
    next: List[Texts] = Field(default_factory=list)


def read_fixed(path: Path) -> List[FixedReply]:
    """The replies of one file. Raises KnowledgeError with file, intent and field."""
    replies = []
    for raw in yaml.safe_load(path.read_text(encoding="utf-8")):
        try:
            replies.append(FixedReply(**raw))
        except (ValidationError, TypeError) as error:
            name = raw.get("intent") if isinstance(raw, dict) else raw
            raise KnowledgeError(f"{path}: reply '{name}': {describe(error)}") from None
    return replies


def fixed_reply(fixed: FixedReply, kind: Kind, knowledge: Knowledge, language: str) -> Reply:
    """The reply in one language, with the cards of its contacts.

    Raises KnowledgeError for a contact that does not exist.
    """
    for contact_id in fixed.contacts:
        if contact_id not in knowledge.contacts:
            raise KnowledgeError(f"reply '{fixed.intent}': contact '{contact_id}' does not exist")
    paragraphs = [in_language(fixed.text, language)]
    if fixed.step:
        paragraphs.append(in_language(fixed.step, language))
    contacts = [knowledge.contacts[contact_id] for contact_id in fixed.contacts]
    titles = [in_language(title, language) for title in fixed.next]
    return Reply(
        kind=kind,
        language=language,
        title=in_language(fixed.title, language),
        paragraphs=paragraphs,
        contacts=[contact_card(c, knowledge, language, moment=None) for c in contacts],
        next=[Next(title=title, payload=title) for title in titles],
        topic=fixed.intent,
    )


def fixed_responses(knowledge: Knowledge) -> Dict[str, List[Dict[str, Any]]]:
    """All fixed replies in the form of a Rasa domain's `responses`."""
    responses: Dict[str, List[Dict[str, Any]]] = {}
    for stem, kind in FILES.items():
        for fixed in read_fixed(REPLIES_DIR / f"{stem}.yml"):
            if fixed.intent == UNAVAILABLE:  # said by the channels, when Rasa cannot speak
                continue
            danish, english = (fixed_reply(fixed, kind, knowledge, lang) for lang in LANGUAGES)
            in_english = {"type": "slot", "name": "language", "value": "en"}
            responses[f"utter_{fixed.intent}"] = [
                {"text": danish.text(), "custom": danish.data()},
                {"text": english.text(), "custom": english.data(), "condition": [in_english]},
            ]
    return responses
