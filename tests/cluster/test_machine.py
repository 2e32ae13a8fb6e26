"""The machine itself misbehaves: a full disk, a clock that jumps. Help is given all the same."""

from __future__ import annotations

import datetime as dt
import os
import resource
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, cast

import pytest

from tests.conversations.talk import Talk
from vejviser.knowledge.base import load
from vejviser.launch.model import ensure_model
from vejviser.launch.run import start_actions, start_rasa, stop, wait_for
from vejviser.launch.tools import free_ports
from vejviser.replies.opening import is_open

CRISIS = "jeg vil ikke leve mere"
QUESTION = "Hvad er et fritidspas?"
DAY = 24 * 60 * 60


@dataclass
class Machine:
    """A bot whose processes write where no byte fits, and whose clock is set in a file."""

    url: str
    clock: Path
    processes: List["subprocess.Popen[bytes]"]

    def jump(self, seconds: int) -> None:
        self.clock.write_text(f"{seconds:+d}", encoding="ascii")


def reply(talk: Talk, message: str) -> Dict[str, Any]:
    """The data of the one answer to a message."""
    (answer,) = talk.say(message)
    return dict(answer["custom"])


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    clock = tmp_path_factory.mktemp("clock") / "offset"
    made = Machine("", clock, [])
    made.jump(0)
    action_port, port = free_ports(2, 26000)
    faked = {
        "LD_PRELOAD": str(_faketime()),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # a clock that is set leaves this one alone
    }
    model = ensure_model()
    before = dict(os.environ)
    os.environ.update(faked)
    try:
        with open("/dev/full", "wb") as full:
            made.processes.append(start_actions(action_port, full))
            made.processes.append(start_rasa(model, "127.0.0.1", port, action_port, full))
    finally:
        os.environ.clear()
        os.environ.update(before)
    try:
        wait_for(f"http://127.0.0.1:{port}/ready", made.processes)
        made.url = f"http://127.0.0.1:{port}"
        yield made
    finally:
        stop(made.processes)


def _faketime() -> Path:
    """The library of Debian's package "faketime"."""
    program = shutil.which("faketime")
    assert program, "apt-get install faketime"
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def test_a_full_disk_stops_nobody(machine: Machine) -> None:
    """The log takes no byte (/dev/full), and no file can grow."""
    for process in machine.processes:
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, most))
    for _ in range(10):
        talk = Talk(machine)
        assert reply(talk, CRISIS)["kind"] == "crisis"
        assert reply(talk, "ok")["topic"] == "crisis_followup_ok"
        assert "fritidspas" in str(reply(Talk(machine), QUESTION)).lower()


@pytest.mark.parametrize("seconds", [DAY, -DAY, 400 * DAY])
def test_a_clock_that_jumps_loses_no_conversation_and_stops_nobody(
    machine: Machine, seconds: int
) -> None:
    talk = Talk(machine)
    assert reply(talk, CRISIS)["kind"] == "crisis"
    machine.jump(seconds)
    try:
        assert reply(talk, "ok")["topic"] == "crisis_followup_ok"
        assert reply(Talk(machine), CRISIS)["kind"] == "crisis"
        assert "fritidspas" in str(reply(Talk(machine), QUESTION)).lower()
    finally:
        machine.jump(0)
    assert reply(talk, "ok")["topic"] == "crisis_followup_ok"


def test_the_jumps_reach_the_bot(machine: Machine) -> None:
    """Without this the test above could pass with a clock that never moved."""
    line = load().contacts["hotline_radikalisering"]
    now = dt.datetime.now(dt.timezone.utc)
    hours = next(
        hours
        for hours in range(1, 24)
        if is_open(line, now + dt.timedelta(hours=hours)) != is_open(line, now)
    )
    assert _says_open(machine, line.name) == is_open(line, now)
    machine.jump(hours * 60 * 60)
    try:
        assert _says_open(machine, line.name) != is_open(line, now)
    finally:
        machine.jump(0)


def _says_open(machine: Machine, name: str) -> Optional[bool]:
    contacts = reply(Talk(machine), f"Hvad er {name}?")["contacts"]
    (card,) = (card for card in contacts if card["name"] == name)
    return cast(Optional[bool], card["open_now"])
