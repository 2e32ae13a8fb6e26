"""The REST channel: Rasa's address and format, with the bounds that Rasa's own does not have."""

from __future__ import annotations

import hmac
import logging
from typing import Any, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from vejviser.channels.errors import ChannelBlueprint
from vejviser.channels.guard import Handler, Incoming, converse

logger = logging.getLogger(__name__)
MAX_SENDER = 100
MAX_BODY = 16_000
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class RestChannel(InputChannel):
    """POST {"sender", "message"} to /webhooks/rest/webhook; the reply is a list of messages.

    Without a token only requests from this machine are answered.
    """

    def __init__(self, token: Optional[Text] = None) -> None:
        self._token = token

    @classmethod
    def name(cls) -> Text:
        """The part of the address that names this channel."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "RestChannel":
        """A channel with the token of credentials.yml, if there is one."""
        return cls(token=(credentials or {}).get("token") or None)

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The routes of this channel."""
        routes = ChannelBlueprint("rest_webhook", __name__)

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return refuse(401, "Et gyldigt token mangler.")
            if len(request.body) > MAX_BODY:
                return refuse(413, "Beskeden er for stor.")
            body = read_json(request)
            sender, message = body.get("sender"), body.get("message")
            if not isinstance(sender, str) or not _good_sender(sender):
                return refuse(400, "Feltet 'sender' skal være en tekst på 1-100 tegn.")
            if not isinstance(message, str):
                return refuse(400, "Feltet 'message' skal være en tekst.")
            incoming = Incoming(message, f"rest-{sender}", self.name())
            messages = await converse(on_new_message, incoming)
            return response.json([{**m, "recipient_id": sender} for m in messages])

        return routes

    def _allowed(self, request: Request) -> bool:
        if self._token:
            given = request.headers.get("authorization", "")
            return hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode())
        # Behind a proxy on this machine everybody seems to come from here; proxies say so.
        return request.ip in LOOPBACK and not any(h in request.headers for h in FORWARDED)


def _good_sender(sender: Text) -> bool:
    return 0 < len(sender) <= MAX_SENDER and sender.isprintable()


def read_json(request: Request) -> Dict[Text, Any]:
    """The JSON object of a request; an empty one for anything else."""
    try:
        body = request.json
    except Exception:  # Sanic wraps whatever the parser raised
        return {}
    return body if isinstance(body, dict) else {}


def refuse(status: int, text: Text) -> HTTPResponse:
    """A clear refusal in plain language."""
    return response.json({"error": text}, status=status)
