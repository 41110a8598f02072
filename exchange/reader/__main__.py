"""The reading child: ``python -m exchange.reader SPEC``; exchange.reader.child starts it."""

import gc
import sys
from typing import Any

from exchange.reader import task
from exchange.reader.reading import read

OUT_BUFFER = 256 * 1024


def read_to_stdout(spec: dict[str, Any]) -> dict[str, Any]:
    with open(sys.stdout.fileno(), "wb", buffering=OUT_BUFFER, closefd=False) as out:
        return read(spec, out)


# Rows are let go batch by batch and hold no circles: the collector would look at them in vain.
gc.disable()
task.run(read_to_stdout)
