"""Counts per topic and day, never a text; what is rarer than five is neither shown nor written."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections import Counter
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

from vejviser.replies.opening import now_in_copenhagen

logger = logging.getLogger(__name__)
FEWEST = 5
KEPT_DAYS = 90
MAX_CELLS = 20_000
SORTS = ("asked", "unanswered", "up", "down")
Cell = Tuple[str, str, str]  # day, sort, topic


class Statistics:
    """Daily counts, in memory; a file gets those cells that are large enough to be shown."""

    def __init__(
        self, where: str = "", today: Callable[[], dt.datetime] = now_in_copenhagen
    ) -> None:
        self.on = where != "off"
        self._file: Optional[Path] = Path(where) if where not in ("", "off") else None
        self._today = today
        self._cells: Counter = Counter()
        self._read()

    def count(self, sort: str, topic: str) -> None:
        """One more of `sort` (see SORTS) about `topic` today."""
        cell = (self._day(), sort, topic)
        if not self.on or (len(self._cells) >= MAX_CELLS and cell not in self._cells):
            return
        new_day = not any(day == cell[0] for day, _, _ in list(self._cells)[-1:])
        self._cells[cell] += 1
        if new_day:
            self._forget_old_days()
        if self._cells[cell] >= FEWEST:
            self._write()

    def shown(self, sort: str) -> List[Tuple[str, int]]:
        """Topics with the sum of their large enough days, the most frequent first."""
        sums: Counter = Counter()
        for (_, of, topic), number in self._large().items():
            if of == sort:
                sums[topic] += number
        return sums.most_common()

    def days(self, sort: str) -> List[Tuple[str, int]]:
        """Days with the sum of their large enough topics, the oldest first."""
        sums: Dict[str, int] = {}
        for (day, of, _), number in sorted(self._large().items()):
            if of == sort:
                sums[day] = sums.get(day, 0) + number
        return list(sums.items())

    def _large(self) -> Dict[Cell, int]:
        return {cell: number for cell, number in self._cells.items() if number >= FEWEST}

    def _day(self) -> str:
        return self._today().date().isoformat()

    def _forget_old_days(self) -> None:
        oldest = (self._today().date() - dt.timedelta(days=KEPT_DAYS)).isoformat()
        for cell in [cell for cell in self._cells if cell[0] < oldest]:
            del self._cells[cell]

    def _read(self) -> None:
        if self._file is None or not self._file.exists():
            return
        for row in json.loads(self._file.read_text(encoding="utf-8")):
            self._cells[(row["day"], row["sort"], row["topic"])] = int(row["number"])

    def _write(self) -> None:
        if self._file is None:
            return
        rows = [
            {"day": day, "sort": sort, "topic": topic, "number": number}
            for (day, sort, topic), number in sorted(self._large().items())
        ]
        unfinished = self._file.with_suffix(".new")
        try:
            unfinished.write_text(json.dumps(rows, indent=0), encoding="utf-8")
            os.replace(unfinished, self._file)
        except OSError:
            logger.error("the statistics file cannot be written")
