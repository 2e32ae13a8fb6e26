"""nginx before the processes: its configuration, its pages for when nobody answers, its reload."""

from __future__ import annotations

import getpass
import json
import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Set

from vejviser.channels.guard import fixed_message
from vejviser.launch.templates import write
from vejviser.launch.tools import tool

LANGUAGES = ("da", "en")


@dataclass(frozen=True)
class Addresses:
    """Where nginx listens, and whom it passes requests on to."""

    listen: str
    rasa: List[str]
    actions: List[str]
    actions_listen: str


@dataclass
class Proxy:
    """The nginx of one cluster. `down` are addresses that get no new requests."""

    run: Path
    addresses: Addresses
    rate: str = "10r/s"
    burst: int = 200
    down: Set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Write everything and let nginx check it. Raises CalledProcessError."""
        (self.run / "temp").mkdir(exist_ok=True)
        write_pages(self.run / "pages")
        config = self._write()
        check = [tool("nginx"), "-t", "-q", "-c", str(config), "-e", "stderr"]
        subprocess.run(check, check=True)

    def _write(self) -> Path:
        return write("nginx.conf.j2", self.run / "nginx.conf", **self.values())

    def values(self) -> Dict[str, Any]:
        """What the template needs."""
        return {
            "run": self.run,
            "user": getpass.getuser() if os.geteuid() == 0 else "",
            "workers": 1,
            "listen": self.addresses.listen,
            "rasa": self._servers(self.addresses.rasa),
            "actions": self._servers(self.addresses.actions),
            "actions_listen": self.addresses.actions_listen,
            "rate": self.rate,
            "burst": self.burst,
        }

    def _servers(self, addresses: List[str]) -> List[Dict[str, Any]]:
        return [{"address": address, "down": address in self.down} for address in addresses]

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start nginx in the foreground of its own session."""
        command = [tool("nginx"), "-c", str(self._write()), "-e", "stderr"]
        return subprocess.Popen(command, start_new_session=True)

    def reload(self, process: "subprocess.Popen[bytes]") -> Set[int]:
        """Take a changed `down` into use; returns the workers that finish their last requests."""
        self._write()
        old = children(process.pid)
        process.send_signal(signal.SIGHUP)
        return old


def children(pid: int) -> Set[int]:
    """The processes that a process has started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return set()
    return {int(child) for child in text.split()}


def write_pages(directory: Path) -> None:
    """What is shown when no process answers: a page, a part of one, and JSON."""
    directory.mkdir(parents=True, exist_ok=True)
    said = [fixed_message("unavailable", language) for language in LANGUAGES]
    replies = [data for _, data in said]
    write("unavailable.html.j2", directory / "unavailable.html", replies=replies)
    write("unavailable-part.html.j2", directory / "unavailable-part.html", replies=replies)
    text, data = said[0]
    message = json.dumps([{"text": text, "custom": data}], ensure_ascii=False)
    (directory / "unavailable.json").write_text(message, encoding="utf-8")
