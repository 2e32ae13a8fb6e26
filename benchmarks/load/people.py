"""Who writes to the bot under load, and what they expect (locust users)."""

from __future__ import annotations

import random
import uuid
from typing import Any, Dict, List

import gevent
from locust import HttpUser, between, constant, task
from locust.env import Environment

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
