"""Writes to the supplier directory (供应商名录)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice, pairwise
from types import SimpleNamespace

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.announcements import announce
from exchange.staging import Outcome, Staged
from organizations.history import record_actor
from organizations.locks import lock_judgement
from organizations.models import User
from suppliers.models import DesignatedCounty, Supplier

Key = tuple[str, date]


@dataclass
class _Directory:
    """The listings that a file speaks of, and all periods of their suppliers."""

    listings: dict[Key, Supplier]
    counties: dict[str, DesignatedCounty]
    #: ids of the counties whose directory the sender keeps; None: of all
    kept: set[int] | None
    new: list[Supplier] = field(default_factory=list)
    changed: list[Supplier] = field(default_factory=list)
    unchanged: int = 0


@transaction.atomic
def save_suppliers(staged: Staged, *, by: User | None, update: bool = False) -> Outcome:
    """Create the staged listings and, with ``update``, change those that stand.

    Errors are reported to ``staged``; with any, nothing is written. Purchases from a supplier
    whose periods or county change are judged anew in the same transaction.
    """
    record_actor(by, service="save_suppliers")
    lock_judgement()
    drafts = list(staged.drafts())
    directory = _load(drafts, by)
    for draft in drafts:
        _take(draft, directory, staged, update)
    for draft in staged.strays():
        _check_reach(draft, _county(draft, directory, staged), directory, staged)
        _check_days(draft, staged)
    _check_overlaps(drafts, directory, staged)
    if staged.error_count:
        return Outcome()
    rejudged = _write(directory)
    return Outcome(len(directory.new), len(directory.changed), directory.unchanged, rejudged)


def counties_by_code() -> dict[str, DesignatedCounty]:
    """The designated counties by current and by listed code: old files resolve too."""
    counties = {}
    for county in DesignatedCounty.objects.select_related("region"):
        counties[county.listed_code] = county
        counties[county.code] = county
    return counties


def _load(drafts: list[SimpleNamespace], by: User | None) -> _Directory:
    codes = {draft.code for draft in drafts}
    standing = Supplier.objects.filter(code__in=codes).select_related("county")
    listings = {(s.code, s.valid_from): s for s in standing}
    kept = None
    if by is not None and not by.is_superuser:
        kept = set(DesignatedCounty.objects.kept_by(by).values_list("pk", flat=True))
    return _Directory(listings, counties_by_code(), kept)


def _take(draft: SimpleNamespace, directory: _Directory, staged: Staged, update: bool) -> None:
    county = _county(draft, directory, staged)
    wanted = {
        "name": draft.name, "kind": draft.kind, "batch": draft.batch, "valid_to": draft.valid_to,
        "county_id": county and county.pk,
    }  # fmt: skip
    _check_days(draft, staged)
    key = (draft.code, draft.valid_from)
    listing = directory.listings.get(key)
    if listing is None:
        _check_reach(draft, county, directory, staged)
        listing = Supplier(code=draft.code, valid_from=draft.valid_from, **wanted)
        directory.listings[key] = listing
        directory.new.append(listing)
        return
    if "valid_to" not in staged.present:
        del wanted["valid_to"]
    differing = [name for name, value in wanted.items() if getattr(listing, name) != value]
    if not differing:
        # Also what others keep: the list that one reads is sent back as it was taken away.
        directory.unchanged += 1
        return
    _check_reach(draft, county, directory, staged)
    if directory.kept is not None and listing.county_id not in directory.kept:
        message = _("The supplier %(code)s is listed by a county whose directory you do not keep.")
        message %= {"code": draft.code}
        staged.report(draft.row, "code", "unknown_code", message, draft.code)
    elif update:
        for name, value in wanted.items():
            setattr(listing, name, value)
        directory.changed.append(listing)
    else:
        _report_conflict(draft, differing, staged)


def _check_days(draft: SimpleNamespace, staged: Staged) -> None:
    if draft.valid_from and draft.valid_to and draft.valid_to < draft.valid_from:
        message = _("The period ends on %(end)s, before it starts on %(start)s.")
        values = {"end": draft.valid_to, "start": draft.valid_from}
        staged.report(draft.row, "valid_to", "out_of_range", message % values, draft.valid_to)


def _county(
    draft: SimpleNamespace, directory: _Directory, staged: Staged
) -> DesignatedCounty | None:
    if not draft.county:
        return None
    county = directory.counties.get(draft.county)
    if county is None:
        message = _("%(code)s is none of the 832 designated counties, by current or listed code.")
        message %= {"code": draft.county}
        staged.report(draft.row, "county", "unknown_code", message, draft.county)
    return county


def _check_reach(
    draft: SimpleNamespace, county: DesignatedCounty | None, directory: _Directory, staged: Staged
) -> None:
    if county and directory.kept is not None and county.pk not in directory.kept:
        message = _("You do not keep the directory of the county %(code)s.")
        message %= {"code": draft.county}
        staged.report(draft.row, "county", "unknown_code", message, draft.county)


def _report_conflict(draft: SimpleNamespace, differing: list[str], staged: Staged) -> None:
    for name in differing:
        column = name.removesuffix("_id")
        message = _(
            "The supplier %(code)s is listed from %(start)s with another value here. To change it,"
            " import the file as an update."
        ) % {"code": draft.code, "start": draft.valid_from}
        staged.report(draft.row, column, "conflict", message, getattr(draft, column))


def _check_overlaps(drafts: list[SimpleNamespace], directory: _Directory, staged: Staged) -> None:
    """Of two periods that share a day the later row of the file bears the error.

    A period whose end is wrong is not judged.
    """
    written = {(s.code, s.valid_from) for s in (*directory.new, *directory.changed)}
    rows = {key: draft for draft in drafts if (key := (draft.code, draft.valid_from)) in written}
    periods = defaultdict(list)
    for key, listing in directory.listings.items():
        if key not in rows or not staged.is_wrong(rows[key].row, "valid_to"):
            periods[listing.code].append(listing)
    for listings in periods.values():
        listings.sort(key=lambda listing: listing.valid_from)
        if any(_overlap(*neighbours) for neighbours in pairwise(listings)):
            _report_overlaps(listings, rows, staged)


def _overlap(earlier: Supplier, later: Supplier) -> bool:
    return earlier.valid_to is None or earlier.valid_to >= later.valid_from


def _report_overlaps(
    listings: list[Supplier], rows: dict[Key, SimpleNamespace], staged: Staged
) -> None:
    """Hold each row against what stands and the rows above it, up to the first that it meets."""
    standing = [one for one in listings if (one.code, one.valid_from) not in rows]
    brought = [one for one in listings if (one.code, one.valid_from) in rows]
    brought.sort(key=lambda one: rows[one.code, one.valid_from].row)
    for place, one in enumerate(brought):
        for other in chain(standing, islice(brought, place)):
            earlier, later = sorted((one, other), key=lambda period: period.valid_from)
            if _overlap(earlier, later):
                _report_overlap(earlier, later, rows[one.code, one.valid_from], staged)
                break


def _report_overlap(
    earlier: Supplier, later: Supplier, draft: SimpleNamespace, staged: Staged
) -> None:
    message = _(
        "The period overlaps another of the supplier %(code)s: %(first)s to %(end)s and from"
        " %(second)s. End the earlier one before the later one starts."
    ) % {
        "code": draft.code, "first": earlier.valid_from, "end": earlier.valid_to or "…",
        "second": later.valid_from,
    }  # fmt: skip
    staged.report(draft.row, "valid_from", "rule", message, draft.valid_from)


def _write(directory: _Directory) -> int:
    """Returns how many purchases have another verdict now."""
    Supplier.objects.bulk_create(directory.new, batch_size=2000)
    Supplier.objects.bulk_create(
        directory.changed,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "kind", "county", "batch", "valid_to"],
    )
    codes = {listing.code for listing in (*directory.new, *directory.changed)}
    return sum(announce("suppliers.judged", codes=sorted(codes))) if codes else 0
