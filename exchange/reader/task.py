"""What every task in a child does: take its spec, set its limits, leave its result."""

import json
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exchange.reader.flaws import Refused


def run(task: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Run ``task`` on the JSON file that the command line names."""
    spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    _limit(spec["memory"], spec["seconds"])
    try:
        result = task(spec)
    except Refused as refused:
        result = {"fatal": refused.as_json()}
    Path(spec["result"]).write_text(json.dumps(result), encoding="utf-8")


def _limit(memory: int, seconds: int) -> None:
    """Limits end this process by a signal or a failed allocation, never the parent."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds)
