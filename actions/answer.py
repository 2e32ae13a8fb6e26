"""Answer from the entry that the message asks about."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Optional, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.find import find
from actions.turn import Events, Turn, knowledge, turn_of
from vejviser.replies.compose import answer
from vejviser.replies.reply import Note, Reply
from vejviser.replies.wording import phrase

CLOSE = 0.1  # entries with this share of the best one's probability are told as well


class ActionAnswer(Action):
    """Looks the entry up and words it for who is asking."""

    def name(self) -> Text:
        """The name used in the rules."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> Events:
        """Send the answer; without an entry, look it up in full text."""
        turn = turn_of(tracker)
        reply = about(turn)
        return turn.send(dispatcher, reply or find(turn))


def about(turn: Turn) -> Optional[Reply]:
    """The answer from the entry of this turn; None when it has none."""
    entry_id = turn.entry_id
    if entry_id is None or entry_id not in knowledge().kind_of:
        return None
    reply = answer(
        entry_id,
        knowledge(),
        question=turn.question,
        language=turn.language,
        young=turn.young,
        also=[] if _declined(entry_id) else turn.runners_up(CLOSE),
        moment=turn.moment,
    )
    return _with_place(reply, turn, entry_id)


def _declined(entry_id: str) -> bool:
    """Whether the answer is an honest refusal, which no guess should follow."""
    return knowledge().kind_of[entry_id] == "out_of_scope"


def _with_place(reply: Reply, turn: Turn, entry_id: str) -> Reply:
    """Say so when the report is silent about the municipality that was asked about."""
    place = turn.municipality
    if not place or entry_id in knowledge().young or _mentions(entry_id, place):
        return reply
    anywhere = _mentioned_anywhere(place)
    name = "place_elsewhere" if anywhere else "place_unknown"
    note = phrase(name, turn.language, place=place.title())
    return reply.copy(update={"notes": [*reply.notes, Note(label=place.title(), text=note)]})


@lru_cache(maxsize=256)
def _mentioned_anywhere(place: str) -> bool:
    return any(_mentions(entry_id, place) for entry_id in knowledge().entries)


def _mentions(entry_id: str, place: str) -> bool:
    entry = knowledge().entries[entry_id]
    texts = [entry.title, *(fact.text for fact in entry.all_facts())]
    return any(place.lower() in text.lower() for text in texts)
