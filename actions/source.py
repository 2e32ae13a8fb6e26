"""Where the last answer comes from."""

from __future__ import annotations

from typing import Any, Dict, Text

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
        short = {"paragraphs": paragraphs, "items": [], "notes": [], "contacts": []}
        return turn.send(dispatcher, reply.copy(update=short))
