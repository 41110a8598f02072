"""Child processes that are kept alive, and stopped in order."""

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

DEATHS_TO_GIVE_UP = 5
DEATHS_SECONDS = 60
STOP_SECONDS = 20
# The kernel tells a child to end when this process is killed, so that it never stays alone.
ENDS_WITH_PARENT = ["setpriv", "--pdeathsig", "TERM"]


class KeepsDying(Exception):
    """A child died so often that another start would not help; the text names it."""


@dataclass
class Child:
    """One long-running command under the name that people read in the messages about it."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_TO_GIVE_UP))

    def start(self) -> None:
        """Start the command in a session of its own, deaf to a Ctrl-C at the terminal."""
        command = [*ENDS_WITH_PARENT, *self.command]
        self.process = subprocess.Popen(command, start_new_session=True)

    def revive(self) -> None:
        """Start the command again if it ended; raise KeepsDying at the fifth end in a minute."""
        if self.process is None or self.process.poll() is None:
            return
        _kill_group(self.process)
        self.deaths.append(time.monotonic())
        code = self.process.returncode
        if self._dies_too_often():
            raise KeepsDying(
                f"{self.name} ended {DEATHS_TO_GIVE_UP} times within {DEATHS_SECONDS} seconds "
                f"(last exit code {code}); its messages above say why."
            )
        print(f"{self.name} ended (exit code {code}) and is started again.", flush=True)
        self.start()

    def stop(self) -> None:
        """Ask the command to end, and end it with all its own children when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _kill_group(self.process)
            self.process.wait()

    def _dies_too_often(self) -> bool:
        is_full = len(self.deaths) == DEATHS_TO_GIVE_UP
        return is_full and self.deaths[-1] - self.deaths[0] < DEATHS_SECONDS


def stop_in_order(children: Sequence[Child]) -> None:
    """Stop one child after the other; a second Ctrl-C does not leave some of them running."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.stop()


def _kill_group(leader: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a command: the children of a killed one would keep its port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)
