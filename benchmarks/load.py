"""Load on the whole bot: locust, headless and bounded, against a cluster that is started here.

    python benchmarks/load.py --processes 1 2 4 --seconds 30
    python benchmarks/load.py --processes 2 --soak 3600
    python benchmarks/load.py --url http://127.0.0.1:5005 --name "Rasa's default"

Results: benchmarks/results/load*.json, one row for each scenario, and plots beside them. The load
generator runs on the same machine, and only addresses on loopback are accepted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional
from urllib.parse import urlsplit

import gevent
import psutil
from locust import HttpUser, between, constant, task
from locust.env import Environment

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
WEBHOOK = "/webhooks/rest/webhook"
ASKED = [
    "Hvad er et fritidspas?",
    "Hvilke tegn er der på traumer hos børn?",
    "Hvor mange børn er med i rapporten?",
    "Hvad siger loven om underretningspligt?",
    "Hvem er målgruppen?",
]
ASKED_ON = ["Hvor står det?", "Kan du sige mere om det?", "Hvem kan hjælpe med det?"]
YOUNG = ["hej", "jeg er ked af det", "hvem kan jeg snakke med", "ved mine forældre det", "ok tak"]
DANGER = "jeg vil ikke leve mere"


class Person(HttpUser):
    """Somebody with one conversation, who knows what an answer looks like."""

    abstract = True

    def on_start(self) -> None:
        self.sender = uuid.uuid4().hex

    def say(self, text: str, name: str) -> None:
        body = {"sender": self.sender, "message": text}
        with self.client.post(WEBHOOK, json=body, name=name, catch_response=True) as answer:
            try:
                replies = answer.json()
            except ValueError:
                replies = []
            if answer.status_code != 200 or not replies:
                answer.failure(f"no answer ({answer.status_code})")
            elif replies[0]["recipient_id"] != self.sender:
                answer.failure("an answer to somebody else")
            elif text == DANGER and (replies[0].get("custom") or {}).get("kind") != "crisis":
                answer.failure("danger without the crisis reply")


class Flat(Person):
    """As fast as it goes: what the machine can do."""

    wait_time = constant(0)

    @task
    def ask(self) -> None:
        self.say(random.choice([*ASKED, *YOUNG]), "flat out")
        if random.random() < 0.1:  # not one endless conversation
            self.sender = uuid.uuid4().hex


class Professional(Person):
    """Reads, and asks on."""

    wait_time = between(2, 6)

    @task
    def ask(self) -> None:
        self.say(random.choice(ASKED), "professional")
        gevent.sleep(random.uniform(1, 3))
        self.say(random.choice(ASKED_ON), "professional")


class Young(Person):
    """Short messages in a row, then silence; now and then danger."""

    wait_time = between(2, 5)

    @task
    def burst(self) -> None:
        for text in random.sample(YOUNG, 3):
            self.say(text, "young")
        if random.random() < 0.2:
            self.say(DANGER, "danger")


class Impatient(Person):
    """One sender, many messages at once."""

    wait_time = constant(1)

    @task
    def all_at_once(self) -> None:
        gevent.joinall([gevent.spawn(self.say, text, "impatient") for text in YOUNG * 2])


SCENARIOS: Dict[str, List[Any]] = {
    "flat out": [Flat],
    "mixed": [Professional, Young],
    "impatient": [Impatient],
}


def load(url: str, scenario: str, users: int, seconds: float) -> List[Dict[str, Any]]:
    """One row for each kind of message in the scenario."""
    environment = Environment(user_classes=SCENARIOS[scenario], host=url)
    runner = environment.create_local_runner()
    runner.start(users, spawn_rate=users)
    gevent.sleep(seconds)
    runner.quit()
    total = environment.stats.total
    rows = [_row(scenario, "all", total)]
    rows += [_row(scenario, entry.name, entry) for entry in environment.stats.entries.values()]
    errors = [
        {"error": str(error.error), "times": error.occurrences}
        for error in environment.stats.errors.values()
    ]
    return [{**row, "users": users, "errors": errors} for row in rows]


def _row(scenario: str, kind: str, stats: Any) -> Dict[str, Any]:
    percentiles = {
        f"p{share}": stats.get_response_time_percentile(share / 100) for share in (50, 95, 99)
    }
    return {
        "scenario": scenario,
        "kind": kind,
        "messages": stats.num_requests,
        "failures": stats.num_failures,
        "per_second": round(stats.total_rps, 1),
        **percentiles,
    }


class Cluster:
    """The real thing, on free ports, with the newest trained bot."""

    def __init__(self, processes: int) -> None:
        self.run = Path(tempfile.mkdtemp(prefix="vj-"))
        self.url = f"http://127.0.0.1:{24000 + os.getpid() % 1000}"
        given = {
            "VEJVISER_RUN": str(self.run),
            "VEJVISER_PORT": str(urlsplit(self.url).port),
            "VEJVISER_PROCESSES": str(processes),
            "VEJVISER_ACTION_PROCESSES": "1" if processes < 4 else "2",
            "VEJVISER_PROXY_RATE": "1000r/s",
        }
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "vejviser.launch.cluster"],
            cwd=ROOT,
            env={**os.environ, **given},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            if "klar:" in line:
                break
        else:
            raise SystemExit("the cluster did not start")
        self.start_seconds = round(time.monotonic() - began, 1)

    def memory(self) -> Dict[str, float]:
        """Megabytes of each process."""
        rows = json.loads((self.run / "parts.json").read_text(encoding="utf-8"))
        return {row["name"]: _megabytes(row["pid"]) for row in rows if row["pid"]}

    def redis_bytes(self) -> int:
        """What Redis uses for data."""
        import redis

        client = redis.Redis(unix_socket_path=str(self.run / "redis" / "s"))
        return int(client.info("memory")["used_memory"])

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(120)
        shutil.rmtree(self.run, ignore_errors=True)


def _megabytes(pid: int) -> float:
    process = psutil.Process(pid)
    whole = [process, *process.children(recursive=True)]
    return round(sum(each.memory_info().rss for each in whole) / 1e6, 1)


@contextlib.contextmanager
def running(processes: int) -> Iterator[Cluster]:
    cluster = Cluster(processes)
    try:
        yield cluster
    finally:
        cluster.stop()


def at_rest(cluster: Cluster, number: int) -> Dict[str, Any]:
    """What `number` conversations that nobody writes in cost."""
    before, redis_before = cluster.memory(), cluster.redis_bytes()
    for start in range(0, number, 8):
        some = range(start, min(start + 8, number))
        gevent.joinall([gevent.spawn(_once, cluster.url, f"rest-{n}") for n in some])
    after, redis_after = cluster.memory(), cluster.redis_bytes()
    grown = sum(after.get(name, 0) - megabytes for name, megabytes in before.items())
    return {
        "scenario": "at rest",
        "kind": "all",
        "conversations": number,
        "redis_bytes_each": round((redis_after - redis_before) / number),
        "all_processes_kilobytes_each": round(grown * 1000 / number, 1),
    }


def _once(url: str, sender: str) -> None:
    body = json.dumps({"sender": sender, "message": random.choice(ASKED)}).encode()
    request = urllib.request.Request(url + WEBHOOK, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def soak(cluster: Cluster, seconds: float, users: int, every: float) -> Dict[str, Any]:
    """Mixed load for long, with the memory of each process on the way."""
    samples: List[Dict[str, Any]] = []

    def watch() -> None:
        began = time.monotonic()
        while True:
            samples.append({"at": round(time.monotonic() - began), **cluster.memory()})
            gevent.sleep(every)

    watcher = gevent.spawn(watch)
    rows = load(cluster.url, "mixed", users, seconds)
    watcher.kill()
    return {"rows": rows, "memory": samples}


def machine() -> Dict[str, Any]:
    """On what, and how quiet it was."""
    return {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "when": time.strftime("%Y-%m-%d %H:%M"),
    }


def draw(rows: List[Dict[str, Any]], target: Path) -> None:
    """Throughput and waiting of every scenario, by set-up."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

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
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(10, 4))
    for name in [name for name in samples[0] if name != "at"]:
        axes.plot([s["at"] / 60 for s in samples], [s.get(name) for s in samples], label=name)
    axes.set_xlabel("minutes")
    axes.set_ylabel("MB")
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.tight_layout()
    figure.savefig(target, dpi=110)


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
