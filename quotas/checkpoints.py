"""Checkpoints of a policy (进度节点): when how much should be reached."""

import re
import unicodedata
from decimal import Decimal

from exchange.errors import Code

_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")
_PERCENT = re.compile(r"(-?\d{1,9}(?:\.\d{1,4})?)\s*%?")
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Checkpoints = list[list[str]]


class BadCheckpoint(ValueError):
    """What cannot be read as a checkpoint; ``code`` is the contract's."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


def parse_checkpoints(text: str) -> Checkpoints:
    """``06-30:50; 09-30:75`` as [["06-30", "50"], ["09-30", "75"]], in the order of the days.

    BadCheckpoint where a day does not exist or is not written so (``bad_date``), a percent is no
    number (``bad_number``) or not from 0 to 100 (``out_of_range``).
    """
    parts = unicodedata.normalize("NFKC", text).split(";")
    return sorted(_checkpoint(part) for part in parts if part.strip())


def _checkpoint(part: str) -> list[str]:
    day, _colon, percent = part.partition(":")
    return [_day(day.strip()), _percent(percent.strip())]


def _day(text: str) -> str:
    match = _DAY.fullmatch(text)
    month, day = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= month <= 12 or not 1 <= day <= _LAST_DAY[month - 1]:
        raise BadCheckpoint("bad_date")
    return f"{month:02}-{day:02}"


def _percent(text: str) -> str:
    match = _PERCENT.fullmatch(text)
    if match is None:
        raise BadCheckpoint("bad_number")
    percent = Decimal(match[1])
    if not 0 <= percent <= 100:
        raise BadCheckpoint("out_of_range")
    return f"{percent.normalize():f}"


def write_checkpoints(checkpoints: Checkpoints) -> str:
    return "; ".join(f"{day}:{percent}" for day, percent in checkpoints)
