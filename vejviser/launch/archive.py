"""Whether a trained bot is whole, before Rasa loads it: Rasa would start without a bot instead."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from pathlib import Path

BLOCK = 1 << 20


class BrokenModel(Exception):
    """The archive cannot be used; the text says what to do."""


def check_archive(path: Path) -> None:
    """Read the archive to its end, checksum included. Raises BrokenModel."""
    try:
        with gzip.open(path) as packed:
            while packed.read(BLOCK):
                pass
        with tarfile.open(path) as archive:
            names = {Path(name).as_posix() for name in archive.getnames()}
    except (OSError, EOFError, zlib.error, tarfile.TarError):
        names = set()
    if "metadata.json" not in names:
        raise BrokenModel(
            f"den trænede bot {path.name} er beskadiget. Slet den i {path.parent.name}/, "
            "og kør 'make train'."
        )
