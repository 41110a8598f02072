"""Merging of policies down the path of a region (spreadsheet contract, section 2).

Pure: it knows policies and paths, no database. Ratios take the highest on the path, the opening
day the latest, due days the earliest; every other value is the lowest level's that gives one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from organizations.models import ROOT_CODE
from quotas.choices import AmountFloor, Base, NoCanteenRule
from quotas.models import Policy


def _lowest(above: Any, own: Any) -> Any:
    return own


_MERGE: dict[str, Callable[[Any, Any], Any]] = {
    "min_ratio": max,
    "encouraged_ratio": max,
    "base": _lowest,
    "basis": _lowest,
    "union_in_target": _lowest,
    "no_canteen_rule": _lowest,
    "union_funds_ratio": _lowest,
    "amount_floor": _lowest,
    "filing_opens": max,
    "filing_due": min,
    "confirm_due": min,
    "checkpoints": _lowest,
}
FIELDS = tuple(_MERGE)

#: Ratios that a lower level may raise and never lower.
_RATIOS = ("min_ratio", "encouraged_ratio", "union_funds_ratio")
#: The mildest choice of each rule, which may not stand below a stricter one.
_MILDEST = {"no_canteen_rule": NoCanteenRule.NONE, "amount_floor": AmountFloor.NONE}


@dataclass(frozen=True)
class Merged:
    """The values in force somewhere, and the policy that gave each."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Policy] = field(default_factory=dict)

    def with_policy(self, policy: Policy) -> "Merged":
        """These values with a lower policy on top."""
        values, sources = dict(self.values), dict(self.sources)
        for name, merge in _MERGE.items():
            own = getattr(policy, name)
            if own in (None, "", []):
                continue
            merged = own if name not in values else merge(values[name], own)
            if merged == own and (name not in values or values[name] != own):
                sources[name] = policy
            values[name] = merged
        return Merged(values, sources)


@dataclass(frozen=True)
class Loosening:
    """A value of ``policy`` that is milder than what ``upper`` asks for above it."""

    policy: Policy
    field: str
    upper: Policy


def merge_paths(policies: Iterable[Policy], paths: Iterable[str]) -> dict[str, Merged]:
    """What is in force at the end of each path (codes, as in ``000000/450000/``).

    ``policies`` are those of one year, with their region. A region whose policy says ``separate``
    merges directly under the country, and what lies below it merges under the region.
    """
    by_code = {policy.region.code: policy for policy in policies}
    merged: dict[str, Merged] = {"": Merged()}
    for path in sorted(paths, key=lambda path: path.count("/")):
        _merge_path(path, by_code, merged)
    return merged


def _merge_path(path: str, by_code: Mapping[str, Policy], merged: dict[str, Merged]) -> Merged:
    if path in merged:
        return merged[path]
    code = path.rstrip("/").rsplit("/", 1)[-1]
    own = by_code.get(code)
    above = _above(path, own, by_code, merged)
    merged[path] = above.with_policy(own) if own else above
    return merged[path]


def _above(
    path: str, own: Policy | None, by_code: Mapping[str, Policy], merged: dict[str, Merged]
) -> Merged:
    upper = path[: -len(path.rstrip("/").rsplit("/", 1)[-1]) - 1]
    if own and own.separate and upper:
        upper = f"{ROOT_CODE}/"
    return _merge_path(upper, by_code, merged)


def loosenings(policies: Iterable[Policy]) -> Iterable[Loosening]:
    """Every value of a policy that would loosen what stands above it."""
    policies = list(policies)
    by_code = {policy.region.code: policy for policy in policies}
    merged: dict[str, Merged] = {"": Merged()}
    for policy in policies:
        above = _above(policy.region.path, policy, by_code, merged)
        for name in (*_RATIOS, *_MILDEST):
            if _loosens(policy, name, above):
                yield Loosening(policy, name, above.sources[name])


def _loosens(policy: Policy, name: str, above: Merged) -> bool:
    own, upper = getattr(policy, name), above.values.get(name)
    if own in (None, "") or upper is None:
        return False
    if name in _MILDEST:
        return own == _MILDEST[name] and upper != own
    return own < upper


def contradictions(policies: Iterable[Policy]) -> Iterable[tuple[Policy, Merged]]:
    """Policies where, as merged, the union would count in the base and in the target too."""
    policies = list(policies)
    merged = merge_paths(policies, [policy.region.path for policy in policies])
    for policy in policies:
        values = merged[policy.region.path]
        if values.values.get("base") == Base.CANTEEN_AND_UNION and values.values.get(
            "union_in_target"
        ):
            yield policy, values
