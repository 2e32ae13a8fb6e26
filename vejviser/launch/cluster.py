"""`make cluster`: Redis, several Rasa processes and action servers, and nginx before them.

SIGTERM or Ctrl-C stops everything after what has been begun; SIGHUP (`make cluster-restart`)
restarts the processes one after the other, with new data if there is any, while the others answer.
A process that dies is started again.
"""

from __future__ import annotations

import json
import os
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List

from vejviser.knowledge.base import KnowledgeError, read_anew
from vejviser.launch.archive import BrokenModel, check_archive
from vejviser.launch.model import ROOT, TrainingFailed, ensure_model
from vejviser.launch.parts import Part
from vejviser.launch.proxy import Addresses, Proxy
from vejviser.launch.run import CannotStart, check_free, start_actions, start_rasa
from vejviser.launch.templates import write
from vejviser.launch.tools import ToolMissing, free_ports, tool
from vejviser.nlu.danish_spacy import PipelineMissing
from vejviser.replies.fixed import fixed_responses

START_SECONDS = 240.0
LOOK_SECONDS = 0.1
DRAIN_SECONDS = 30.0
REASONS = (KnowledgeError, TrainingFailed, PipelineMissing, BrokenModel, CannotStart, ToolMissing)


@dataclass(frozen=True)
class Size:
    """How many processes, and where they listen."""

    rasa: int = 2
    actions: int = 2
    host: str = "127.0.0.1"
    port: int = 5005
    memory: str = "64mb"
    rate: str = "10r/s"

    @classmethod
    def chosen(cls) -> "Size":
        """As the environment says."""
        given = os.environ.get
        return cls(
            rasa=max(1, int(given("VEJVISER_PROCESSES", "2"))),
            actions=max(1, int(given("VEJVISER_ACTION_PROCESSES", "2"))),
            host=given("VEJVISER_HOST", "127.0.0.1"),
            port=int(given("VEJVISER_PORT", "5005")),
            memory=given("VEJVISER_REDIS_MEMORY", "64mb"),
            rate=given("VEJVISER_PROXY_RATE", "10r/s"),
        )


class Stopped(Exception):
    """Somebody wants everything to stop."""


class Cluster:
    """All parts, and what happens to them."""

    def __init__(self, size: Size, model: Path, run: Path) -> None:
        self._run, self.model = run, model
        self._stop = self._roll = False
        self._listed: List[Dict[str, Any]] = []
        actions, *ports = free_ports(1 + size.actions + size.rasa, size.port + 10)
        self._actions_port = actions
        (run / "redis").mkdir(mode=0o700)
        self._socket = run / "redis" / "s"
        self._memory = size.memory
        self.redis = Part("Redis", self._launch_redis)
        self.actions = [self._action_part(n, port) for n, port in enumerate(ports[: size.actions])]
        self.rasa = [self._rasa_part(n, port) for n, port in enumerate(ports[size.actions :])]
        addresses = Addresses(
            listen=f"{size.host}:{size.port}",
            rasa=[_address(part) for part in self.rasa],
            actions=[_address(part) for part in self.actions],
            actions_listen=f"127.0.0.1:{actions}",
        )
        self.proxy = Proxy(run, addresses, rate=size.rate)
        self.nginx = Part("nginx", self.proxy.launch, port=size.port)
        os.environ.update(
            VEJVISER_REDIS_URL=f"unix://{self._socket}",
            VEJVISER_PROXIES="1",
            # One for all processes: a key made by one is good at the others.
            VEJVISER_SECRET=os.environ.get("VEJVISER_SECRET") or secrets.token_urlsafe(32),
        )

    @property
    def parts(self) -> List[Part]:
        """In the order in which they start. nginx comes early: it shows the help lines."""
        return [self.redis, self.nginx, *self.actions, *self.rasa]

    # ---- starting one part

    def _launch_redis(self) -> "subprocess.Popen[bytes]":
        config = write(
            "redis.conf.j2",
            self._run / "redis.conf",
            socket=self._socket,
            directory=self._run / "redis",
            memory=self._memory,
        )
        return subprocess.Popen([tool("redis-server"), str(config)], start_new_session=True)

    def _action_part(self, number: int, port: int) -> Part:
        name, health = f"handlingsserver {number + 1}", f"http://127.0.0.1:{port}/health"
        return Part(name, lambda: start_actions(port), health, port)

    def _rasa_part(self, number: int, port: int) -> Part:
        def launch() -> "subprocess.Popen[bytes]":
            return start_rasa(
                self.model,
                "127.0.0.1",
                port,
                self._actions_port,
                endpoints="endpoints.cluster.yml",
            )

        return Part(f"Rasa {number + 1}", launch, f"http://127.0.0.1:{port}/ready", port)

    # ---- living

    def serve(self) -> None:
        """Start everything and keep it alive until a signal comes."""
        signal.signal(signal.SIGTERM, self._wish_stop)
        signal.signal(signal.SIGINT, self._wish_stop)
        signal.signal(signal.SIGHUP, self._wish_roll)
        self.proxy.prepare()
        try:
            for part in self.parts:
                part.start()
            whole = self._until(lambda: all(part.answers() for part in self.parts), START_SECONDS)
            said = "klar" if whole else "startet, men ikke alt svarer endnu"
            print(f"Vejviser er {said}: http://{self.proxy.addresses.listen}/", flush=True)
            while True:
                self._look()
                if self._roll:
                    self._roll = False
                    self._restart()
        except Stopped:
            print("Stopper, når det påbegyndte er færdigt …", flush=True)
        finally:
            self.stop()

    def _look(self) -> None:
        if self._stop:
            raise Stopped
        for part in self.parts:
            if told := part.tend():
                print(told, file=sys.stderr, flush=True)
        self._list()
        time.sleep(LOOK_SECONDS)

    def _until(self, true: Callable[[], Any], seconds: float) -> bool:
        latest = time.monotonic() + seconds
        while not true():
            self._look()
            if time.monotonic() > latest:
                return False
        return True

    def _list(self) -> None:
        """Say in parts.json which processes there are, when that has changed."""
        rows: List[Dict[str, Any]] = [
            {"name": part.name, "port": part.port, "pid": part.process.pid if part.process else 0}
            for part in self.parts
        ]
        if rows == self._listed:
            return
        self._listed = rows
        unfinished = self._run / "parts.new"
        unfinished.write_text(json.dumps(rows), encoding="utf-8")
        unfinished.replace(self._run / "parts.json")

    # ---- restarting without a gap

    def _restart(self) -> None:
        try:
            model = trained_bot()
        except REASONS as error:
            print(
                f"Genstart afvist, alt kører videre som før: {error}", file=sys.stderr, flush=True
            )
            return
        self.model = model
        for part in [*self.actions, *self.rasa]:
            if not self._restart_one(part):
                print(f"{part.name} blev ikke klar; resten er ikke genstartet.", file=sys.stderr)
                return
        self._list()
        print("Alle processer er genstartet.", flush=True)

    def _restart_one(self, part: Part) -> bool:
        """New requests go elsewhere, begun ones are finished, then it is started anew."""
        self._direct(part, away=True)
        part.stop()
        part.start()
        ready = self._until(part.answers, START_SECONDS)
        self._direct(part, away=False)
        return ready

    def _direct(self, part: Part, away: bool) -> None:
        down = self.proxy.down
        down.add(_address(part)) if away else down.discard(_address(part))
        if self.nginx.process and self.nginx.process.poll() is None:
            old = self.proxy.reload(self.nginx.process)
            self._until(lambda: not any(_alive(pid) for pid in old), DRAIN_SECONDS)

    def stop(self) -> None:
        """From the front to the back, each after what it has begun."""
        self.nginx.stop(signal.SIGQUIT, DRAIN_SECONDS)
        for part in [*self.rasa, *self.actions]:
            part.resting = True
            if part.process and part.process.poll() is None:
                part.process.terminate()
        for part in [*self.rasa, *self.actions, self.redis]:
            part.stop()

    def _wish_stop(self, *_: object) -> None:
        self._stop = True

    def _wish_roll(self, *_: object) -> None:
        self._roll = True


def _address(part: Part) -> str:
    return f"127.0.0.1:{part.port}"


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def main() -> int:
    """Start the cluster, or with "restart" tell the running one. Returns the exit code."""
    if sys.argv[1:] == ["restart"]:
        return tell(signal.SIGHUP)
    size = Size.chosen()
    # No core dump: it would write conversations to the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    run = Path(os.environ.get("VEJVISER_RUN") or tempfile.mkdtemp(prefix="vejviser-"))
    run.chmod(0o755)  # nginx's workers read their pages here; Redis has a closed directory
    try:
        tool("nginx"), tool("redis-server")
        check_free(size.port, "VEJVISER_PORT")
        model = trained_bot()
        cluster = Cluster(size, model, run)
        pid_file().parent.mkdir(exist_ok=True)
        pid_file().write_text(str(os.getpid()), encoding="ascii")
        cluster.serve()
        return 0
    except REASONS as error:
        print(f"Vejviser kan ikke starte: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(run, ignore_errors=True)


def pid_file() -> Path:
    """Where the running cluster's number stands; VEJVISER_RUN keeps several apart."""
    return Path(os.environ.get("VEJVISER_RUN") or ROOT / "build") / "cluster.pid"


def trained_bot() -> Path:
    """The archive that VEJVISER_MODEL names, or the one for the present data, trained if needed.

    Raises one of REASONS when it cannot be used.
    """
    fixed_responses(read_anew())  # the channels and the actions read the knowledge as well
    named = os.environ.get("VEJVISER_MODEL")
    model = Path(named) if named else ensure_model()
    check_archive(model)
    return model


def tell(what: int) -> int:
    """Send a signal to the cluster that runs from this directory."""
    try:
        os.kill(int(pid_file().read_text(encoding="ascii")), what)
    except (OSError, ValueError):
        print("Der kører ingen klynge herfra. Start den med 'make cluster'.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
