"""The report as tests read it: line ranges, with line-end hyphens and footnote marks mended."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import List, Tuple

SHARED = Path(__file__).resolve().parents[3] / "shared"
REPORT = next(iter(sorted((SHARED / "report").glob("*.txt"))), None) if SHARED.exists() else None

# Figures whose footnote mark is glued to them: what the file says -> what the report means.
GLUED = {"tallet 17312": "tallet 173", "15medtager": "medtager"}


@lru_cache(maxsize=1)
def report_lines() -> List[str]:
    """The lines of the report; line n of the report is item n - 1."""
    assert REPORT is not None
    return REPORT.read_text(encoding="utf-8").split("\n")


def passage(ranges: List[Tuple[int, int]]) -> str:
    """The text of some line ranges as one string, mended."""
    parts = []
    for first, last in ranges:
        lines = report_lines()[first - 1 : last]
        joined = "\n".join(line.rstrip() for line in lines)
        # Both readings of a line-end hyphen are possible: "støtte-\nbehov" and "og-\nparorende".
        parts.append(re.sub(r"-\n\s*", "", joined))
        parts.append(re.sub(r"-\n\s*", "-", joined))
    text = " ".join(re.sub(r"\s+", " ", part) for part in parts)
    for glued, meant in GLUED.items():
        text = text.replace(glued, meant)
    return text
