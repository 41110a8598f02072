"""Writes to the policies of a year, and the effective policy of every region from them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.staging import Outcome, Staged
from organizations.history import record_actor
from organizations.locks import lock_promises
from organizations.models import Region, User
from organizations.roles import Permission
from quotas import merging
from quotas.checkpoints import BadCheckpoint, parse_checkpoints
from quotas.choices import NoCanteenRule
from quotas.models import EffectivePolicy, Policy

_TEXTS = ("base", "basis", "no_canteen_rule", "amount_floor", "document_number")
_FIELDS = ("separate", *merging.FIELDS, "document_number")

Key = tuple[int, str]


@dataclass
class _Desk:
    """The policies that a file speaks of, among all of their years."""

    policies: dict[Key, Policy]
    regions: dict[str, Region]
    #: ids of the regions whose policies the sender sets; None: of all
    set_by_sender: set[int] | None
    drafts: dict[Key, SimpleNamespace] = field(default_factory=dict)
    new: list[Policy] = field(default_factory=list)
    changed: list[Policy] = field(default_factory=list)
    unchanged: int = 0

    @property
    def touched(self) -> list[Policy]:
        return [*self.new, *self.changed]


@transaction.atomic
def save_policies(staged: Staged, *, by: User | None, update: bool = False) -> Outcome:
    """Create the staged policies and, with ``update``, change those that stand.

    A policy that would loosen one above it is refused, and so is a stricter one over looser
    policies below. Errors are reported to ``staged``; with any, nothing is written. The effective
    policies of the years are rebuilt in the same transaction.
    """
    record_actor(by, service="save_policies")
    lock_promises()
    drafts, strays = list(staged.drafts()), list(staged.strays())
    desk = _load([*drafts, *strays], by)
    for draft in strays:
        _region(draft, desk, staged)
        _wanted(draft, staged)
    for draft in drafts:
        _take(draft, desk, staged, update)
    _check_merged(desk, staged)
    if staged.error_count:
        return Outcome()
    _write(desk)
    return Outcome(len(desk.new), len(desk.changed), desk.unchanged)


def _load(drafts: Sequence[SimpleNamespace], by: User | None) -> _Desk:
    years = {draft.year for draft in drafts}
    named = Region.objects.filter(code__in={draft.region for draft in drafts if draft.region})
    standing = Policy.objects.filter(year__in=years).select_related("region")
    theirs = None
    if by is not None and not by.is_superuser:
        reached = Region.objects.where_may(by, Permission.SET_POLICY)
        theirs = set(reached.values_list("pk", flat=True))
    return _Desk(
        {(policy.year, policy.region.code): policy for policy in standing},
        {region.code: region for region in named},
        theirs,
    )


def _take(draft: SimpleNamespace, desk: _Desk, staged: Staged, update: bool) -> None:
    region = _region(draft, desk, staged)
    wanted = _wanted(draft, staged)
    if region is None:
        return
    key = (draft.year, draft.region)
    policy = desk.policies.get(key)
    is_new = policy is None
    if policy is None:
        policy = Policy(year=draft.year, region=region)
    else:
        wanted = {name: value for name, value in wanted.items() if name in staged.present}
        differing = [name for name, value in wanted.items() if getattr(policy, name) != value]
        if not differing:
            desk.unchanged += 1
            return
        if not update:
            _report_conflict(draft, differing, staged)
            return
    for name, value in wanted.items():
        setattr(policy, name, value)
    desk.policies[key] = policy
    desk.drafts[key] = draft
    (desk.new if is_new else desk.changed).append(policy)
    _check_row(draft, policy, staged)


def _region(draft: SimpleNamespace, desk: _Desk, staged: Staged) -> Region | None:
    if not draft.region:
        return None
    region = desk.regions.get(draft.region)
    if region is None:
        message = _("There is no region with the code %(code)s.")
    elif desk.set_by_sender is not None and region.pk not in desk.set_by_sender:
        message = _("The region %(code)s is none of those whose policy you set.")
    else:
        return region
    message %= {"code": draft.region}
    staged.report(draft.row, "region", "unknown_code", message, draft.region)
    return None


def _wanted(draft: SimpleNamespace, staged: Staged) -> dict[str, Any]:
    values = {name: getattr(draft, name) for name in _FIELDS}
    for name in _TEXTS:
        values[name] = values[name] or ""
    values["separate"] = values["separate"] == "true"
    union = values["union_in_target"]
    values["union_in_target"] = None if union is None else union == "true"
    values["checkpoints"] = []
    try:
        values["checkpoints"] = parse_checkpoints(draft.checkpoints or "")
    except BadCheckpoint as wrong:
        message = _("Write checkpoints like 06-30:50; 09-30:75 (day of the year and percent).")
        staged.report(draft.row, "checkpoints", wrong.code, message, draft.checkpoints)
    return values


def _report_conflict(draft: SimpleNamespace, differing: Iterable[str], staged: Staged) -> None:
    for name in differing:
        message = _(
            "The policy of %(year)s for %(region)s stands with another value here. To change it,"
            " import the file as an update."
        ) % {"year": draft.year, "region": draft.region}
        staged.report(draft.row, name, "conflict", message, getattr(draft, name))


def _check_row(draft: SimpleNamespace, policy: Policy, staged: Staged) -> None:
    least, encouraged = policy.min_ratio, policy.encouraged_ratio
    if least is not None and encouraged is not None and encouraged < least:
        message = _(
            "The encouraged ratio of %(encouraged)s %% is below the minimum of %(least)s %%."
        )
        values = {"encouraged": encouraged, "least": least}
        value = draft.encouraged_ratio
        staged.report(draft.row, "encouraged_ratio", "out_of_range", message % values, value)
    if policy.no_canteen_rule == NoCanteenRule.UNION_FUNDS and policy.union_funds_ratio is None:
        message = _("This rule needs the ratio of the union's funds.")
        staged.report(draft.row, "union_funds_ratio", "required", message)
    days = [(name, getattr(policy, name)) for name in ("filing_opens", "filing_due", "confirm_due")]
    given = [(name, day) for name, day in days if day is not None]
    for (_before, earlier), (name, later) in pairwise(given):
        if later < earlier:
            message = _("The day %(later)s lies before %(earlier)s, which must come first.")
            values = {"later": later, "earlier": earlier}
            staged.report(draft.row, name, "out_of_range", message % values, getattr(draft, name))


def _check_merged(desk: _Desk, staged: Staged) -> None:
    for year in {policy.year for policy in desk.touched}:
        policies = [policy for key, policy in desk.policies.items() if key[0] == year]
        _check_loosenings(merging.loosenings(policies), desk, staged)
        for policy, merged in merging.contradictions(policies):
            givers = [policy, merged.sources["base"], merged.sources["union_in_target"]]
            bearer = _bearer(policy, givers, desk)
            if bearer:
                _report_contradiction(bearer, desk, staged)


def _bearer(lower: Policy, givers: Iterable[Policy], desk: _Desk) -> Policy | None:
    """The policy of the file that brings the trouble: one that gives a value, else the nearest
    above, which has withdrawn what stood between."""
    touched = {id(policy): policy for policy in desk.touched}
    for giver in givers:
        if id(giver) in touched:
            return giver
    between = [
        policy
        for policy in touched.values()
        if policy.year == lower.year and lower.region.path.startswith(policy.region.path)
    ]
    return max(between, key=lambda policy: policy.region.path, default=None)


def _check_loosenings(loosenings: Iterable[merging.Loosening], desk: _Desk, staged: Staged) -> None:
    """One error for each cell that brings loosenings, naming them all."""
    brought: dict[tuple[int, str], list[merging.Loosening]] = defaultdict(list)
    bearers: dict[int, Policy] = {}
    for found in loosenings:
        if bearer := _bearer(found.policy, [found.policy, found.upper], desk):
            bearers[id(bearer)] = bearer
            brought[id(bearer), found.field].append(found)
    for (bearer_id, name), loosened in brought.items():
        _report_loosenings(bearers[bearer_id], name, loosened, desk, staged)


def _report_loosenings(
    bearer: Policy, name: str, found: Sequence[merging.Loosening], desk: _Desk, staged: Staged
) -> None:
    draft = desk.drafts[bearer.year, bearer.region.code]
    others = [loosening.policy for loosening in found]
    if bearer in others:
        message = _("%(column)s would loosen what stands above it: %(policies)s.")
        others = [loosening.upper for loosening in found if loosening.policy is bearer]
    elif all(loosening.upper is bearer for loosening in found):
        message = _(
            "%(column)s is stricter than what stands below it: %(policies)s; raise that in the"
            " same file."
        )
    else:
        message = _(
            "With this change of %(column)s, policies below would loosen what stands above them:"
            " %(policies)s; raise that in the same file."
        )
    policies = "; ".join(_named(policy, name) for policy in others)
    values = {"column": staged.columns[name].heading, "policies": policies}
    staged.report(draft.row, name, "rule", message % values, getattr(draft, name))


def _named(policy: Policy, name: str) -> str:
    return _("%(document)s of %(region)s (%(value)s)") % {
        "document": policy.document_number,
        "region": policy.region.name,
        "value": _shown(policy, name),
    }


def _shown(policy: Policy, name: str) -> Any:
    if name in ("no_canteen_rule", "amount_floor"):
        return getattr(policy, f"get_{name}_display")()
    return f"{getattr(policy, name).normalize():f} %"


def _report_contradiction(bearer: Policy, desk: _Desk, staged: Staged) -> None:
    draft = desk.drafts[bearer.year, bearer.region.code]
    message = _(
        "The base is canteen and union, as merged, so the target must not include the union once"
        " more."
    )
    name = "union_in_target" if bearer.union_in_target else "base"
    staged.report(draft.row, name, "rule", message, getattr(draft, name))


def _write(desk: _Desk) -> None:
    Policy.objects.bulk_create(desk.new)
    Policy.objects.bulk_update(desk.changed, _FIELDS, batch_size=200)
    touched = defaultdict(list)
    for policy in desk.touched:
        touched[policy.year].append(policy.region)
    for year, regions in touched.items():
        rebuild_effective(year, regions)


def rebuild_effective(year: int, regions: Iterable[Region]) -> None:
    """Merge the year's policies anew for the subtrees of ``regions``."""
    tops = _tops(region.path for region in regions)
    policies = list(Policy.objects.filter(year=year).select_related("region"))
    for top in tops:
        paths = dict(Region.objects.filter(path__startswith=top).values_list("path", "pk"))
        merged = merging.merge_paths(policies, paths)
        EffectivePolicy.objects.filter(year=year, region__in=paths.values()).delete()
        EffectivePolicy.objects.bulk_create(
            [
                _effective(pk, year, merged[path])
                for path, pk in paths.items()
                if merged[path].values
            ],
            batch_size=1000,
        )


def _tops(paths: Iterable[str]) -> list[str]:
    """The paths that lie below no other of them."""
    tops: list[str] = []
    for path in sorted(set(paths)):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return tops


def _effective(region: int, year: int, merged: merging.Merged) -> EffectivePolicy:
    sources = {name: policy.pk for name, policy in merged.sources.items()}
    return EffectivePolicy(region_id=region, year=year, sources=sources, **merged.values)
