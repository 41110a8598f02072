"""Cells that hold a day, or a day with its time. Times are those of Asia/Shanghai, +08."""

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from exchange.reader.flaws import Flaw
from exchange.reader.values import Cell, normalised

#: A fraction of a second is let go; a time of another zone is that moment in Shanghai.
_CLOCK = re.compile(
    r"([01]?[0-9]|2[0-3])(:[0-5][0-9])(?:(:[0-5][0-9])(?:\.[0-9]{1,9})?)?"
    r"(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_SHANGHAI = timezone(timedelta(hours=8))
#: How platforms write it: tried first, for an export holds hundreds of thousands.
_PLATFORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
#: The time may follow 日 without a blank.
_TIMED = re.compile(r"([^\sT日]+日?)(?:\s+|T|(?<=日))(\S+)")
_DAY = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")

BAD_DATE = Flaw("bad_date", "date")


class Moment(NamedTuple):
    day: date
    #: ``HH:MM:SS``; midnight where no time is given.
    clock: str = "00:00:00"


def parse_moment(cell: Cell) -> Moment | None:
    if isinstance(cell, str):
        if _PLATFORM.fullmatch(cell) and (day := parse_day(cell[:10])):
            return Moment(day, cell[11:])
        return _from_text(normalised(cell))
    if isinstance(cell, datetime):
        # Excel keeps days as floats: 14:30:05 may come as 14:30:04.999995.
        whole = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        return Moment(whole.date(), whole.time().isoformat())
    return Moment(cell) if isinstance(cell, date) else None


def _from_text(text: str) -> Moment | None:
    timed = _TIMED.fullmatch(text)
    if timed is None:
        day = parse_day(text)
        return Moment(day) if day else None
    day, clock = parse_day(timed[1]), _CLOCK.fullmatch(timed[2])
    if day is None or clock is None:
        return None
    moment = Moment(day, clock[1].zfill(2) + clock[2] + (clock[3] or ":00"))
    return _in_shanghai(moment, clock[4]) if clock[4] else moment


def _in_shanghai(moment: Moment, zone: str) -> Moment | None:
    try:
        there = datetime.fromisoformat(f"{moment.day}T{moment.clock}{zone}")
        here = there.astimezone(_SHANGHAI)
    except (ValueError, OverflowError):
        return None
    return Moment(here.date(), here.time().isoformat())


@lru_cache(maxsize=4096)
def parse_day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, _separator, month, day, month_word, day_word = match.groups()
    try:
        return date(int(year), int(month or month_word), int(day or day_word))
    except ValueError:
        return None
