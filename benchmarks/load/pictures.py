"""Plots of throughput, waiting and memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt


def draw(rows: List[Dict[str, Any]], target: Path) -> None:
    """Throughput and waiting of every scenario, by set-up."""
    shown = [row for row in rows if row["kind"] == "all" and row.get("messages")]
    if not shown:
        return
    names = [f"{row['setup']}\n{row['scenario']}" for row in shown]
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 0.6 * len(shown) + 2), sharey=True)
    left.barh(names, [row["per_second"] for row in shown], color="#0b4f56")
    left.set_xlabel("messages per second")
    for share, colour in (("p99", "#d5cec0"), ("p95", "#a24a04"), ("p50", "#0b4f56")):
        right.barh(names, [row[share] for row in shown], color=colour, label=share)
    right.set_xlabel("milliseconds until the answer")
    right.legend()
    left.invert_yaxis()
    figure.tight_layout()
    figure.savefig(target, dpi=110)


def draw_soak(samples: List[Dict[str, Any]], target: Path) -> None:
    """Memory over time."""
    figure, axes = plt.subplots(figsize=(10, 4))
    for name in [name for name in samples[0] if name != "at"]:
        axes.plot([s["at"] / 60 for s in samples], [s.get(name) for s in samples], label=name)
    axes.set_xlabel("minutes")
    axes.set_ylabel("MB")
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.tight_layout()
    figure.savefig(target, dpi=110)
