"""Compare ways to understand a question, offline, on the same questions.

    .venv/bin/python -m benchmarks.peers [--only NAME ...] [--epochs 100] [--share 1.0]

Everybody learns from the same examples and is asked the same: examples held back, and written
conversations of one turn by people who had not seen the examples. Results are kept in
benchmarks/results/peers.json (a run with --only replaces just those rows) and drawn beside it.
With --share, everybody learns from that share of the examples (peers-0.1.json): DIET's hundred
epochs over all of them take many hours.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Dict, List

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from benchmarks.peers.answers import reply, right
from benchmarks.peers.contestants import (
    Bm25,
    Contestant,
    LinearSvm,
    NlpJs,
    RasaInit,
    RasaInitUnafraid,
    Vejviser,
)
from benchmarks.peers.questions import ROOT, Questions, questions

RESULTS = ROOT / "benchmarks" / "results" / "peers.json"
NOT_FOR_US = ("ask_out_of_scope", "nlu_fallback", "ask_manipulate", "say_everyday")
COLUMNS = {
    "topic": "right topic, held-back questions",
    "intent": "right intent, held-back questions",
    "answer": "right answer, written cases",
    "false_confidence": "outside the subject, answered all the same",
    "crisis_recall": "danger found",
    "false_alarms": "taken for danger without being it",
    "ms": "ms per message (median)",
    "train_s": "training (s)",
}


def measure(contestant: Contestant, asked: Questions) -> Dict[str, Any]:
    """One row of the table: shares between 0 and 1, times in the unit of their name."""
    begun = time.perf_counter()
    contestant.train(asked.train)
    row: Dict[str, Any] = {"train_s": round(time.perf_counter() - begun, 1)}
    times: List[float] = []

    def ask(text: str) -> str:
        begun = time.perf_counter()
        label = contestant.predict(text)
        times.append(time.perf_counter() - begun)
        return label or ""

    found = [(ask(text), label) for text, label in asked.held_back]
    row["topic"] = share([got == label for got, label in found])
    row["intent"] = share([got.split("/")[0] == label.split("/")[0] for got, label in found])
    said = [(case, ask(case["turns"][0])) for case in asked.cases]
    subject = [(c, got) for c, got in said if c["who"] != "andre"]
    row["answer"] = share([right(case, reply(got, case["turns"][0])) for case, got in subject])
    outside = [got for case, got in said if case["topic"].startswith("udenfor")]
    row["false_confidence"] = share([bool(g) and not g.startswith(NOT_FOR_US) for g in outside])
    danger = [got.startswith("crisis_") for case, got in said if case.get("alarm")]
    row["crisis_recall"] = share(danger)
    safe = [
        c for c in said if ("alarm" in c[0] and not c[0]["alarm"]) or c[0]["who"] == "fagperson"
    ]
    row["false_alarms"] = share([got.startswith("crisis_") for _, got in safe])
    row["ms"] = round(sorted(times)[len(times) // 2] * 1000, 2)
    return row


def share(truths: List[bool]) -> float:
    return round(sum(truths) / max(len(truths), 1), 4)


def table(results: Dict[str, Dict[str, Any]]) -> str:
    """The results as a Markdown table."""
    lines = ["| | " + " | ".join(results) + " |", "|---|" + "---|" * len(results)]
    for key, title in COLUMNS.items():
        form = "{:.1f}" if key in ("ms", "train_s") else "{:.1%}"
        cells = [form.format(row[key]) for row in results.values()]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def draw(results: Dict[str, Dict[str, Any]], path: Path) -> None:
    """Shares as bars: what should be high on the left, what should be low on the right."""
    high = ["topic", "intent", "answer", "crisis_recall"]
    low = ["false_confidence", "false_alarms"]
    figure, (left, right_) = pyplot.subplots(
        1, 2, figsize=(11, 4.5), gridspec_kw={"width_ratios": [2, 1]}, sharey=True
    )
    width = 0.8 / len(results)
    for axis, keys, title in ((left, high, "higher is better"), (right_, low, "lower is better")):
        for number, (name, row) in enumerate(results.items()):
            places = [place + number * width for place in range(len(keys))]
            axis.bar(places, [row[key] for key in keys], width, label=name)
        axis.set_xticks([place + 0.4 - width / 2 for place in range(len(keys))])
        axis.set_xticklabels([COLUMNS[key].replace(", ", ",\n") for key in keys], fontsize=8)
        axis.set_title(title, fontsize=10)
        axis.set_ylim(0, 1)
        axis.spines[["top", "right"]].set_visible(False)
    figure.legend(*left.get_legend_handles_labels(), fontsize=8, loc="lower center", ncol=3)
    figure.tight_layout(rect=(0, 0.1, 1, 1))
    figure.savefig(path, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="how their names begin")
    parser.add_argument("--epochs", type=int, default=100, help="of DIET; rasa init's are 100")
    parser.add_argument("--share", type=float, default=1.0, help="of the examples to learn from")
    arguments = parser.parse_args()
    kept = RESULTS if arguments.share == 1 else RESULTS.with_name(f"peers-{arguments.share}.json")
    diet = RasaInit(arguments.epochs)
    contestants = [Vejviser(), NlpJs(), LinearSvm(), Bm25(), diet, RasaInitUnafraid(diet)]
    asked = questions(arguments.share)
    print(
        f"{len(asked.train)} examples, {len(asked.held_back)} held back, {len(asked.cases)} cases"
    )
    results = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for contestant in contestants:
        if arguments.only and not contestant.name.startswith(tuple(arguments.only)):
            continue
        print(f"{contestant.name} …", flush=True)
        results[contestant.name] = measure(contestant, asked)
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(table(results))
    draw(results, kept.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
