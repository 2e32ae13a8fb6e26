"""A reply in Slack's Block Kit, within its limits."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, List, Optional

from vejviser.channels.workplace import workplace_phrase

Block = Dict[str, Any]
MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_TEXT = 3000  # of a section, a context element, and here of a list too
MAX_LABEL = 75
MAX_VALUE = 2000
MAX_BUTTONS = 25
IN_ROW = 5
IN_CONTEXT = 10
ASK = "vejviser-ask"  # begins the action_id of every button
LINES = ("hours", "for_whom", "anonymity")
_ADDRESS = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(/[^\s<>|]*)?")
_NUMBER = re.compile(r"\+?[\d ]+")


def blocks(
    reply: Dict[str, Any],
    *,
    before: Optional[str] = None,
    after: Optional[str] = None,
) -> List[Block]:
    """The blocks of a reply's data. `before` and `after` stand around it: who can read along.

    Only contacts and sources are markup, with what they hold escaped; all else is plain text, so
    that what stands in the report stays as it is.
    """
    language = reply.get("language", "da")
    drawn: List[Block] = [_context([_plain(before)])] if before else []
    drawn += _title(reply.get("title") or "")
    for paragraph in reply.get("paragraphs", []):
        drawn += _sections(paragraph)
    drawn += _list(reply.get("items", []))
    drawn += [_note(note) for note in reply.get("notes", [])]
    drawn += [_contact(contact, language) for contact in reply.get("contacts", [])]
    drawn += _sections(after or "")
    drawn += _sources(reply.get("sources", []), language)
    drawn += _buttons(reply.get("next", []), language)
    return drawn


def text_blocks(text: str, *, before: Optional[str] = None) -> List[Block]:
    """The blocks of a reply that is nothing but text."""
    return blocks({"paragraphs": [text]}, before=before)


def chosen(label: str, language: str) -> Block:
    """What was asked with a button: Slack does not show that one was pressed."""
    return _context([_plain(workplace_phrase("chosen", language, question=label))])


def escaped(text: str) -> str:
    """Text with the three characters escaped that Slack's markup is made with."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(drawn: Iterable[Block]) -> int:
    """How much text there is in blocks, labels and values included."""
    return sum(_length(block) for block in drawn)


def _length(value: Any) -> int:
    if isinstance(value, dict):
        return sum(_length(v) for k, v in value.items() if k != "type")
    if isinstance(value, list):
        return sum(_length(v) for v in value)
    return len(value) if isinstance(value, str) else 0


def _plain(text: str) -> Dict[str, Any]:
    return {"type": "plain_text", "text": cut(text, MAX_TEXT), "emoji": False}


def _markup(text: str) -> Dict[str, Any]:
    return {"type": "mrkdwn", "text": cut(text, MAX_TEXT), "verbatim": True}


def cut(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _title(text: str) -> List[Block]:
    if len(text) > MAX_HEADER:
        return [_rich(_section_of({"type": "text", "text": text, "style": {"bold": True}}))]
    return [{"type": "header", "text": _plain(text)}] if text.strip() else []


def _sections(text: str) -> List[Block]:
    return [{"type": "section", "text": _plain(piece)} for piece in _pieces(text)]


def _pieces(text: str) -> List[str]:
    """The text in parts that fit, parted between words where there are any."""
    parts, rest = [], text.strip()
    while len(rest) > MAX_TEXT:
        space = max(rest.rfind(" ", 0, MAX_TEXT), rest.rfind("\n", 0, MAX_TEXT))
        at = space if space > 0 else MAX_TEXT
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, rest] if rest else parts


def _rich(*elements: Dict[str, Any]) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section_of(*elements: Dict[str, Any]) -> Dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def _list(items: List[str]) -> List[Block]:
    groups: List[List[str]] = []
    for piece in (piece for item in items for piece in _pieces(item)):
        if not groups or sum(map(len, groups[-1])) + len(piece) > MAX_TEXT:
            groups.append([])
        groups[-1].append(piece)
    return [_bullets(group) for group in groups]


def _bullets(items: List[str]) -> Block:
    lines = [_section_of({"type": "text", "text": item}) for item in items]
    return _rich({"type": "rich_text_list", "style": "bullet", "elements": lines})


def _note(note: Dict[str, str]) -> Block:
    label = {"type": "text", "text": f"{note['label']}: ", "style": {"bold": True}}
    return _rich(_section_of(label, {"type": "text", "text": note["text"]}))


def _contact(contact: Dict[str, Any], language: str) -> Block:
    """A card: what one presses comes first, so that it is never what is cut off."""
    lines = [f"*{escaped(contact['name'])}*", *_ways(contact, language)]
    lines += [_line(name, escaped(contact[name]), language) for name in LINES if contact.get(name)]
    for remark in (contact.get("note"), contact.get("status_2018"), contact.get("checked")):
        if remark:
            lines.append(escaped(remark))
    return {"type": "section", "text": _markup("\n".join(lines))}


def _ways(contact: Dict[str, Any], language: str) -> List[str]:
    links = {"phone": _phone, "sms": escaped, "chat": _page, "mail": _mail, "web": _page}
    return [
        _line(way, link(contact[way]), language) for way, link in links.items() if contact.get(way)
    ]


def _line(name: str, shown: str, language: str) -> str:
    return f"{workplace_phrase(name, language)}: {shown}"


def _phone(number: str) -> str:
    if not _NUMBER.fullmatch(number):
        return escaped(number)
    return f"<tel:{number.replace(' ', '')}|{number}>"


def _page(address: str) -> str:
    if not _ADDRESS.fullmatch(address):  # "via hjemmesiden"
        return escaped(address)
    url = address if address.startswith("http") else f"https://{address}"
    return f"<{escaped(url)}|{escaped(address)}>"


def _mail(address: str) -> str:
    return f"<mailto:{escaped(address)}|{escaped(address)}>"


def _context(elements: List[Dict[str, Any]]) -> Block:
    return {"type": "context", "elements": elements}


def _sources(sources: List[Dict[str, Any]], language: str) -> List[Block]:
    if not sources:
        return []
    elements = [_plain(f"{workplace_phrase('sources', language)}:")]
    elements += [_source(source) for source in sources]
    rows = [elements[i : i + IN_CONTEXT] for i in range(0, len(elements), IN_CONTEXT)]
    return [_context(row) for row in rows]


def _source(source: Dict[str, Any]) -> Dict[str, Any]:
    url, text = str(source.get("url") or ""), source["text"]
    if not url.startswith("https://") or url not in text or len(text) > MAX_TEXT // 2:
        return _plain(text)
    return _markup(escaped(text).replace(escaped(url), f"<{escaped(url)}>", 1))


def _buttons(questions: List[Dict[str, str]], language: str) -> List[Block]:
    if not questions:
        return []
    buttons = [_button(q, number) for number, q in enumerate(questions[:MAX_BUTTONS])]
    rows = [buttons[i : i + IN_ROW] for i in range(0, len(buttons), IN_ROW)]
    lead = _context([_plain(workplace_phrase("see_also", language))])
    return [lead, *({"type": "actions", "elements": row} for row in rows)]


def _button(question: Dict[str, str], number: int) -> Dict[str, Any]:
    label = {"type": "plain_text", "text": cut(question["title"], MAX_LABEL), "emoji": False}
    value = question["payload"][:MAX_VALUE]
    return {"type": "button", "action_id": f"{ASK}-{number}", "text": label, "value": value}
