"""The messages that Vejviser sends to Teams: answers, the welcome, typing, and their limits."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from vejviser.channels.teams.activities import Activity
from vejviser.channels.teams.cards import card
from vejviser.channels.teams.connector import encoded
from vejviser.channels.workplace import examples, workplace_phrase

MAX_BYTES = 28 * 1024  # of one message in Teams
ENVELOPE = 1024  # what Teams adds around it
MAX_SUMMARY = 150
CARD = "application/vnd.microsoft.card.adaptive"
Message = Dict[str, Any]


def answer(incoming: Activity, reply: Dict[str, Any], *, first: bool) -> Message:
    """The message for one Rasa reply {"text", "custom"}.

    The `first` of a conversation says who can read along; in a crisis every one says so, last.
    """
    text, data = str(reply.get("text") or ""), reply.get("custom")
    if not isinstance(data, dict):
        return _with_text(incoming, text, _notice(incoming.language) if first else None)
    language = data.get("language", "da")
    if data.get("kind") == "crisis":
        after = workplace_phrase("notice_crisis", language)
        return _with_card(incoming, data, text, None, after)
    return _with_card(incoming, data, text, _notice(language) if first else None, None)


def welcome(incoming: Activity) -> Message:
    """Who Vejviser is, who can read along, and questions to begin with."""
    language = incoming.language
    paragraphs = [workplace_phrase("welcome", language)]
    if incoming.is_shared:
        paragraphs.append(workplace_phrase("welcome_shared", language))
    paragraphs.append(_notice(language))
    title = workplace_phrase("welcome_title", language)
    data = {
        "kind": "answer",
        "language": language,
        "title": title,
        "paragraphs": paragraphs,
        "next": [{"title": question, "payload": question} for question in examples(language)],
    }
    return _with_card(incoming, data, "\n\n".join([title, *paragraphs]), None, None)


def failed(incoming: Activity) -> Message:
    """What is said when nothing else can be."""
    return _with_text(incoming, workplace_phrase("failed", incoming.language), None)


def typing(incoming: Activity) -> Message:
    """The three dots."""
    return {**_envelope(incoming), "type": "typing"}


def as_text(message: Message) -> Message:
    """The same message without its card, for when Teams would not take the card."""
    attachments = message.get("attachments") or [{"content": {"fallbackText": message["text"]}}]
    text = attachments[0]["content"]["fallbackText"]
    rest = {key: value for key, value in message.items() if key != "attachments"}
    return {**rest, "text": text, "textFormat": "plain"}


def _notice(language: str) -> str:
    return workplace_phrase("notice", language)


def _with_text(incoming: Activity, text: str, before: Optional[str]) -> Message:
    whole = "\n\n".join(part for part in (before, text) if part)
    return {**_envelope(incoming), "type": "message", "text": whole, "textFormat": "plain"}


def _with_card(
    incoming: Activity,
    data: Dict[str, Any],
    text: str,
    before: Optional[str],
    after: Optional[str],
) -> Message:
    """A message with a card, shortened until Teams takes it. Contacts and sources stay."""
    items: List[Any] = list(data.get("items", []))
    data = dict(data)
    while True:
        content = card(data, text, before=before, after=after)
        message = {
            **_envelope(incoming),
            "type": "message",
            "summary": _summary(data, text),
            "attachments": [{"contentType": CARD, "content": content}],
        }
        if len(encoded(message)) <= MAX_BYTES - ENVELOPE:
            return message
        if items:
            items.pop()
            shortened = workplace_phrase("shortened", data.get("language", "da"))
            data["items"] = [*items, shortened]
        elif len(text) > 500:
            text = f"{text[:499]}…"
        else:
            return _with_text(incoming, text, before or after)


def _summary(data: Dict[str, Any], text: str) -> str:
    """What a notification shows: in a crisis not more than that there is an answer."""
    line = str(data.get("title") or "") or (text.splitlines() or [""])[0]
    return line if len(line) <= MAX_SUMMARY else f"{line[: MAX_SUMMARY - 1]}…"


def _envelope(incoming: Activity) -> Message:
    """From the bot to whoever wrote, in the same conversation; as an answer when there is an id."""
    envelope: Message = {
        "from": {"id": incoming.bot.get("id")},
        "recipient": {"id": incoming.sender.get("id")},
        "conversation": {"id": incoming.conversation_id},
        "locale": incoming.language,
    }
    if incoming.type in ("message", "invoke") and incoming.id:
        envelope["replyToId"] = incoming.id
    return envelope
