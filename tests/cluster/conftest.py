"""Real parts only: Debian's redis-server and nginx, and Rasa with the trained bot."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Iterator, Optional

import pytest
import redis as redis_client

from vejviser.launch.templates import write


def wait_until(true: Callable[[], Any], seconds: float = 60.0, every: float = 0.05) -> Any:
    """What `true` gives as soon as it is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := true():
                return found
        except (OSError, redis_client.RedisError):
            pass
        time.sleep(every)
    raise AssertionError(f"did not happen within {seconds:.0f} s: {true}")


@dataclass
class RealRedis:
    """A redis-server of its own with the configuration that is deployed."""

    directory: Path
    memory: str = "32mb"
    process: "Optional[subprocess.Popen[bytes]]" = None
    client: Any = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"unix://{self.directory}/s"

    def start(self) -> "RealRedis":
        config = write(
            "redis.conf.j2",
            self.directory / "redis.conf",
            socket=self.directory / "s",
            directory=self.directory,
            memory=self.memory,
        )
        self.process = subprocess.Popen(
            ["redis-server", str(config)], stdout=subprocess.DEVNULL, start_new_session=True
        )
        self.client = redis_client.Redis.from_url(self.url, socket_timeout=5)
        wait_until(self.client.ping, 30)
        return self

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        assert self.process
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        os.kill(self.process.pid, signal.SIGCONT)


@pytest.fixture
def real_redis() -> Iterator[RealRedis]:
    directory = Path(tempfile.mkdtemp(prefix="vj-"))
    server = RealRedis(directory)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(directory)
