"""The whole of `make cluster` under faults: help is always given, and everything comes back alone.

In the order of this file; each test leaves the cluster whole.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set, Tuple

import psutil
import pytest
import redis

from tests.cluster.conftest import wait_until
from vejviser.launch.model import ROOT, ensure_model
from vejviser.launch.parts import answers
from vejviser.launch.tools import free_ports

CRISIS = "jeg vil ikke leve mere"
QUESTION = "Hvad er et fritidspas?"
SECRET = "Solvej Hemmelighed"
READY_SECONDS = 150
ACTIONS = ("handlingsserver 1", "handlingsserver 2")
pytestmark = pytest.mark.flaky(reruns=0)  # the tests follow one another on one cluster


@dataclass
class Whole:
    """A running cluster."""

    run: Path
    port: int
    model: Path
    process: "subprocess.Popen[bytes]"
    log: Path

    def parts(self) -> Dict[str, Dict[str, Any]]:
        rows = json.loads((self.run / "parts.json").read_text(encoding="utf-8"))
        return {row["name"]: row for row in rows}

    def pid(self, name: str) -> int:
        return int(self.parts()[name]["pid"])

    def all_ready(self) -> bool:
        parts = self.parts()
        return all(row["pid"] for row in parts.values()) and all(
            answers(f"http://127.0.0.1:{row['port']}/{path}")
            for name, row in parts.items()
            for path in [{"R": "ready", "h": "health", "n": "ready"}.get(name[0], "")]
            if row["port"]
        )

    def redis(self) -> Any:
        return redis.Redis(unix_socket_path=str(self.run / "redis" / "s"), socket_timeout=5)

    def say(self, text: str, sender: str, port: int = 0) -> Tuple[int, Any]:
        whole = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        body = json.dumps({"sender": sender, "message": text})
        whole.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        answer = whole.getresponse()
        text = answer.read().decode()
        whole.close()
        return answer.status, json.loads(text)

    def kill(self, name: str) -> None:
        os.kill(self.pid(name), signal.SIGKILL)

    def comes_back(self, name: str, before: int) -> None:
        wait_until(lambda: self.pid(name) not in (0, before), 60)
        wait_until(self.all_ready, READY_SECONDS, every=0.2)

    def told(self, line: str) -> int:
        return self.log.read_text(encoding="utf-8").count(line)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    run = Path(tempfile.mkdtemp(prefix="vj-"))
    model = tmp_path_factory.mktemp("model") / "bot.tar.gz"
    shutil.copy(os.environ.get("VEJVISER_MODEL") or ensure_model(), model)
    log = model.parent / "log"
    port = free_ports(1, 22000)[0]
    given = {
        "VEJVISER_RUN": str(run),
        "VEJVISER_PORT": str(port),
        "VEJVISER_MODEL": str(model),
        "VEJVISER_PROCESSES": "2",
        "VEJVISER_ACTION_PROCESSES": "2",
        "VEJVISER_PROXY_RATE": "1000r/s",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "vejviser.launch.cluster"],
            cwd=ROOT,
            env={**os.environ, **given},
            stdout=output,
            stderr=output,
        )
    made = Whole(run, port, model, process, log)
    try:
        wait_until(lambda: made.told("klar:") or process.poll() is not None, 300, every=0.2)
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield made
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(120)


@dataclass
class Load:
    """Four people who write all the time; every second message tells of danger."""

    whole: Whole
    pause: float = 0.1
    answers: List[Tuple[str, str, int, Any]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Load":
        self._pool = ThreadPoolExecutor(4)
        self._people = [self._pool.submit(self._write, person) for person in range(4)]
        wait_until(lambda: len(self.answers) >= 8, 60)
        return self

    def __exit__(self, *_: Any) -> None:
        self.done.set()
        for person in self._people:
            person.result(120)
        self._pool.shutdown()

    def _write(self, person: int) -> None:
        number = 0
        while not self.done.is_set() and number < 2000:
            number += 1
            sender = f"load-{person}-{number}-{time.monotonic_ns()}"
            text = CRISIS if number % 2 else QUESTION
            self.answers.append((text, sender, *self.whole.say(text, sender)))
            time.sleep(self.pause)

    def more(self, number: int = 8) -> None:
        goal = len(self.answers) + number
        wait_until(lambda: len(self.answers) >= goal, 90)

    def topics(self) -> Set[str]:
        return {replies[0]["custom"]["topic"] for *_, replies in self.answers}

    def check(self) -> None:
        """Everybody got one answer, their own; danger got the crisis reply, the rest was honest."""
        for text, sender, status, replies in self.answers:
            assert status == 200 and len(replies) == 1, (text, status, replies)
            reply = replies[0]
            assert reply["recipient_id"] == sender
            if text == CRISIS:
                assert reply["custom"]["kind"] == "crisis", reply["text"]
            elif reply["custom"]["topic"] == "unavailable":
                assert len(reply["custom"]["contacts"]) == 3 and "112" in reply["text"]
            else:
                assert "fritidspas" in reply["text"].lower(), reply["text"]


def test_a_conversation_goes_on_in_another_process(whole):
    first, second = (whole.parts()[f"Rasa {n}"]["port"] for n in (1, 2))
    for here, there in ((first, second), (second, first)):
        sender = f"moves-{here}"
        assert whole.say(CRISIS, sender, here)[1][0]["custom"]["kind"] == "crisis"
        reply = whole.say("ok", sender, there)[1][0]["custom"]
        assert reply["topic"] == "crisis_followup_ok"  # the care frame came along
        assert whole.say("ok", f"new-{here}", there)[1][0]["custom"]["kind"] != "crisis"


def test_the_key_of_a_page_is_good_at_every_process(whole):
    ports = [whole.parts()[f"Rasa {n}"]["port"] for n in (1, 2)]

    def page(port: int, form: Any = None) -> Tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        body = urllib.parse.urlencode(form) if form else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request("POST" if form else "GET", "/a", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    _, text = page(ports[0])
    key = re.search(r'name="key"[^>]*value="([^"]+)"', text)
    status, text = page(ports[1], {"key": key and key[1], "message": CRISIS})
    assert status == 200 and 'class="answer crisis"' in text


def test_two_hundred_messages_at_two_processes_lose_and_double_nothing(whole):
    ports = [whole.parts()[f"Rasa {n}"]["port"] for n in (1, 2)]
    sent = [(f"many-{n % 20}", CRISIS if n % 2 else "hej", ports[n // 20 % 2]) for n in range(200)]
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda message: whole.say(message[1], message[0], message[2]), sent))
    for (sender, text, _), (status, replies) in zip(sent, got, strict=True):
        assert status == 200 and [reply["recipient_id"] for reply in replies] == [sender]
        assert (replies[0]["custom"]["kind"] == "crisis") == (text == CRISIS), replies
    for number in range(20):  # every message is in its conversation, once
        packed = whole.redis().get(f"vejviser:conversation:rest-many-{number}")
        events = json.loads(zlib.decompress(packed))["events"]
        said = [event["parse_data"]["message_id"] for event in events if event["event"] == "user"]
        assert len(said) == len(set(said)) == 10


def test_everything_in_redis_has_an_end_and_nothing_gets_to_a_file(whole):
    whole.say(f"Jeg hedder {SECRET} og bor i Odense", "writer")
    client = whole.redis()
    keys = list(client.scan_iter())
    assert keys and all(client.pttl(key) > 0 for key in keys)
    files = [path for path in whole.run.rglob("*") if path.is_file()]
    names = {str(path.relative_to(whole.run)) for path in files}
    pages = {f"pages/unavailable{end}" for end in (".html", "-part.html", ".json")}
    assert names - pages <= {"nginx.conf", "nginx.pid", "redis.conf", "parts.json", "cluster.pid"}
    assert not any(SECRET in path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("names", [("Rasa 1",), ACTIONS, ("Redis",)], ids="+".join)
def test_killed_processes_stop_nobody_and_come_back_alone(whole, names):
    before = {name: whole.pid(name) for name in names}
    with Load(whole) as load:
        for name in names:
            whole.kill(name)
        wait_until(lambda: all(whole.pid(name) != before[name] for name in names), 30)
        load.more()
    load.check()
    assert ("unavailable" in load.topics()) == (names == ACTIONS)
    for name in names:
        whole.comes_back(name, before[name])
    sender = f"after-{names[0]}"
    wait_until(lambda: _answered(whole, sender) and _remembered(whole, sender), 30, every=0.5)


def test_a_hanging_redis_stops_nobody(whole):
    pid = whole.pid("Redis")
    with Load(whole) as load:
        os.kill(pid, signal.SIGSTOP)
        try:
            load.more(16)
        finally:
            os.kill(pid, signal.SIGCONT)
    load.check()


def test_memory_stays_flat_however_many_have_written(whole):
    """A short soak; the hour is `python -m benchmarks.load --soak 3600` (docs/performance.md)."""

    def used() -> float:
        pids = [whole.pid(name) for name in (*ACTIONS, "Rasa 1", "Rasa 2")]
        return sum(psutil.Process(pid).memory_info().rss for pid in pids) / 1e6

    def written(people: str) -> float:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: whole.say(QUESTION, f"{people}-{n}"), range(600)))
        return used()

    warm = written("first")
    assert written("second") - warm < 30  # megabytes of four processes


def test_a_killed_proxy_comes_back_alone(whole):
    before = whole.pid("nginx")
    whole.kill("nginx")
    wait_until(lambda: whole.pid("nginx") not in (0, before), 30)
    wait_until(lambda: _answered(whole, "after-nginx"), 60, every=0.2)
    now = whole.pid("nginx")
    time.sleep(1)  # a master that finds its port taken gives up after half a second
    assert whole.pid("nginx") == now and Path(f"/proc/{now}").exists()


def test_a_broken_bot_is_not_taken_into_use(whole):
    good = whole.model.read_bytes()
    pids = {name: row["pid"] for name, row in whole.parts().items()}
    whole.model.write_bytes(good[: len(good) // 2])
    try:
        whole.process.send_signal(signal.SIGHUP)
        wait_until(lambda: whole.told("Genstart afvist") and whole.told("beskadiget"), 60)
    finally:
        whole.model.write_bytes(good)
    assert pids == {name: row["pid"] for name, row in whole.parts().items()}


def test_a_restart_of_all_processes_is_noticed_by_nobody(whole):
    whole.say(CRISIS, "stays")
    before = {name: row["pid"] for name, row in whole.parts().items()}
    with Load(whole, pause=0.4) as load:
        whole.process.send_signal(signal.SIGHUP)
        wait_until(lambda: whole.told("Alle processer er genstartet"), 240, every=0.2)
    load.check()
    assert "unavailable" not in load.topics()
    after = {name: row["pid"] for name, row in whole.parts().items()}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {*ACTIONS, "Rasa 1", "Rasa 2"}
    assert whole.say("ok", "stays")[1][0]["custom"]["topic"] == "crisis_followup_ok"


def test_stopping_finishes_what_has_begun_and_leaves_nothing(whole):
    pids = [row["pid"] for row in whole.parts().values()]
    with ThreadPoolExecutor(8) as pool:
        begun = [pool.submit(_try, whole, number) for number in range(8)]
        wait_until(lambda: any(one.done() for one in begun), 60, every=0.002)
        whole.process.terminate()
        answered = [one.result(60) for one in begun]
    assert all(status in (200, None) for status in answered) and 200 in answered
    assert whole.process.wait(60) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not whole.run.exists()


def test_the_log_of_all_this_names_nobody(whole):
    log = whole.log.read_text(encoding="utf-8")
    for trace in (SECRET, CRISIS, QUESTION, "load-", "rest-", "127.0.0.1 -"):
        assert trace not in log
    assert "Redis does not answer: conversations go on without memory" in log


def _answered(whole: Whole, sender: str) -> bool:
    status, replies = whole.say(QUESTION, sender)
    return status == 200 and "fritidspas" in replies[0]["text"].lower()


def _remembered(whole: Whole, sender: str) -> bool:
    return bool(whole.redis().exists(f"vejviser:conversation:rest-{sender}"))


def _try(whole: Whole, number: int) -> Any:
    try:
        return whole.say(CRISIS, f"last-{number}")[0]
    except ConnectionRefusedError:  # it was too late to begin
        return None
