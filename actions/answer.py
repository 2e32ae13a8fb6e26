"""Answer from the entry that the message asks about."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, Optional, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.find import find
from actions.turn import Events, Turn, knowledge, turn_of
from vejviser.replies.compose import answer
from vejviser.replies.reply import Note, Reply
from vejviser.replies.wording import phrase

# Law, warning signs and what a word means are the same in all of Denmark.
LOCAL_KINDS = ("cases", "conditions", "figures", "interventions", "organisations", "out_of_scope")
_POINTS_BACK = re.compile(r"(?i)\b(?:det|den|dem|it|they)\b")
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
    if not place:
        return reply
    # "findes det i Odense?": the answer may tell of something else there.
    meant = turn.previous if _POINTS_BACK.search(turn.question) else None
    silent = [each for each in (meant, entry_id) if each and _silent(each, place)]
    if not silent:
        return reply
    name = "place_elsewhere" if _mentioned_anywhere(place) else "place_unknown"
    label = knowledge().title(silent[0], turn.language)
    note = Note(label=label, text=phrase(name, turn.language, place=place))
    return reply.copy(update={"notes": [note, *reply.notes]})


def _silent(entry_id: str, place: str) -> bool:
    """Whether an entry of what there is in some places does not name this one."""
    # An entry spoken of before may be gone, where the knowledge was read anew.
    return knowledge().kind_of.get(entry_id) in LOCAL_KINDS and not _mentions(entry_id, place)


@lru_cache(maxsize=256)
def _mentioned_anywhere(place: str) -> bool:
    return any(_mentions(entry_id, place) for entry_id in knowledge().entries)


def _mentions(entry_id: str, place: str) -> bool:
    entry = knowledge().entries[entry_id]
    texts = [entry.title, *(fact.text for fact in entry.all_facts())]
    named = re.compile(rf"\b{place.replace('-', '[- ]')}s?\b")
    return any(map(named.search, texts))
