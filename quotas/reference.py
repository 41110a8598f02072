"""What was published: policies to load, and completion rates to hold ours against.

Both come from the project's own copies of notices and press reports in ``data/``.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import tablib
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange import imports
from organizations.models import Region
from quotas.models import Policy
from quotas.resources import PolicyResource

_DATA = Path(__file__).resolve().parent.parent / "data"

_BASES = {
    "canteen total": "食堂食材",
    "annual farm-product purchase total": "农副产品",
    "farm-product purchase amount": "农副产品",
    "canteen + union demand": "食堂和工会",
    "canteen and union goods": "食堂和工会",
}
#: What a row of the policies has no word for: such bases leave a row out, such conditions do not.
_OTHER_BASES: dict[str, Promise] = {
    "canteen and welfare": gettext_lazy(
        "not loaded: its ratio is of canteen and welfare purchases together, and no base says that"
    ),
    "canteen + union + condolence": gettext_lazy(
        "not loaded: its ratio is of the county's own products, not of those of the 832 counties"
    ),
}
_OTHER_CONDITIONS: dict[str, str | Promise] = {
    "": "",
    "20 where the canteen uses fiscal subsidy": gettext_lazy(
        "loaded without its condition: canteens with a fiscal subsidy reserve 20 percent"
    ),
}
_UNION_FUNDS = re.compile(r"no canteen: (\d+) of union funds")
#: 计划单列市: Shenzhen's ratio is below Guangdong's and stands beside it.
_SEPARATE = {"440300"}
#: Units that amounts are published in, in yuan.
_YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


@dataclass(frozen=True)
class Remark:
    """A published row that is not among the policies as published, and why."""

    year: int
    region: str
    text: str


@dataclass
class PublishedPolicy:
    """All that was published for a region and year; ``cells`` by field, as a file has them."""

    year: int
    code: str
    name: str
    cells: dict[str, Any]

    def add(self, values: dict[str, Any], document: str) -> None:
        """Take in what one more document says."""
        documents = [self.cells["document_number"], document]
        self.cells |= {name: value for name, value in values.items() if value is not None}
        self.cells["document_number"] = "；".join(dict.fromkeys(filter(None, documents)))


@dataclass
class PolicyLoad:
    """What loading the published policies did, in rows, with what to know about it."""

    created: int = 0
    unchanged: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def remark(self, policy: PublishedPolicy, text: str) -> None:
        self.remarks.append(Remark(policy.year, policy.name, text))


def load_policies() -> PolicyLoad:
    """Import the published policies that do not stand yet, as the system.

    The regions must stand. A policy that stands with other content is the bureau's and stays;
    one that the policies of the year do not allow is left out. Both are remarked, none raises.
    """
    published, remarks = published_policies()
    load = PolicyLoad(remarks=remarks)
    standing = _standing({policy.year for policy in published})
    missing = []
    for policy in published:
        cells = standing.get((policy.year, policy.code))
        if cells is None:
            missing.append(policy)
        elif cells == policy.cells:
            load.unchanged += 1
        else:
            load.remark(policy, _("not loaded: a policy with other content stands and is kept"))
    _import(missing, load)
    return load


def published_policies() -> tuple[list[PublishedPolicy], list[Remark]]:
    """The published ratios and days, one row for each region and year, and what they leave out."""
    policies: dict[tuple[int, str], PublishedPolicy] = {}
    remarks = []
    known = set(Region.objects.values_list("code", flat=True))
    for name, values_of in (("policy_min_ratio", _ratios), ("policy_deadlines", _days)):
        for record in _records(name):
            if text := _remark(record, known):
                remarks.append(Remark(int(record["plan_year"]), record["region_zh"], text))
            if record["code"] in known and (values := values_of(record)):
                _policy(record, policies).add(values, record["document_number"])
    return list(policies.values()), remarks


def _records(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _policy(
    record: dict[str, str], policies: dict[tuple[int, str], PublishedPolicy]
) -> PublishedPolicy:
    year, code = int(record["plan_year"]), record["code"]
    if (year, code) not in policies:
        cells = dict.fromkeys(column.field for column in PolicyResource.columns())
        separate = "是" if code in _SEPARATE else "否"
        cells |= {"year": year, "region": code, "separate": separate}
        policies[year, code] = PublishedPolicy(year, code, record["region_zh"], cells)
    return policies[year, code]


def _ratios(record: dict[str, str]) -> dict[str, Any]:
    """The ratio of a record of ``policy_min_ratio.csv``; nothing where no base can name it."""
    base, condition = _base_and_condition(record)
    if base in _OTHER_BASES:
        return {}
    values = {
        "min_ratio": _number(record["min_ratio_pct"]),
        "encouraged_ratio": _number(record["encouraged_ratio_pct"]),
        "base": _BASES[base],
    }
    if funds := _UNION_FUNDS.fullmatch(condition):
        values |= {"no_canteen_rule": "工会经费比例", "union_funds_ratio": Decimal(funds[1])}
    return values


def _days(record: dict[str, str]) -> dict[str, Any]:
    """The days of a record of ``policy_deadlines.csv``; nothing where it gives none."""
    names = {"filing_opens": "opens", "filing_due": "file_by", "confirm_due": "confirm_by"}
    return {
        name: date.fromisoformat(record[column]) for name, column in names.items() if record[column]
    }


def _base_and_condition(record: dict[str, str]) -> tuple[str, str]:
    """``canteen total (…); no canteen: …`` in its two parts, without what stands in brackets."""
    text = re.sub(r" \([^)]*\)", "", record["base_en"])
    base, _semicolon, condition = text.partition("; ")
    return base, condition


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _remark(record: dict[str, str], known: set[str]) -> str:
    """Why the record, or a part of it, cannot be loaded; empty where all of it can."""
    if record["code"] not in known:
        return _("not loaded: the region is not in the table of divisions")
    return _remark_on_ratio(record) if "base_en" in record else _remark_on_days(record)


def _remark_on_ratio(record: dict[str, str]) -> str:
    base, condition = _base_and_condition(record)
    if base in _OTHER_BASES:
        return str(_OTHER_BASES[base])
    return "" if _UNION_FUNDS.fullmatch(condition) else str(_OTHER_CONDITIONS[condition])


def _remark_on_days(record: dict[str, str]) -> str:
    if not _days(record):
        return _("not loaded: it gives neither a ratio nor a day")
    if "(local units)" in record["region_en"]:
        return _("its days, meant for local units, hold for central units too")
    return ""


def _standing(years: Iterable[int]) -> dict[tuple[int, str], dict[str, Any]]:
    """The policies of the years as the cells of a file; blank is None."""
    columns = PolicyResource.columns()
    policies = Policy.objects.filter(year__in=years).select_related("region")
    return {
        (policy.year, policy.region.code): {
            column.field: column.export(policy) or None for column in columns
        }
        for policy in policies
    }


def _import(policies: list[PublishedPolicy], load: PolicyLoad) -> None:
    """Import the policies; what is refused is remarked, and the others are tried again."""
    while policies:
        result = imports.run_dataset(PolicyResource(), _dataset(policies), by=None)
        if result.accepted:
            load.created = result.created
            return
        reasons = {error.row: error.message for error in result.errors if error.row}
        if not reasons:
            raise ValueError(result.errors)
        rows = dict(enumerate(policies, start=2))
        for row, reason in reasons.items():
            load.remark(rows[row], _("not loaded: %(reason)s") % {"reason": reason})
        policies = [policy for row, policy in rows.items() if row not in reasons]


def _dataset(policies: Iterable[PublishedPolicy]) -> tablib.Dataset:
    columns = PolicyResource.columns()
    rows = [[policy.cells[column.field] for column in columns] for policy in policies]
    return tablib.Dataset(*rows, headers=[column.heading for column in columns])


@dataclass(frozen=True)
class PublishedAmount:
    """Yuan; what was meant lies between ``lowest`` and ``highest`` where it was printed rounded."""

    printed: Decimal
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class PublishedCompletion:
    """A rate as it was printed, beside the one that follows from the printed amounts.

    Rates are percent of the denominator that the report uses (``reserved``, None where it gives
    none); of an over-completion (超额完成) what lies above 100.
    """

    id: str
    region: str
    year: int
    kind: str
    reserved: PublishedAmount | None
    purchased: PublishedAmount
    published_rate: Decimal

    @property
    def computed_rate(self) -> Decimal | None:
        """Our rate of the amounts as printed, half-up to two decimals."""
        if self.reserved is None:
            return None
        rate = self._rate(self.purchased.printed, self.reserved.printed)
        return rate.quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def rate_bounds(self) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest rate that the printed amounts allow, not rounded."""
        if self.reserved is None:
            return None
        return (
            self._rate(self.purchased.lowest, self.reserved.highest),
            self._rate(self.purchased.highest, self.reserved.lowest),
        )

    @property
    def verdict(self) -> str:
        """Whether the printed rate, to its own decimals, follows from the printed amounts."""
        if self.rate_bounds is None:
            return _("cannot be checked")
        lowest, highest = (
            rate.quantize(self.published_rate, ROUND_HALF_UP) for rate in self.rate_bounds
        )
        return _("agrees") if lowest <= self.published_rate <= highest else _("differs")

    def _rate(self, purchased: Decimal, reserved: Decimal) -> Decimal:
        rate = 100 * purchased / reserved
        return rate - 100 if self.kind == "over_completion" else rate


def published_completion() -> list[PublishedCompletion]:
    """The published completion rates, each beside ours; neither replaces the other."""
    return [_completion(record) for record in _records("published_completion")]


def _completion(record: dict[str, str]) -> PublishedCompletion:
    reserved = record["reserved_amount"]
    return PublishedCompletion(
        id=record["id"],
        region=record["region_zh"],
        year=int(record["plan_year"]),
        kind=record["rate_kind"],
        reserved=_amount(reserved, record["reserved_unit"]) if reserved else None,
        purchased=_amount(record["purchased_amount"], record["purchased_unit"]),
        published_rate=Decimal(record["published_rate_pct"]),
    )


def _amount(text: str, unit: str) -> PublishedAmount:
    """Two decimals of 亿元 hide up to half a million yuan; 万元 and 元 are taken as they stand."""
    yuan = Decimal(text) * _YUAN[unit]
    hidden = Decimal("0.005") * _YUAN[unit] if unit == "亿元" else Decimal(0)
    return PublishedAmount(yuan, yuan - hidden, yuan + hidden)
