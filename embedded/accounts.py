"""Whose account the embedded servers run under.

An ordinary user runs them as themselves. PostgreSQL refuses to run as root, so root's servers run
as `nobody`. They keep one capability, dac_override, because the data may lie below a folder that
only root may enter (0700): such a server can read and write any file of the machine. Whoever
minds that runs the project as an ordinary user, or names servers of their own.
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path

UNPRIVILEGED = "nobody"


class ServerError(Exception):
    """An embedded server cannot be started or stopped; the text says why and names its log."""


def run(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run `command` under the servers' account and return its exit code and words.

    The environment loses PG*, which would lead PostgreSQL's tools to some other server.
    """
    environment = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
    return subprocess.run(
        [*_prefix(), *map(str, command)],
        env=environment | {"LC_ALL": "C"},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def run_or_fail(command: Sequence[str | Path]) -> str:
    """Run `command` like `run` and return what it printed; raise ServerError when it fails."""
    result = run(command)
    if result.returncode:
        raise ServerError(f"{Path(command[0]).name}: {result.stdout.strip()}")
    return result.stdout


def make_private(folder: Path) -> None:
    """Make `folder` (0700) for the servers' account; refuse one that belongs to another."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    uid, gid = _account()
    if folder.lstat().st_uid == os.geteuid():
        os.chown(folder, uid, gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise ServerError(f"{folder} is not a private folder of the account that runs the servers")


def _account() -> tuple[int, int]:
    """Return the user and group id that the servers run under."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    entry = pwd.getpwnam(UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def _prefix() -> list[str]:
    """Return the words that put a command under the servers' account: none for ordinary users."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ServerError("root needs the program setpriv (package util-linux) to start servers")
    uid, gid = _account()
    return [
        setpriv,
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        "--securebits=+no_setuid_fixup",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
    ]
