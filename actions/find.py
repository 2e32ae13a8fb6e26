"""When no topic is sure: look the words up in the knowledge before saying "I do not know"."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Events, Turn, knowledge, search, turn_of
from vejviser.knowledge.search import stems
from vejviser.replies.compose import answer, buttons, cards, choice
from vejviser.replies.reply import Kind, Reply
from vejviser.replies.wording import phrase

SURE = 9.0  # BM25 score from which the found entry is answered with (docs/understanding.md)
LIKELY = 0.13  # probability from which the best topic is answered, with a word of doubt
POSSIBLE = 0.06  # probability from which a topic is worth offering as a button
HELP = ["boernetelefonen", "red_raadgivning", "hoert"]
STARTS_YOUNG = ["help_anonymous", "control_what", "feel_nightmares"]


class ActionFind(Action):
    """Full-text search, a short question back, or an honest "I do not know"."""

    def name(self) -> Text:
        """The name used in the rules."""
        return "action_find"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> Events:
        """Send what was found, or topics and people to turn to."""
        turn = turn_of(tracker)
        return turn.send(dispatcher, find(turn))


def find(turn: Turn) -> Reply:
    """The best that can be said to a message whose topic is not sure."""
    hits = [] if turn.young or turn.misses > 1 else search().find(turn.question)
    offered = _possible(turn)
    found = offered[0] if offered and turn.topics[0]["score"] >= LIKELY else None
    if found is None and hits and hits[0].score >= SURE and len(stems(turn.question)) >= 2:
        found = hits[0].entry_id
    if found:
        reply = answer(
            found,
            knowledge(),
            question=turn.question,
            language=turn.language,
            young=turn.young,
            also=[entry_id for entry_id in offered if entry_id != found],
            moment=turn.moment,
        )
        lead = phrase("not_sure", turn.language)
        return reply.copy(update={"paragraphs": [lead, *reply.paragraphs]})
    if len(offered) > 1 and turn.misses == 0:
        lead = phrase("unsure_lead", turn.language)
        reply = choice(offered, knowledge(), turn.language, lead)
        return reply.copy(update={"contacts": _help(turn)})
    return unknown(turn)


def unknown(turn: Turn) -> Reply:
    """Not understood: topics the first time, people the second; help in sight for the young."""
    second = turn.misses > 0
    text = phrase("unknown_again" if second else "unknown", turn.language)
    return Reply(
        kind=Kind.unknown,
        language=turn.language,
        paragraphs=[text],
        contacts=_help(turn) or ([] if not second else _people(turn)),
        next=buttons(_starts(turn), knowledge(), turn.language),
    )


def _possible(turn: Turn) -> List[str]:
    ids = []
    for candidate in turn.topics:
        entry_id = str(candidate["topic"]).partition("/")[2]
        if entry_id in knowledge().kind_of and candidate["score"] >= POSSIBLE:
            ids.append(entry_id)
    return ids[:3]


def _help(turn: Turn) -> List[Any]:
    """Help lines for whoever is not known to be a professional."""
    if turn.audience == "professional":
        return []
    return cards(HELP, knowledge(), turn.language, turn.moment)


def _people(turn: Turn) -> List[Any]:
    return cards(["maerk", "viso", "lg_insight"], knowledge(), turn.language, turn.moment)


def _starts(turn: Turn) -> List[str]:
    wanted = STARTS_YOUNG if turn.audience != "professional" else []
    return [entry_id for entry_id in wanted if entry_id in knowledge().kind_of]
