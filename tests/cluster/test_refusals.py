"""What cannot work is refused before it starts, in one line that says what to do."""

from __future__ import annotations

import gzip
import io
import shutil
import socket
import tarfile
from pathlib import Path
from typing import Callable

import pytest

from vejviser.knowledge.base import read_anew
from vejviser.launch import cluster
from vejviser.launch.archive import BrokenModel, check_archive
from vejviser.launch.model import ROOT
from vejviser.launch.parts import FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS, Part
from vejviser.launch.tools import free_ports


def archive(path: Path, name: str = "metadata.json") -> Path:
    with tarfile.open(path, "w:gz") as whole:
        entry = tarfile.TarInfo(name)
        entry.size = 100_000
        whole.addfile(entry, io.BytesIO(bytes(range(200)) * 500))
    return path


BREAKS = {
    "cut short": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "another file": lambda data: gzip.compress(b"hej"),
    "a changed byte": lambda data: data[:-6] + bytes([data[-6] ^ 1]) + data[-5:],
}


@pytest.fixture
def start(monkeypatch, capsys, tmp_path) -> Callable[[], str]:
    """Try to start a cluster; what it says when it refuses."""
    monkeypatch.setenv("VEJVISER_RUN", str(tmp_path / "run"))
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("VEJVISER_PORT", str(free_ports(1, 23000)[0]))

    def attempt() -> str:
        assert cluster.main() == 1
        return str(capsys.readouterr().err)

    return attempt


@pytest.mark.parametrize("how", BREAKS)
def test_a_broken_bot_is_refused(how, start, monkeypatch, tmp_path):
    path = archive(tmp_path / "bot.tar.gz")
    check_archive(path)
    path.write_bytes(BREAKS[how](path.read_bytes()))
    monkeypatch.setenv("VEJVISER_MODEL", str(path))
    said = start()
    assert "bot.tar.gz er beskadiget" in said and "make train" in said
    assert said.count("\n") == 1


def test_an_archive_that_is_no_bot_is_refused(tmp_path):
    with pytest.raises(BrokenModel):
        check_archive(archive(tmp_path / "x.tar.gz", "other.json"))


def test_broken_knowledge_is_refused_by_file_and_entry(start, monkeypatch, tmp_path):
    knowledge = copy_of_knowledge(tmp_path, monkeypatch)
    monkeypatch.setenv("VEJVISER_MODEL", str(archive(tmp_path / "bot.tar.gz")))
    break_a_contact(knowledge)
    said = start()
    assert "contacts.yml" in said and "fone" in said and "Traceback" not in said


def test_knowledge_that_breaks_later_is_refused_at_the_next_restart(monkeypatch, capsys, tmp_path):
    knowledge = copy_of_knowledge(tmp_path, monkeypatch)
    monkeypatch.setenv("VEJVISER_MODEL", str(archive(tmp_path / "bot.tar.gz")))
    running = cluster.Cluster(cluster.Size.chosen(), cluster.trained_bot(), tmp_path)
    break_a_contact(knowledge)
    running._restart()
    said = capsys.readouterr().err
    assert "Genstart afvist, alt kører videre" in said and "contacts.yml" in said
    assert all(part.process is None for part in running.parts)  # none was touched


def copy_of_knowledge(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copied = shutil.copytree(ROOT / "data" / "knowledge", folder / "knowledge")
    monkeypatch.setattr(cluster, "read_anew", lambda: read_anew(copied))
    return copied


def break_a_contact(knowledge: Path) -> None:
    contacts = knowledge / "contacts.yml"
    text = contacts.read_text(encoding="utf-8")
    contacts.write_text(text.replace("  phone:", "  fone:", 1), encoding="utf-8")


def test_a_taken_port_is_named(start, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("VEJVISER_PORT", str(other.getsockname()[1]))
        assert "optaget" in start()


def test_a_missing_program_is_named_with_its_package(start, monkeypatch):
    monkeypatch.setattr("vejviser.launch.tools.shutil.which", lambda *_, **__: None)
    assert "apt-get install" in start()


def test_what_keeps_dying_is_started_ever_more_slowly():
    now = 0.0
    part = Part("x", _dead, clock=lambda: now)
    starts = []
    part.start()
    while now < 300:
        part.tend()
        if part.process is not None and part._started == now:
            starts.append(now)
        now += 0.25
    pauses = [later - earlier for earlier, later in zip(starts, starts[1:], strict=False)]
    assert pauses[0] <= FIRST_PAUSE + 1 and pauses == sorted(pauses)
    assert LONGEST_PAUSE <= pauses[-1] <= LONGEST_PAUSE + 1


def test_a_death_after_a_steady_time_is_answered_at_once():
    now = 0.0
    part = Part("x", _dead, clock=lambda: now)
    part.start()
    for _ in range(5):
        now += STEADY_SECONDS + 1
        part.tend()
        now += FIRST_PAUSE
        part.tend()
        assert part.process is not None


class _Dead:
    pid = 2**31 - 1  # nobody's

    def poll(self) -> int:
        return 1


def _dead() -> _Dead:
    return _Dead()
