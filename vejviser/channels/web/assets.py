"""The few files of the page, read and compressed once; nothing else can be asked for."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    name: str
    kind: str
    body: bytes
    packed: bytes
    version: str


@lru_cache(maxsize=None)
def assets() -> Dict[str, Asset]:
    """All files by name."""
    found = {}
    for path in sorted(STATIC.iterdir()):
        if path.suffix in KINDS:
            body = path.read_bytes()
            version = hashlib.sha256(body).hexdigest()[:8]
            packed = gzip.compress(body, 9, mtime=0)
            found[path.name] = Asset(path.name, KINDS[path.suffix], body, packed, version)
    return found


def address(name: str) -> str:
    """Where a file is, with its version, so that it can be cached for long."""
    return f"/s/{name}?{assets()[name].version}"
