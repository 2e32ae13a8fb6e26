"""Reading what a form sends: text fields only, strictly UTF-8, few and short."""

from __future__ import annotations

from typing import Dict
from urllib.parse import parse_qsl

from sanic.exceptions import InvalidUsage, PayloadTooLarge
from sanic.request import Request

MAX_BODY = 16_000
MAX_FIELDS = 10


def fields(request: Request) -> Dict[str, str]:
    """The fields of a form by name. Raises the Sanic exception that fits what is wrong."""
    if len(request.body) > MAX_BODY:
        raise PayloadTooLarge("body")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise InvalidUsage("content type")
    try:
        pairs = parse_qsl(
            request.body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:  # UnicodeDecodeError is one
        raise InvalidUsage("form") from None
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
