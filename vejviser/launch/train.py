"""`make train`: the trained bot for the present data, made only when it is not there yet."""

from __future__ import annotations

import sys

from vejviser.knowledge.base import KnowledgeError
from vejviser.launch.model import TrainingFailed, ensure_model
from vejviser.nlu.danish_spacy import PipelineMissing


def main() -> int:
    """Train if needed. Returns the exit code."""
    try:
        print(ensure_model())
        return 0
    except (KnowledgeError, TrainingFailed, PipelineMissing) as error:
        print(f"Vejviser kan ikke trænes: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
