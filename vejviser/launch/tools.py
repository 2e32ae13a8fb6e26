"""Programs that the system brings, and ports that are free."""

from __future__ import annotations

import os
import shutil
import socket
from typing import List


class ToolMissing(Exception):
    """A program is not installed; the text says how to get it."""


PACKAGES = {"redis-server": "redis-server", "nginx": "nginx-light"}


def tool(name: str) -> str:
    """Where a program is. Raises ToolMissing."""
    where = os.environ.get("PATH", "") + os.pathsep + "/usr/local/sbin:/usr/sbin:/sbin"
    found = shutil.which(name, path=where)
    if found is None:
        raise ToolMissing(f"{name} mangler: apt-get install {PACKAGES[name]}")
    return found


def free_ports(count: int, first: int) -> List[int]:
    """Free ports on loopback from `first` on, below those that outgoing connections get."""
    found: List[int] = []
    port = first
    while len(found) < count:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                found.append(port)
            except OSError:
                pass
        port += 1
    return found
