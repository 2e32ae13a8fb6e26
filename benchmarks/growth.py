"""What ten times the knowledge costs: reply time of two copies of this bot, one with made entries.

    .venv/bin/python -m benchmarks.growth [--times 10] [--rounds 3]

Both stand in temporary folders with the project's own files; one has nine made entries with names
and statements of their own beside each entry of the professionals. Both are trained and then asked
the same questions in turn, never together. Result: benchmarks/results/growth.json.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List

import yaml

from benchmarks.beside_default import middle, texts
from benchmarks.peers.questions import ROOT
from vejviser.knowledge.base import ENTRY_KINDS
from vejviser.text import words

RESULTS = ROOT / "benchmarks" / "results" / "growth.json"
COPIED = ("actions", "benchmarks", "data", "tests", "vejviser")
COPIED_FILES = ("config.yml", "credentials.yml", "domain.yml", "endpoints.yml", "logging.yml")
MEASURE = """
import json, sys
from benchmarks.beside_default import measure
from vejviser.launch.model import ensure_model
from vejviser.launch.run import start_rasa
model = ensure_model()
if len(sys.argv) > 1:
    asked = json.load(open(sys.argv[1]))
    print(json.dumps(measure(lambda port, a: start_rasa(model, "127.0.0.1", port, a), asked)))
"""


def grow(knowledge: Path, times: int, seed: int = 7) -> int:
    """Add made entries to the knowledge files of a copy; how many entries there are then."""
    draw = random.Random(seed)
    total = 0
    for kind in ENTRY_KINDS:
        path = knowledge / f"{kind}.yml"
        entries: List[Dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        vocabulary = words(path.read_text(encoding="utf-8"))
        made = [
            _made(entry, number, vocabulary, draw)
            for entry in entries
            for number in range(1, times)
        ]
        path.write_text(yaml.safe_dump(entries + made, allow_unicode=True), encoding="utf-8")
        total += len(entries) + len(made)
    return total


def _made(
    entry: Dict[str, Any], number: int, vocabulary: List[str], draw: random.Random
) -> Dict[str, Any]:
    """An entry like another, about a programme with a name of its own."""
    name = "".join(draw.choice("bdfgklmnprstv") + draw.choice("aeiou") for _ in range(5))
    said = [" ".join([name, *draw.sample(vocabulary, 9)]) for _ in range(3)]
    summary, *facts = [{**entry["summary"], "text": text} for text in said]
    return {
        **entry,
        "id": f"{entry['id']}_{number}",
        "title": name,
        "names": [name],
        "summary": summary,
        "facts": facts,
        "caveats": [],
        "today": [],
    }


def copy_of_project(folder: Path) -> Path:
    """The files that a bot is trained and started from."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*COPIED_FILES, "uv.lock"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "models").mkdir()
    return folder


def run_in(folder: Path, *arguments: str) -> str:
    """Train and, given a file of questions, measure the bot of a folder; what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout.strip().splitlines()[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="growth-") as temporary:
        today = copy_of_project(Path(temporary) / "today")
        grown = copy_of_project(Path(temporary) / "grown")
        entries = {
            "today": grow(today / "data" / "knowledge", 1),
            "grown": grow(grown / "data" / "knowledge", arguments.times),
        }
        asked = Path(temporary) / "asked.json"
        asked.write_text(json.dumps(texts()), encoding="utf-8")
        rows: Dict[str, List[Dict[str, float]]] = {"today": [], "grown": []}
        for _ in range(arguments.rounds):
            for name, folder in (("today", today), ("grown", grown)):
                rows[name].append(json.loads(run_in(folder, str(asked))))
                print(name, rows[name][-1], flush=True)
    results: Dict[str, Any] = {
        name: {"entries": entries[name], **middle(each)} for name, each in rows.items()
    }
    ratios = [g["p50_ms"] / t["p50_ms"] for t, g in zip(*rows.values(), strict=True)]
    results["p50_ratio"] = round(statistics.median(ratios), 2)
    RESULTS.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
