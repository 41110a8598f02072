"""The child: ``python -m exchange.reader SPEC``, see exchange.reader.child for the other side."""

import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from exchange.reader.flaws import Refused
from exchange.reader.marking import mark
from exchange.reader.reading import read

OUT_BUFFER = 256 * 1024


def main(spec_path: str) -> None:
    spec = json.loads(Path(spec_path).read_text(encoding="utf-8"))
    _limit(spec["memory"], spec["seconds"])
    try:
        result = _run(spec)
    except Refused as refused:
        result = {"fatal": refused.as_json()}
    Path(spec["result"]).write_text(json.dumps(result), encoding="utf-8")


def _run(spec: dict[str, Any]) -> dict[str, Any]:
    if spec["task"] == "mark":
        return mark(spec)
    with open(sys.stdout.fileno(), "wb", buffering=OUT_BUFFER, closefd=False) as out:
        return read(spec, out)


def _limit(memory: int, seconds: int) -> None:
    """Limits end this process by a signal or a failed allocation, never the parent."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds)


main(sys.argv[1])
