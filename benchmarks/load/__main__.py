"""Load on the whole bot: locust, headless and bounded, against a cluster that is started here.

    .venv/bin/python -m benchmarks.load --processes 1 2 4 --seconds 30
    .venv/bin/python -m benchmarks.load --processes 2 --soak 3600
    .venv/bin/python -m benchmarks.load --url http://127.0.0.1:5005 --name "Rasa's default"

Results: benchmarks/results/load*.json, one row for each scenario, and plots beside them. The load
generator runs on the same machine, and only addresses on loopback are accepted.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, Optional

from benchmarks.load import ROOT
from benchmarks.load.cluster import at_rest, running, soak
from benchmarks.load.people import SCENARIOS, load
from benchmarks.load.pictures import draw, draw_soak

RESULTS = ROOT / "benchmarks" / "results"


def machine() -> Dict[str, Any]:
    """On what, and how quiet it was."""
    return {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "when": time.strftime("%Y-%m-%d %H:%M"),
    }


def save(name: str, content: Dict[str, Any]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{name}.json"
    target.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    return target


def measure_clusters(given: argparse.Namespace) -> List[Dict[str, Any]]:
    rows: List[Dict[str, Any]] = []
    for processes in given.processes:
        with running(processes) as cluster:
            setup = {
                "setup": f"{processes} process" + ("es" if processes > 1 else ""),
                "start_seconds": cluster.start_seconds,
                "memory": cluster.memory(),
            }
            if given.soak:
                whole = soak(cluster, given.soak, given.users, max(1.0, given.soak / 360))
                save(f"{given.out}-soak", {"machine": machine(), **setup, **whole})
                draw_soak(whole["memory"], RESULTS / f"{given.out}-soak.png")
                continue
            for scenario in given.scenarios:
                found = load(cluster.url, scenario, given.users, given.seconds)
                rows += [{**setup, **row} for row in found]
            if given.idle:
                rows.append({**setup, **at_rest(cluster, given.idle)})
    return rows


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--scenarios", nargs="+", default=list(SCENARIOS), choices=list(SCENARIOS))
    parser.add_argument("--seconds", type=float, default=30, help="of each scenario")
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--idle", type=int, default=1000, help="conversations at rest; 0 for none")
    parser.add_argument("--soak", type=float, default=0, help="seconds of mixed load instead")
    parser.add_argument("--url", help="a server that runs already, instead of clusters")
    parser.add_argument("--name", default="running server", help="what --url is called")
    parser.add_argument("--out", default="load", help="name of the results")
    given = parser.parse_args(arguments)
    if given.seconds > 600 or given.soak > 3600 or given.users > 200:
        parser.error("too long or too many: at most 600 s, an hour's soak, 200 users")
    if given.url and not re.fullmatch(r"http://(127\.\d+\.\d+\.\d+|localhost)(:\d+)?/?", given.url):
        parser.error("only addresses on this machine (127.0.0.0/8)")
    found = machine()
    if given.url:
        rows = [
            {"setup": given.name, **row}
            for scenario in given.scenarios
            for row in load(given.url.rstrip("/"), scenario, given.users, given.seconds)
        ]
    else:
        rows = measure_clusters(given)
    if rows:
        print(save(given.out, {"machine": found, "rows": rows}))
        draw(rows, RESULTS / f"{given.out}.png")
    for row in rows:
        if row["kind"] == "all":
            print({k: v for k, v in row.items() if k not in ("memory", "kind")})
    return 1 if any(row.get("failures") for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
