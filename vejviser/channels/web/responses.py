"""How answers are sent: headers that leave nothing behind and let nothing in."""

from __future__ import annotations

import gzip
from typing import Dict, Optional

from sanic.request import Request
from sanic.response import HTTPResponse

from vejviser.channels.web.assets import Asset
from vejviser.channels.web.settings import Settings

SMALL = 1_000  # bytes; below this compression is not worth it
COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


def content_policy(settings: Settings) -> str:
    """The Content-Security-Policy: only our own files, and only where we may be embedded."""
    hosts = " ".join(settings.embed_hosts) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'; form-action 'self' {settings.exit_origin}; base-uri 'none'; "
        f"frame-ancestors {hosts}"
    )


def page(request: Request, settings: Settings, text: str, status: int = 200) -> HTTPResponse:
    """A page or a part of one: never cached, never indexed."""
    headers = {
        **COMMON,
        "content-security-policy": content_policy(settings),
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-robots-tag": "noindex" if request.method == "POST" else "nofollow",
    }
    if status == 429:
        headers["retry-after"] = "60"
    return _packed(request, text.encode(), "text/html; charset=utf-8", status, headers)


def file(request: Request, asset: Asset) -> HTTPResponse:
    """A style sheet, script or picture; its address changes with its content."""
    headers = {**COMMON, "cache-control": "public, max-age=86400", "vary": "accept-encoding"}
    if asset.name != "embed.js":  # the one file that other sites load
        headers["cross-origin-resource-policy"] = "same-origin"
    else:
        headers["cross-origin-resource-policy"] = "cross-origin"
        headers["cache-control"] = "public, max-age=3600"
    return _packed(request, asset.body, asset.kind, 200, headers, asset.packed)


def _packed(
    request: Request,
    body: bytes,
    kind: str,
    status: int,
    headers: Dict[str, str],
    packed: Optional[bytes] = None,
) -> HTTPResponse:
    if len(body) > SMALL and "gzip" in request.headers.get("accept-encoding", ""):
        body = packed or gzip.compress(body, 6, mtime=0)
        headers = {**headers, "content-encoding": "gzip", "vary": "accept-encoding"}
    return HTTPResponse(body, status, headers, kind)
