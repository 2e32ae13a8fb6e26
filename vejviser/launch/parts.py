"""One process of several: started again when it dies, ever more slowly when it keeps dying."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Callable, Optional

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # after which earlier deaths no longer count
Process = "subprocess.Popen[bytes]"


@dataclass
class Part:
    """A process, how it is started, and where it says that it works (None: not asked)."""

    name: str
    launch: Callable[[], "subprocess.Popen[bytes]"] = field(repr=False)
    health: Optional[str] = None
    port: Optional[int] = None
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    process: "Optional[subprocess.Popen[bytes]]" = field(default=None, repr=False)
    resting: bool = False  # stopped on purpose
    _deaths: int = 0
    _started: float = 0.0
    _not_before: float = 0.0

    def start(self) -> None:
        """Start the process now."""
        self.resting = False
        self.process = self.launch()
        self._started = self.clock()

    def tend(self) -> Optional[str]:
        """Notice a death and end it after a pause. Returns what the operator should know."""
        if self.resting or (self.process and self.process.poll() is None):
            return None
        if self.process:
            self._died()
            return f"{self.name} stoppede uventet og startes igen."
        if self.clock() >= self._not_before:
            self.start()
        return None

    def _died(self) -> None:
        if self.process:  # nginx's workers outlive their master and keep its port
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        if self.clock() - self._started > STEADY_SECONDS:
            self._deaths = 0
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self._deaths)
        self._deaths += 1
        self._not_before = self.clock() + pause
        self.process = None

    def answers(self) -> bool:
        """Whether the process works, as far as it can say so."""
        if self.process is None or self.process.poll() is not None:
            return False
        return self.health is None or answers(self.health)

    def stop(self, how: int = signal.SIGTERM, seconds: float = 20.0) -> None:
        """Ask it to finish what it has begun, and end it when it does not."""
        self.resting = True
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(url: str, seconds: float = 2.0) -> bool:
    """Whether a local address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
