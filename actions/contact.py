"""Whom to call: the contacts that belong to what was spoken of, those open now first."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Events, Turn, knowledge, turn_of
from vejviser.replies.compose import cards
from vejviser.replies.reply import Kind, Reply
from vejviser.replies.wording import phrase

FOR_YOUNG = ["boernetelefonen", "red_raadgivning", "hoert"]
FOR_PROFESSIONALS = ["red_raadgivning", "sikkerhedskonsulenterne", "viso"]


class ActionContact(Action):
    """Looks up telephone numbers and chats in the knowledge."""

    def name(self) -> Text:
        """The name used in the rules."""
        return "action_contact"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> Events:
        """Send the contacts of the topic last spoken of, or the general ones."""
        turn = turn_of(tracker)
        reply = Reply(
            kind=Kind.contact,
            language=turn.language,
            paragraphs=[phrase("more_contacts", turn.language)],
            contacts=cards(_wanted(turn), knowledge(), turn.language, turn.moment),
        )
        return turn.send(dispatcher, reply)


def _wanted(turn: Turn) -> List[str]:
    """Contact ids that this audience may be shown: those of the last entry, those of the entries
    related to it, then the general ones."""
    professional = turn.audience == "professional"
    audience = "professional" if professional else "young"
    entries = {**knowledge().entries, **knowledge().young}
    last = entries.get(turn.previous or "")
    near = [last, *(entries[other] for other in last.related)] if last else []
    own = [contact for entry in near for contact in entry.contacts]
    allowed = [c for c in own if audience in {a.value for a in knowledge().contacts[c].audiences}]
    general = FOR_PROFESSIONALS if professional else FOR_YOUNG
    return list(dict.fromkeys([*allowed, *general]))
