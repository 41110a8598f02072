"""Checkpoints of a policy (进度节点): when how much should be reached."""

import re
from decimal import Decimal

_CHECKPOINT = re.compile(r"(\d{1,2})-(\d{1,2})\s*:\s*(\d{1,3}(?:\.\d{1,4})?)\s*%?")
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Checkpoints = list[list[str]]


def parse_checkpoints(text: str) -> Checkpoints:
    """``06-30:50; 09-30:75`` as [["06-30", "50"], ["09-30", "75"]], in the order of the days.

    ValueError where it is not written so, a day does not exist or a percent is over 100.
    """
    checkpoints = []
    for part in filter(None, (part.strip() for part in re.split(r"[;；]", text))):
        match = _CHECKPOINT.fullmatch(part.replace("：", ":"))
        if match is None:
            raise ValueError(part)
        month, day, percent = int(match[1]), int(match[2]), Decimal(match[3])
        if not 1 <= month <= 12 or not 1 <= day <= _LAST_DAY[month - 1] or percent > 100:
            raise ValueError(part)
        checkpoints.append([f"{month:02}-{day:02}", f"{percent.normalize():f}"])
    return sorted(checkpoints)


def write_checkpoints(checkpoints: Checkpoints) -> str:
    return "; ".join(f"{day}:{percent}" for day, percent in checkpoints)
