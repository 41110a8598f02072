"""Sharing out: exact proportions where independent draws would leave small groups empty."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import TypeVar

Kind = TypeVar("Kind")


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` into whole parts in proportion to `weights`; the parts add up to it."""
    edges = [0.0, *accumulate(weights)]
    marks = [round(total * edge / edges[-1]) for edge in edges]
    return [upper - lower for lower, upper in pairwise(marks)]


def dealt(rng: Random, count: int, weights: Mapping[Kind, float]) -> list[Kind]:
    """Return `count` kinds in a random order, as many of each as its weight asks for."""
    parts = apportion(count, list(weights.values()))
    kinds = [kind for kind, part in zip(weights, parts, strict=True) for _ in range(part)]
    rng.shuffle(kinds)
    return kinds
