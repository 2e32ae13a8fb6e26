"""Write the configuration of nginx and Redis for containers (see deploy/Dockerfile)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import List

from vejviser.launch.proxy import write_pages
from vejviser.launch.templates import write

RUN = "/run/vejviser"  # in the proxy's container


def render(folder: Path, rasa: List[str], listen: str = "8080") -> None:
    """nginx.conf before `rasa`, the pages for when nobody answers, and redis.conf."""
    write_pages(folder / "pages")
    write(
        "nginx.conf.j2",
        folder / "nginx.conf",
        run=RUN,
        user="",
        workers="auto",
        listen=listen,
        rasa=[{"address": address, "down": False} for address in rasa],
        actions=[],  # each Rasa knows its own
        actions_listen="",
        rate="10r/s",
        burst=200,
    )
    write("redis.conf.j2", folder / "redis.conf", socket="", directory="/tmp", memory="256mb")


def main() -> int:
    """Folder first, then the addresses of Rasa; those of compose.yml without any."""
    folder, *rasa = sys.argv[1:]
    render(Path(folder), rasa or ["rasa-1:5005", "rasa-2:5005"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
