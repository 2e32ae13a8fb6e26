"""This bot beside Rasa's default on the same data: start, memory, waiting, throughput.

    .venv/bin/python -m benchmarks.beside_default [--rounds 2] [--epochs 1]

The default is what `rasa init` configures (DIET, ResponseSelector, TED, UnexpecTED) with Rasa's own
REST channel and the same action server. It is trained for --epochs only: how long it has learned
changes what it answers, not how fast. A Rasa that understands nothing (an empty pipeline, one rule
policy, one sentence as the answer to everything, no action server asked) shows what Rasa itself
costs. All run in turn, never together, and are asked the same.
Results: benchmarks/results/beside_default.json and a picture beside it.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import functools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, List

import matplotlib
import psutil
import yaml

from benchmarks.peers.questions import DEVELOPMENT, ROOT
from vejviser.launch.model import ensure_model, environment
from vejviser.launch.run import start_actions, start_rasa, stop, wait_for
from vejviser.launch.tools import free_ports

RESULTS = ROOT / "benchmarks" / "results" / "beside_default.json"
DEFAULT = ROOT / ".venv/lib/python3.10/site-packages/rasa/engine/recipes/config_files"
CLIENTS = 8
MESSAGES = 200


def texts() -> List[str]:
    """Questions of professionals and of the young, in turn."""
    found: List[str] = []
    for name in ("pro", "ung"):
        lines = (DEVELOPMENT / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        found += [str(json.loads(line)["turns"][0]) for line in lines[: MESSAGES // 2]]
    return found


def say(url: str, text: str) -> float:
    """Seconds until the answer to a first message."""
    body = json.dumps({"sender": uuid.uuid4().hex, "message": text}).encode()
    request = urllib.request.Request(
        f"{url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"}
    )
    begun = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    return time.perf_counter() - begun


def train_default(folder: Path, epochs: int) -> Path:
    """The default pipeline and policies, trained on this project's data; where the bot is."""
    config = yaml.safe_load((DEFAULT / "default_config.yml").read_text(encoding="utf-8"))
    for part in [*config["pipeline"], *config["policies"]]:
        if "epochs" in part:
            part["epochs"] = epochs
    config["importers"] = [{"name": "vejviser.nlu.importer.KnowledgeImporter"}]
    return _train(folder, "default", config, [])


def train_empty(folder: Path) -> Path:
    """A Rasa with an empty pipeline that says the same to everything; where the bot is."""
    fallback = {"name": "RulePolicy", "core_fallback_action_name": "utter_anything"}
    config = {"recipe": "default.v1", "language": "da", "pipeline": [], "policies": [fallback]}
    responses = {"utter_anything": [{"text": "Det ved jeg ikke."}]}
    rule = {"rule": "hej", "steps": [{"intent": "hej"}, {"action": "utter_anything"}]}
    domain = {"version": "3.1", "intents": ["hej"], "responses": responses}
    nlu = {"intent": "hej", "examples": "- hej\n- goddag\n"}
    data = {"version": "3.1", "nlu": [nlu], "rules": [rule]}
    for name, content in (("domain", domain), ("data", data)):
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    own = ["--domain", str(folder / "domain.yml"), "--data", str(folder / "data.yml")]
    return _train(folder, "empty", config, own)


def _train(folder: Path, name: str, config: Dict[str, Any], more: List[str]) -> Path:
    path = folder / f"{name}_config.yml"
    path.write_text(json.dumps({**config, "assistant_id": name}), encoding="utf-8")
    command = [sys.executable, "-m", "rasa", "train", "--quiet", "--config", str(path), *more]
    command += ["--out", str(folder), "--fixed-model-name", name]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)
    return folder / f"{name}.tar.gz"


def start_plain(
    model: Path, folder: Path, port: int, action_port: int
) -> "subprocess.Popen[bytes]":
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    url = f"http://127.0.0.1:{action_port}/webhook"
    (folder / "endpoints.yml").write_text(f"action_endpoint:\n  url: {url}\n", encoding="utf-8")
    command = [sys.executable, "-m", "rasa", "run", "--model", str(model), "--port", str(port)]
    command += ["--interface", "127.0.0.1", "--endpoints", str(folder / "endpoints.yml")]
    command += ["--credentials", str(folder / "credentials.yml")]
    return subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)


def measure(start: Any, asked: List[str]) -> Dict[str, float]:
    """One run: seconds of cold start, megabytes, milliseconds for one client, messages/second."""
    action_port, port = free_ports(2, 28000)
    actions = start_actions(action_port)
    processes = [actions]
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"http://127.0.0.1:{action_port}/health", [actions])
        begun = time.perf_counter()
        rasa = start(port, action_port)
        processes.append(rasa)
        wait_until_it_answers(url, asked[0])
        row = {"cold_start_s": round(time.perf_counter() - begun, 1)}
        for text in asked[:30]:
            say(url, text)
        times = sorted(say(url, text) * 1000 for text in asked)
        row["p50_ms"] = round(statistics.median(times), 1)
        row["p95_ms"] = round(times[int(len(times) * 0.95)], 1)
        begun = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda text: say(url, text), asked * 2))
        row["per_second"] = round(2 * len(asked) / (time.perf_counter() - begun), 1)
        row["memory_mb"] = round(psutil.Process(rasa.pid).memory_info().rss / 1e6)
        return row
    finally:
        stop(processes)


def wait_until_it_answers(url: str, text: str, seconds: float = 300) -> None:
    """Until a message is answered, which is when somebody is helped."""
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        try:
            say(url, text)
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} did not answer")


def middle(rows: List[Dict[str, float]]) -> Dict[str, float]:
    return {key: round(statistics.median(row[key] for row in rows), 1) for key in rows[0]}


def draw(results: Dict[str, Dict[str, float]], path: Path) -> None:
    """A small picture for each figure."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    titles = {
        "cold_start_s": "cold start (s)",
        "memory_mb": "memory (MB)",
        "p50_ms": "p50, one client (ms)",
        "per_second": "messages/s, 8 clients",
    }
    figure, axes = pyplot.subplots(1, len(titles), figsize=(11, 3))
    for axis, (key, title) in zip(axes, titles.items(), strict=True):
        names = [name.replace(" ", "\n", 1) for name in results]
        colours = ["#0b4f56", "#a24a04", "#8a8a8a"]
        axis.bar(names, [row[key] for row in results.values()], color=colours)
        axis.tick_params(axis="x", labelsize=7)
        axis.set_title(title, fontsize=10)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def _turns(rounds: int, folder: Path, plain: Dict[str, Path]) -> Iterator[Any]:
    ours = ensure_model()
    for _ in range(rounds):
        yield "Vejviser", lambda port, actions: start_rasa(ours, "127.0.0.1", port, actions)
        for name, model in plain.items():
            yield name, functools.partial(start_plain, model, folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=1)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="default-"))
    try:
        plain = {
            "Rasa's default": train_default(folder, arguments.epochs),
            "Rasa, empty pipeline": train_empty(folder),
        }
        rows: Dict[str, List[Dict[str, float]]] = {}
        asked = texts()
        for name, start in _turns(arguments.rounds, folder, plain):
            rows.setdefault(name, []).append(measure(start, asked))
            print(name, rows[name][-1], flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    results = {name: middle(each) for name, each in rows.items()}
    results["Vejviser"]["load_before"] = round(os.getloadavg()[0], 2)
    RESULTS.write_text(json.dumps(results, indent=1), encoding="utf-8")
    draw(results, RESULTS.with_suffix(".png"))
    print(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
