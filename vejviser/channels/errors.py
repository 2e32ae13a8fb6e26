"""Refusals in plain language, from data/replies/errors.yml: never a trace, a path or a version."""

from __future__ import annotations

import html
import logging
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Dict, Optional

import yaml
from sanic import Blueprint, Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from vejviser.replies.wording import REPLIES_DIR

logger = logging.getLogger(__name__)
LANGUAGES = ("da", "en")


@lru_cache(maxsize=None)
def _texts() -> Dict[int, Dict[str, str]]:
    return dict(yaml.safe_load((REPLIES_DIR / "errors.yml").read_text(encoding="utf-8")))


def error_text(status: int, language: str) -> str:
    """One or two sentences for a status; the nearest general one where there is none."""
    texts = _texts()
    return texts.get(status, texts[500 if status >= 500 else 400])[language]


def error_html(status: int) -> str:
    """A whole small page in both languages that needs nothing else."""
    lines = [f"<p lang={lang}>{html.escape(error_text(status, lang))}" for lang in LANGUAGES]
    head = '<!doctype html><html lang=da><meta charset=utf-8><meta name=viewport content="width='
    return f'{head}device-width"><title>{status}</title>{"".join(lines)}</html>'


def raw_response(status: int) -> bytes:
    """The refusal as bytes on the wire, for when there is no request to answer."""
    body = error_html(status).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        f"content-type: text/html; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
        "cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def error_response(request: Optional[Request], status: int) -> HTTPResponse:
    """JSON under /webhooks/, a page everywhere else."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if request is not None and request.path.startswith("/webhooks/"):
        return response.json({"error": error_text(status, "da")}, status=status, headers=headers)
    return response.html(error_html(status), status=status, headers=headers)


class ChannelBlueprint(Blueprint):
    """A blueprint that also gives the whole app these refusals in place of Sanic's own."""

    def register(self, app: Sanic, options: Dict[str, Any]) -> Any:
        """Register the routes, and once for each app the refusals."""
        if not getattr(app.ctx, "plain_errors", False):
            app.ctx.plain_errors = True
            app.error_handler.add(Exception, _answer)
        return super().register(app, options)


def _answer(request: Request, exception: Exception) -> HTTPResponse:
    status = exception.status_code if isinstance(exception, SanicException) else 500
    if status >= 500:
        logger.error("a request failed", exc_info=exception)
    answer = error_response(request, status)
    allowed = (getattr(exception, "headers", None) or {}).get("Allow")
    if allowed:
        answer.headers["allow"] = allowed
    return answer
