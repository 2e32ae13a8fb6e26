"""The Rasa channel `web`: which address leads where."""

from __future__ import annotations

from functools import partial
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from vejviser.channels.errors import ChannelBlueprint
from vejviser.channels.guard import Handler, fixed_message
from vejviser.channels.web import responses
from vejviser.channels.web.assets import Asset, assets
from vejviser.channels.web.draw import LANGUAGES, numbers
from vejviser.channels.web.health import ready
from vejviser.channels.web.settings import Settings, settings
from vejviser.channels.web.site import DOORS, Place, Site

View = Callable[[Request, Place], Awaitable[HTTPResponse]]
READ = ["GET", "HEAD"]


class WebChannel(InputChannel):
    """Serves the page at / and takes the messages at the same addresses."""

    def __init__(self, chosen: Optional[Settings] = None) -> None:
        self._settings = chosen or settings()

    @classmethod
    def name(cls) -> Text:
        """The channel's name in the tracker."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "WebChannel":
        """A channel with the settings of credentials.yml and the environment."""
        return cls(settings(credentials))

    def url_prefix(self) -> Text:
        """The page stands at the root of the server, not under /webhooks/."""
        return "/"

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """All routes of the page."""
        site = Site(self._settings, on_new_message)
        routes = RootBlueprint("web")
        routes.ctx.proxies = self._settings.proxies
        for language in LANGUAGES:
            for path, view in (("/", site.doors), ("/c", site.safety)):
                _add(routes, Place(language, path), view, READ)
            _add(routes, Place(language, "/x"), site.leave, ["POST"])
            for door in DOORS:
                _add(routes, Place(language, f"/{door}"), site.talk, READ)
                _add(routes, Place(language, f"/{door}"), site.say, ["POST"])
        for asset in assets().values():
            path = "/embed.js" if asset.name == "embed.js" else f"/s/{asset.name}"
            routes.add_route(_file(asset), path, methods=READ, name=_name("file", asset.name))
        routes.add_route(_favicon, "/favicon.ico", methods=READ, name="icon")
        routes.add_route(partial(site.operate), "/drift", methods=[*READ, "POST"], name="drift")
        routes.add_route(_health, "/health", methods=READ, name="health")
        routes.add_route(_ready, "/ready", methods=READ, name="ready")
        return routes


class RootBlueprint(ChannelBlueprint):
    """Puts the doors where Rasa's own greeting (with its version) stands."""

    def register(self, app: Sanic, options: Dict[str, Any]) -> Any:
        """Register the page at the root of the server."""
        greeting = next((r for r in app.router.routes_all.values() if not r.path), None)
        if greeting is not None:
            app.router.static_routes.pop(greeting.segments)
        app.config.PROXIES_COUNT = self.ctx.proxies or None
        app.add_signal(_tidy, "http.lifecycle.response")  # after the middleware that adds them
        app.register_listener(_warm_up, "before_server_start")
        return super().register(app, options)


def _add(routes: Blueprint, place: Place, view: View, methods: Any) -> None:
    handler = partial(_view, view=view, place=place)
    uri = f"{place.prefix}{place.path}".rstrip("/") or "/"
    routes.add_route(handler, uri, methods=methods, name=_name(*methods, uri))


async def _view(request: Request, view: View, place: Place) -> HTTPResponse:
    return await view(request, place)


def _file(asset: Asset) -> Callable[[Request], Awaitable[HTTPResponse]]:
    async def send(request: Request) -> HTTPResponse:
        return responses.file(request, asset)

    return send


def _name(*parts: str) -> str:
    return "_".join("".join(c if c.isalnum() else "_" for c in part) for part in parts)


async def _favicon(request: Request) -> HTTPResponse:
    return responses.file(request, assets()["icon.svg"])


async def _health(_: Request) -> HTTPResponse:
    return response.json({"status": "ok"}, headers={"cache-control": "no-store"})


async def _ready(request: Request) -> HTTPResponse:
    yes = await ready(request.app)
    body = {"status": "ready" if yes else "not ready"}
    return response.json(body, status=200 if yes else 503, headers={"cache-control": "no-store"})


async def _tidy(response: HTTPResponse, **_: Any) -> None:
    """No page of another site may read ours: Rasa's CORS headers go."""
    for name in [n for n in response.headers if n.lower().startswith("access-control-")]:
        del response.headers[name]
    response.headers.setdefault("x-content-type-options", "nosniff")
    response.headers.setdefault("cache-control", "no-store")
    response.headers.setdefault("referrer-policy", "no-referrer")


async def _warm_up(*_: Any) -> None:
    """Read all files before the first person comes."""
    for language in LANGUAGES:
        numbers("doors", language)
        fixed_message("unavailable", language)
