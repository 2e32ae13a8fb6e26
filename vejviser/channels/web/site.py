"""What happens at each address of the page. The answers themselves come from guard.converse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List

from sanic.exceptions import Forbidden, NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from vejviser.channels.guard import Handler, Incoming, converse
from vejviser.channels.web import operator
from vejviser.channels.web.deletion import delete_tracker, forget, sender
from vejviser.channels.web.draw import numbers, render, reply_view, wording
from vejviser.channels.web.forms import fields
from vejviser.channels.web.keys import Keys, State
from vejviser.channels.web.limits import Limiter
from vejviser.channels.web.responses import page
from vejviser.channels.web.settings import Settings
from vejviser.channels.web.statistics import Statistics

DOORS = {"a": "young", "b": "professional"}  # the addresses say nothing
STATUS = {State.forged: 403, State.deleted: 410}


@dataclass(frozen=True)
class Place:
    """Where a request is: its language, and its door where it has one."""

    language: str
    path: str  # without the language, e.g. "/a"

    @property
    def prefix(self) -> str:
        """What stands before every address of this language."""
        return "" if self.language == "da" else f"/{self.language}"

    @property
    def door(self) -> str:
        """ "a" or "b"."""
        return self.path.strip("/")

    def values(self) -> Dict[str, Any]:
        """What every template needs to make links."""
        other = f"/en{self.path}" if self.language == "da" else self.path
        return {"prefix": self.prefix, "other_language_path": other.rstrip("/") or "/"}


class Site:
    """The pages and the parts they share."""

    def __init__(self, settings: Settings, handle: Handler) -> None:
        self.settings = settings
        self.keys = Keys(settings.secret)
        self.statistics = Statistics(settings.statistics)
        self.limiter = Limiter(settings.per_conversation, settings.per_client)
        self._handle = handle

    async def doors(self, request: Request, place: Place) -> HTTPResponse:
        """The front page."""
        return self._page(request, "doors.html", place, cards=numbers("doors", place.language))

    async def safety(self, request: Request, place: Place) -> HTTPResponse:
        """How to be safe on the page."""
        return self._page(request, "safety.html", place, cards=numbers("doors", place.language))

    async def talk(self, request: Request, place: Place) -> HTTPResponse:
        """An empty conversation behind one of the doors."""
        return self._talk(request, place, self.keys.new())

    async def say(self, request: Request, place: Place) -> HTTPResponse:
        """Whatever is sent from a conversation: a message, a thumb, or the wish to delete it."""
        form, words = fields(request), wording()[place.language]
        if not self.limiter.client_may(request.remote_addr or request.ip):
            return self._talk(request, place, self.keys.new(), form, words["too_fast"], status=429)
        if "ballot" in form:
            return self._vote(request, place, form)
        state, conversation = self.keys.read(form.get("key", ""))
        if form.get("do") == "delete":
            if conversation:
                await forget(request.app, self.keys, conversation)
            return self._talk(request, place, self.keys.new(), problem=words["deleted"])
        if state in STATUS:
            new = self.keys.new()
            return self._talk(request, place, new, form, words["lost"], status=STATUS[state])
        expired = conversation is None
        conversation = conversation or self.keys.new()
        if not self.limiter.conversation_may(conversation):
            return self._talk(request, place, conversation, form, words["too_fast"], status=429)
        text = form.get("pick") or form.get("message", "")
        views = await self._ask(request, place, conversation, text)
        lost = words["expired"] if expired else ""
        return self._talk(request, place, conversation, problem=lost, said=text, views=views)

    async def _ask(
        self, request: Request, place: Place, conversation: str, text: str
    ) -> List[Dict[str, Any]]:
        audience = DOORS[place.door]
        incoming = Incoming(text, sender(conversation), "web", audience, place.language)
        messages = await converse(self._handle, incoming)
        if self.keys.is_deleted(conversation):  # the person left while the bot was answering
            await delete_tracker(request.app, conversation)
        views = [reply_view(message, audience, self.keys.ballot) for message in messages]
        for view in views:
            topic = view["reply"].topic or view["reply"].kind
            unknown = view["reply"].kind == "unknown"
            self.statistics.count("unanswered" if unknown else "asked", topic)
        return views

    def _vote(self, request: Request, place: Place, form: Dict[str, str]) -> HTTPResponse:
        sort = "up" if form.get("vote") == "up" else "down"
        if not self.keys.count(form["ballot"], lambda topic: self.statistics.count(sort, topic)):
            raise Forbidden("ballot")
        words = wording()[place.language]
        if "hx-request" in request.headers:
            return page(request, self.settings, render("voted.html", place.language))
        return self._talk(request, place, self.keys.new(), problem=words["voted"])

    async def leave(self, request: Request, place: Place) -> HTTPResponse:
        """Quick exit: delete, and go where nothing shows."""
        key = fields(request).get("key", "") if request.body else ""
        _, conversation = self.keys.read(key)
        if conversation:
            await forget(request.app, self.keys, conversation)
        answer = redirect(self.settings.exit_url, status=303)
        answer.headers.update({"cache-control": "no-store", "referrer-policy": "no-referrer"})
        return answer

    async def operate(self, request: Request) -> HTTPResponse:
        """The operator's page; it does not exist without a token."""
        token = self.settings.operator_token
        if not token:
            raise NotFound("operator")
        drawn, status = [], 200
        if request.method == "POST":
            if not self.limiter.client_may(request.remote_addr or request.ip):
                status = 429
            elif operator.may_see(fields(request).get("token", ""), token):
                drawn = operator.plots(self.statistics)
            else:
                status = 403
        html = render("operator.html", "da", plots=drawn, on=self.statistics.on)
        return page(request, self.settings, html, status)

    def _talk(
        self,
        request: Request,
        place: Place,
        conversation: str,
        form: Any = None,
        problem: str = "",
        **values: Any,
    ) -> HTTPResponse:
        """The conversation's page, or with htmx only what is new in it."""
        audience = DOORS[place.door]
        part = "hx-request" in request.headers
        given = {"said": "", "views": [], "status": 200, **values}
        return self._page(
            request,
            "exchange.html" if part else "talk.html",
            place,
            fragment=part,
            audience=audience,
            door=place.door,
            key=self.keys.sign(conversation),
            cards=numbers(audience, place.language),
            kept=(form or {}).get("message", ""),  # what could not be sent is not lost
            problem=problem,
            **given,
        )

    def _page(
        self, request: Request, template: str, place: Place, status: int = 200, **values: Any
    ) -> HTTPResponse:
        values.update(place.values(), exit_url=self.settings.exit_url)
        return page(request, self.settings, render(template, place.language, **values), status)
