"""What a label would be answered with, and whether that answers a written question."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, List, Optional

from vejviser.knowledge.base import Knowledge, load
from vejviser.replies.compose import answer
from vejviser.replies.fixed import fixed_responses
from vejviser.replies.opening import now_in_copenhagen


@lru_cache(maxsize=None)
def knowledge() -> Knowledge:
    return load()


@lru_cache(maxsize=None)
def _fixed() -> Dict[str, List[Dict[str, Any]]]:
    return fixed_responses(knowledge())


def reply(label: Optional[str], question: str) -> str:
    """The plain text of the answer that belongs to a label; "" where there is none."""
    intent, _, entry_id = (label or "").partition("/")
    if entry_id:
        made = answer(entry_id, knowledge(), question=question, moment=now_in_copenhagen())
        return made.text()
    fixed = _fixed().get(f"utter_{intent}")
    return str(fixed[0]["text"]) if fixed else ""


def right(case: Dict[str, Any], text: str) -> bool:
    """Whether a reply has all that a case needs and nothing that it forbids."""
    digits = re.sub(r"(?<=\d)[\s.\-\u00a0]+(?=\d)", "", text)

    def found(wanted: str) -> bool:
        if wanted.startswith("tel:"):
            return wanted[4:] in digits
        return re.search(wanted, text, re.IGNORECASE | re.DOTALL) is not None

    needed = all(any(found(wanted) for wanted in group) for group in case.get("need", []))
    return needed and bool(text) and not any(map(found, case.get("forbid", [])))
