"""Log lines: text for a terminal, or one JSON object each (LOG_FORMAT=json) for a collector.

Each line says which request, person, job and task it belongs to, and nothing else about anybody:
no names, addresses or search words. Only a process that writes JSON loads structlog, at its first
line: it would cost every command a tenth of a second.
"""

import logging
import re
from collections.abc import MutableMapping
from datetime import datetime
from functools import cached_property
from typing import Any

from exchange.requests import request_id, user_id

Event = MutableMapping[str, Any]

#: What a request's line adds to its words.
FIELDS = ("method", "path", "status", "milliseconds")
#: PostgreSQL says here which values collide, and a value may be a person's name.
_VALUES = re.compile(r"^(\s*DETAIL:).*$", re.MULTILINE)


def served() -> dict[str, str | int]:
    """The request, the person and the job that this thread works for, as far as there are any."""
    name, person = request_id.get(), user_id.get()
    found: dict[str, str | int] = {"request_id": name} if name else {}
    if name.startswith("job:"):
        found["job_id"] = int(name.removeprefix("job:"))
    if person is not None:
        found["user_id"] = person
    return found


class TextFormatter(logging.Formatter):
    """A record as a line for people."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return _VALUES.sub(r"\1 (left out)", super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        words = "".join(f" {name}={value}" for name, value in served().items())
        return super().formatMessage(record) + words


class JsonFormatter(logging.Formatter):
    """A record, of structlog or of the standard library, as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        return self._inner.format(record)

    @cached_property
    def _inner(self) -> logging.Formatter:
        import structlog

        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=FIELDS)],
            processors=[
                structlog.contextvars.merge_contextvars,
                _describe,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _leave_values_out,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )


def _describe(_logger: Any, _method: str, event: Event) -> Event:
    record = event["_record"]
    when = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
    head = {"time": when, "level": record.levelname, "logger": record.name}
    return {**head, **event, **served()}


def _leave_values_out(_logger: Any, _method: str, event: Event) -> Event:
    texts = {key: event[key] for key in ("event", "exception") if key in event}
    clean = {key: _VALUES.sub(r"\1 (left out)", str(text)) for key, text in texts.items()}
    return {**event, **clean}


def formatter(form: str) -> logging.Formatter:
    """The formatter of LOG_FORMAT; ValueError where there is none."""
    made = {"text": TextFormatter, "json": JsonFormatter}
    if form not in made:
        raise ValueError(f"LOG_FORMAT is text or json, not {form}.")
    return made[form]()
