"""Where the last answer comes from."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.find import unknown
from actions.turn import Events, knowledge, turn_of
from vejviser.replies.compose import answer
from vejviser.replies.wording import phrase


class ActionSource(Action):
    """Shows section and lines of the entry last spoken of, or says which report this is."""

    def name(self) -> Text:
        """The name used in the rules."""
        return "action_source"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> Events:
        """Send the sources of the last answer."""
        turn = turn_of(tracker)
        entry_id = turn.previous or "rapporten"
        if entry_id not in knowledge().kind_of:
            return turn.send(dispatcher, unknown(turn))
        reply = answer(entry_id, knowledge(), language=turn.language, moment=turn.moment)
        lead = phrase("source_lead", turn.language, title=reply.title)
        paragraphs = [lead, *(source.text for source in reply.sources)]
        short = {"paragraphs": paragraphs, "items": _origins(entry_id), "notes": [], "contacts": []}
        return turn.send(dispatcher, reply.copy(update=short))


def _origins(entry_id: str) -> List[str]:
    """What the entry says of whom the report has it from; nothing for the young."""
    entry = knowledge().entries.get(entry_id)
    return [fact.text for fact in entry.all_facts() if fact.origin] if entry else []
