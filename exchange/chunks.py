"""The reader's stream in chunks of whole rows, read ahead by a thread.

The child cleans the next rows while the database works on these, which is what a second
processor is for.
"""

import threading
from collections.abc import Iterator
from queue import Queue
from typing import BinaryIO

#: Some 25,000 purchases: large enough for one statement to pay, small enough to begin soon.
CHUNK_BYTES = 8 * 1024**2
#: How many chunks wait at most, so that a file of a gigabyte does not stand in memory.
_WAITING = 3


def chunks(stream: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """COPY text in pieces that end with a row; a line feed inside a value is escaped there."""
    queue: Queue[bytes | BaseException | None] = Queue(_WAITING)
    stopped = threading.Event()
    reader = threading.Thread(target=_read, args=(stream, size, queue, stopped), daemon=True)
    reader.start()
    try:
        while (piece := queue.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        stopped.set()
        while reader.is_alive():
            _drain(queue)
            reader.join(0.05)


def _read(
    stream: BinaryIO,
    size: int,
    queue: "Queue[bytes | BaseException | None]",
    stopped: threading.Event,
) -> None:
    rest = b""
    try:
        while not stopped.is_set() and (block := stream.read(size)):
            rows, end, rest = (rest + block).rpartition(b"\n")
            if end:
                queue.put(rows + end)
        # What is left without its line feed is the half row of a child that died.
        queue.put(None)
    except BaseException as error:  # goes on where the rows are awaited
        queue.put(error)


def _drain(queue: "Queue[bytes | BaseException | None]") -> None:
    while not queue.empty():
        queue.get_nowait()
