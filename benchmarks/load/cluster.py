"""The bot under load: a cluster on free ports, and what it costs in memory."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Dict, Iterator, List
from urllib.parse import urlsplit

import gevent
import psutil

from benchmarks.load import ROOT
from benchmarks.load.people import ASKED, WEBHOOK, load


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
