"""What the oracle remembers: the records of each file, and a world that holds them."""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal

from .oracle_cells import Row, Sheet
from .reference import Region

ENTERPRISE = "国有企业"


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    region: str
    level: str
    kind: str
    uscc: str | None = None
    parent: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    successor: str | None = None
    headcount: int | None = None
    responsible_person: str | None = None
    phone: str | None = None

    @property
    def in_scope(self) -> bool:
        return self.kind != ENTERPRISE

    def is_open(self, day: date) -> bool:
        return self.overlaps(day, day)

    def is_open_in(self, year: int) -> bool:
        return self.overlaps(date(year, 1, 1), date(year, 12, 31))

    def overlaps(self, first: date, last: date) -> bool:
        """Whether a day of first..last is an open day; opening and closing days are open."""
        return (self.opened_on or first) <= last and (self.closed_on or last) >= first


@dataclass(frozen=True)
class Person:
    username: str
    role: str
    name: str | None = None
    phone: str | None = None
    region: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Policy:
    """A row of a region, or the merged policy of one. Ratios in percent; None is not given."""

    year: int
    region: str
    separate: bool = False
    min_ratio: Decimal | None = None
    encouraged_ratio: Decimal | None = None
    base: str | None = None
    basis: str | None = None
    union_in_target: str | None = None
    no_canteen_rule: str | None = None
    union_funds_ratio: Decimal | None = None
    amount_floor: str | None = None
    filing_opens: date | None = None
    filing_due: date | None = None
    confirm_due: date | None = None
    checkpoints: tuple | None = None
    document_number: str = ""


@dataclass(frozen=True)
class Filing:
    """One version of a filing. Amounts in yuan, ratio in percent."""

    year: int
    unit: str
    canteen: str
    representative: str | None = None
    executor: str | None = None
    base_amount: Decimal = Decimal(0)
    ratio: Decimal = Decimal(0)
    approval_document: str | None = None
    reserved_amount: Decimal = Decimal(0)
    union_amount: Decimal = Decimal(0)
    union_funds: Decimal | None = None
    assigned_amount: Decimal | None = None
    diners: int | None = None
    contact: str | None = None
    phone: str | None = None
    remark: str | None = None
    explanation: str | None = None

    @property
    def is_member(self) -> bool:
        return self.canteen == "共用食堂" and self.representative is not None

    @property
    def has_canteen(self) -> bool:
        """Own, outsourced or representative: the filings that reserve a share of a canteen."""
        return self.canteen != "无食堂" and not self.is_member


@dataclass(frozen=True)
class FiledVersions:
    """The confirmed version in force and the open one; at least one of them is there."""

    confirmed: Filing | None
    submitted: Filing | None

    @property
    def latest(self) -> Filing:
        return self.submitted or self.confirmed

    @property
    def in_force(self) -> Filing:
        return self.confirmed or self.submitted


@dataclass(frozen=True)
class SupplierPeriod:
    code: str
    valid_from: date
    name: str
    kind: str
    county: str
    batch: str
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day <= (self.valid_to or date.max)


@dataclass(frozen=True)
class Purchase:
    order_no: str
    unit: str
    supplier: str
    product: str
    amount: Decimal
    fund: str
    channel: str
    ordered_at: date
    status: str
    line_no: int = 1
    origin: str | None = None
    category: str | None = None
    quantity: Decimal | None = None
    unit_of_measure: str | None = None
    unit_price: Decimal | None = None
    refunded: Decimal = Decimal(0)
    refunded_at: date | None = None
    paid_at: date | None = None
    paid_amount: Decimal | None = None
    accepted_at: date | None = None
    rated_at: date | None = None
    settlement: str | None = None
    account: str | None = None
    payer: str | None = None
    receiver: str | None = None
    voucher: str | None = None
    tracking_no: str | None = None
    trace_code: str | None = None


@dataclass
class World:
    """Everything known now. The records are frozen, so that a copy of the dictionaries is one."""

    regions: dict[str, Region]
    counties: set[str]
    today: date
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    policies: dict[tuple[int, str], Policy] = field(default_factory=dict)
    filings: dict[tuple[int, str], FiledVersions] = field(default_factory=dict)
    suppliers: dict[tuple[str, date], SupplierPeriod] = field(default_factory=dict)
    purchases: dict[tuple[str, int], Purchase] = field(default_factory=dict)

    def copy(self) -> "World":
        return replace(
            self,
            units=dict(self.units),
            people=dict(self.people),
            policies=dict(self.policies),
            filings=dict(self.filings),
            suppliers=dict(self.suppliers),
            purchases=dict(self.purchases),
        )

    def region_path(self, code: str) -> list[str]:
        """The codes from a region up to the root, its own first."""
        path = [code]
        while parent := self.regions[path[-1]].parent:
            path.append(parent)
        return path

    def is_within(self, code: str, region: str) -> bool:
        return region in self.region_path(code)


def differing_fields(old: object, new: object) -> list[str]:
    return [f.name for f in fields(old) if getattr(old, f.name) != getattr(new, f.name)]


def settle(
    sheet: Sheet, row: Row, old: object | None, record_class: type, update: bool
) -> tuple[object, str]:
    """The record a row asks for: new, the old one with the columns present, or a conflict.

    Returns the record and `created`, `updated`, `unchanged` or `conflict`.
    """
    if old is None:
        return record_class(**row.values), "created"
    new = replace(old, **row.values)
    changed = differing_fields(old, new)
    if changed and not update:
        for name in changed:
            sheet.refuse(row, name, "conflict")
        return old, "conflict"
    return new, "updated" if changed else "unchanged"
