"""`make run`: the action server and Rasa together, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Callable, List, Optional

from vejviser.knowledge.base import KnowledgeError
from vejviser.launch.model import LIGHT, ROOT, TrainingFailed, ensure_model, environment
from vejviser.nlu.danish_spacy import PipelineMissing

START_SECONDS = 180
Output = Optional[IO[bytes]]


class CannotStart(Exception):
    """Vejviser cannot start; the text says what is wrong and what to do."""


def main() -> int:
    """Start everything, print the address, and end all of it on Ctrl-C. Returns the exit code."""
    port = int(os.environ.get("VEJVISER_PORT", "5005"))
    action_port = int(os.environ.get("VEJVISER_ACTION_PORT", "5055"))
    try:
        check_free(port, "VEJVISER_PORT")
        check_free(action_port, "VEJVISER_ACTION_PORT")
        model = ensure_model()
        return serve(model, port, action_port)
    except (KnowledgeError, TrainingFailed, CannotStart, PipelineMissing) as error:
        print(f"Vejviser kan ikke starte: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def check_free(port: int, variable: str) -> None:
    """Raise CannotStart when something already listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotStart(
                f"port {port} er optaget. Stop det, der bruger den, eller vælg en anden med "
                f"{variable}=…"
            ) from None


def serve(model: Path, port: int, action_port: int) -> int:
    """Run both servers on loopback until one ends or a signal comes."""
    host = os.environ.get("VEJVISER_HOST", "127.0.0.1")
    processes = [start_actions(action_port), start_rasa(model, host, port, action_port)]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        wait_for(f"http://127.0.0.1:{action_port}/health", processes)
        wait_for(f"http://127.0.0.1:{port}/ready", processes)
        print(f"Vejviser er klar: http://{host}:{port}/  (stop med Ctrl-C)", flush=True)
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        print("En del af Vejviser stoppede uventet.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopper …", flush=True)
        return 0
    finally:
        stop(processes)


def start_actions(port: int, output: Output = None) -> "subprocess.Popen[bytes]":
    """Start the action server on loopback; what it prints goes to `output` if there is one."""
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    command += ["--logging-config_file", str(ROOT / "logging.yml")]
    env = {**environment(), "SANIC_HOST": "127.0.0.1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=env, start_new_session=True, stdout=output, stderr=output
    )


def start_rasa(
    model: Path,
    host: str,
    port: int,
    action_port: int,
    output: Output = None,
    endpoints: str = "endpoints.yml",
) -> "subprocess.Popen[bytes]":
    """Start Rasa with the trained bot; its own HTTP API stays off."""
    command = [sys.executable, "-m", LIGHT, "run", "--model", str(model), "--port", str(port)]
    command += ["--interface", host, "--logging-config-file", str(ROOT / "logging.yml")]
    command += ["--endpoints", endpoints, "--credentials", "credentials.yml"]
    env = {**environment(), "ACTION_SERVER_URL": f"http://127.0.0.1:{action_port}/webhook"}
    return subprocess.Popen(
        command, cwd=ROOT, env=env, start_new_session=True, stdout=output, stderr=output
    )


def wait_for(
    url: str,
    processes: List["subprocess.Popen[bytes]"],
    seconds: float = START_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Wait until `url` answers 200. Raises CannotStart when a process ends or time runs out."""
    deadline = clock() + seconds
    while clock() < deadline:
        if any(process.poll() is not None for process in processes):
            raise CannotStart("en del af programmet stoppede. Se fejlen ovenfor.")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise CannotStart(f"{url} svarede ikke inden for {seconds:.0f} sekunder.")


def stop(processes: List["subprocess.Popen[bytes]"]) -> None:
    """End the processes and everything they started, gently first."""
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
