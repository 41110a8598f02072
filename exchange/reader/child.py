"""How a parent starts the reader; the limits are set by the child itself, before it reads."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SPEC, RESULT, COMPLAINTS = "spec.json", "result.json", "stderr.txt"


#: What the child sees of the environment; empty but where coverage is measured.
ENVIRONMENT: dict[str, str] = {}


def start(module: str, spec: dict[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    """Start ``module`` on ``spec``; ``folder`` is its own and holds all that it leaves behind.

    ``-E -s`` and the bare environment keep settings of the parent out; the working directory is
    where Python finds ``exchange``.
    """
    (folder / SPEC).write_text(
        json.dumps(spec | {"result": str(folder / RESULT)}), encoding="utf-8"
    )
    with (folder / COMPLAINTS).open("wb") as complaints:
        return subprocess.Popen(
            [sys.executable, "-E", "-s", "-X", "utf8", "-m", module, folder / SPEC],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd=ROOT,
            env={**ENVIRONMENT, "TMPDIR": str(folder)},
        )


def result(folder: Path) -> dict[str, Any] | None:
    """What the child reported; None where it died before it could."""
    try:
        return json.loads((folder / RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def complaints(folder: Path) -> str:
    """The end of what the child wrote to its standard error, for the log."""
    return (folder / COMPLAINTS).read_text(encoding="utf-8", errors="replace")[-2000:]


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the child, whatever it is doing, and leave no zombie."""
    if process.stdout is not None:
        process.stdout.close()
    process.kill()
    process.wait()
