"""A reply as an Adaptive Card (version 1.5, what Teams draws)."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from vejviser.channels.teams.activities import SUBMIT
from vejviser.channels.workplace import workplace_phrase

Element = Dict[str, Any]
VERSION = "1.5"
BUTTONS_IN_ROW = 5  # Teams hides the seventh and later of a set
MAX_BUTTON = 60
_MARKDOWN = re.compile(r"([\\*_\[\]`~#>])")
_NUMBERED = re.compile(r"^(\s*\d+)([.)])(?=\s)", re.MULTILINE)
_BULLET = re.compile(r"^(\s*)([-+])(?=\s)", re.MULTILINE)
WAYS = ("phone", "sms", "chat", "mail", "web", "hours", "for_whom", "anonymity")


def card(
    reply: Dict[str, Any],
    text: str,
    *,
    before: Optional[str] = None,
    after: Optional[str] = None,
) -> Dict[str, Any]:
    """The card of a reply's data; `text` is for clients that cannot draw it.

    `before` and `after` stand around the reply: who can read along.
    """
    language = reply.get("language", "da")
    body: List[Element] = []
    if before:
        body.append(_remark(before))
    if reply.get("title"):
        body.append(_title(reply["title"]))
    body += [_paragraph(paragraph) for paragraph in reply.get("paragraphs", [])]
    body += [_item(item) for item in reply.get("items", [])]
    body += [_note(note) for note in reply.get("notes", [])]
    body += [_contact(contact, language) for contact in reply.get("contacts", [])]
    if after:
        body.append(_remark(after, style="warning"))
    if reply.get("sources"):
        body.append(_sources(reply["sources"], language))
    if reply.get("next"):
        body += _buttons(reply["next"], language)
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "lang": language,
        "fallbackText": "\n\n".join(part for part in (before, text, after) if part),
        "body": body,
        "msteams": {"width": "Full"},
    }


def plain(text: str) -> str:
    """Text that a TextBlock shows as it stands, not as Markdown."""
    text = _MARKDOWN.sub(r"\\\1", text)
    text = _NUMBERED.sub(r"\1\\\2", text)
    return _BULLET.sub(r"\1\\\2", text)


def _runs(*runs: Element, **what: Any) -> Element:
    """Text in which nothing is Markdown, so that what stands in the report stays as it is."""
    inlines = [{"type": "TextRun", **run} for run in runs]
    return {"type": "RichTextBlock", "inlines": inlines, "spacing": "Small", **what}


def _title(text: str) -> Element:
    look = {"size": "Large", "weight": "Bolder", "style": "heading"}
    return {"type": "TextBlock", "text": plain(text), "wrap": True, **look}


def _paragraph(text: str) -> Element:
    return _runs({"text": text}, spacing="Medium")


def _item(text: str) -> Element:
    return _runs({"text": f"• {text}"})


def _note(note: Dict[str, str]) -> Element:
    label = {"text": f"{note['label']}: ", "weight": "Bolder"}
    return _runs(label, {"text": note["text"]}, spacing="Medium")


def _remark(text: str, style: str = "emphasis") -> Element:
    block = {"type": "TextBlock", "text": plain(text), "wrap": True, "size": "Small"}
    return {"type": "Container", "style": style, "items": [block], "spacing": "Medium"}


def _contact(contact: Dict[str, Any], language: str) -> Element:
    facts = [
        {"title": workplace_phrase(way, language), "value": plain(contact[way])}
        for way in WAYS
        if contact.get(way)
    ]
    name = {"type": "TextBlock", "text": plain(contact["name"]), "weight": "Bolder", "wrap": True}
    items: List[Element] = [name, {"type": "FactSet", "facts": facts}]
    small = {"size": "Small", "isSubtle": True}
    for remark in (contact.get("note"), contact.get("status_2018"), contact.get("checked")):
        if remark:
            items.append(_runs({"text": remark, **small}))
    links = [_link(way, contact[way], language) for way in ("chat", "web") if contact.get(way)]
    actions = [link for link in links if link]
    if actions:
        items.append({"type": "ActionSet", "actions": actions})
    return {"type": "Container", "items": items, "separator": True, "spacing": "Medium"}


def _link(way: str, address: str, language: str) -> Optional[Element]:
    """A button that opens a page; None for what is no address ("via hjemmesiden")."""
    if not re.fullmatch(r"(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?", address):
        return None
    url = address if address.startswith("http") else f"https://{address}"
    return {"type": "Action.OpenUrl", "title": workplace_phrase(way, language), "url": url}


def _sources(sources: List[Dict[str, Any]], language: str) -> Element:
    small = {"size": "Small", "isSubtle": True}
    heading = _runs({"text": workplace_phrase("sources", language), "weight": "Bolder", **small})
    items = [heading]
    for source in sources:
        run: Element = {"text": source["text"], **small}
        if str(source.get("url") or "").startswith("https://"):
            run["selectAction"] = {"type": "Action.OpenUrl", "url": source["url"]}
        items.append(_runs(run))
    return {"type": "Container", "items": items, "separator": True, "spacing": "Medium"}


def _buttons(questions: List[Dict[str, str]], language: str) -> List[Element]:
    lead = _runs({"text": workplace_phrase("see_also", language)}, spacing="Medium")
    actions = [_button(question) for question in questions]
    rows = [actions[i : i + BUTTONS_IN_ROW] for i in range(0, len(actions), BUTTONS_IN_ROW)]
    return [lead, *({"type": "ActionSet", "actions": row} for row in rows)]


def _button(question: Dict[str, str]) -> Element:
    title, payload = question["title"], question["payload"]
    short = title if len(title) <= MAX_BUTTON else f"{title[: MAX_BUTTON - 1].rstrip()}…"
    # Shown in the chat as if the person had typed it, and sent with the words behind the button.
    value = {SUBMIT: payload}
    shown = {"type": "messageBack", "displayText": title, "text": payload, "value": value}
    data = {**value, "msteams": shown}
    return {"type": "Action.Submit", "title": short, "tooltip": title, "data": data}
