"""The figures of one row, and how they add up."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from procurement.choices import EXCLUDED_VERDICTS, Verdict
from quotas.choices import Basis

ZERO = Decimal(0)
CENT = Decimal("0.01")

COUNTS = ("units", "filed", "zero_filed", "not_filed", "not_due", "confirmed")
AMOUNTS = ("base_amount", "target", "ordered", "paid", "accepted", "completed")


@dataclass(slots=True)
class Figures:
    """Counts of units, and amounts in yuan; ``excluded`` by reason, in order amounts."""

    units: int = 0
    filed: int = 0
    zero_filed: int = 0
    not_filed: int = 0
    not_due: int = 0
    confirmed: int = 0
    base_amount: Decimal = ZERO
    target: Decimal = ZERO
    ordered: Decimal = ZERO
    paid: Decimal = ZERO
    accepted: Decimal = ZERO
    completed: Decimal = ZERO
    excluded: dict[Verdict, Decimal] = field(
        default_factory=lambda: dict.fromkeys(EXCLUDED_VERDICTS, ZERO)
    )

    def add(self, other: "Figures") -> None:
        """Take another row's figures in: a total is the sum of its parts."""
        for name in COUNTS + AMOUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for verdict, amount in other.excluded.items():
            self.excluded[verdict] += amount

    def rate(self, basis: str) -> Decimal | None:
        """Percent of the target, half-up to two decimals; over 100 is normal.

        A zero target has no rate.
        """
        if not self.target:
            return None
        return (100 * getattr(self, basis) / self.target).quantize(CENT, ROUND_HALF_UP)


@dataclass(slots=True)
class Row:
    """One answered region, unit or department."""

    code: str
    name: str
    figures: Figures = field(default_factory=Figures)

    def as_json(self, basis: str) -> dict[str, Any]:
        """The row of the spreadsheet contract, section 4: amounts are strings of yuan."""
        rate = self.figures.rate(basis)
        return {
            "code": self.code,
            "name": self.name,
            **{name: getattr(self.figures, name) for name in COUNTS},
            **{name: f"{getattr(self.figures, name):.2f}" for name in AMOUNTS},
            "rate": None if rate is None else str(rate),
            "excluded": {
                verdict.name.lower(): f"{amount:.2f}"
                for verdict, amount in self.figures.excluded.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """An answer: its rows by code, and the total, which is what was asked for.

    ``region`` is the code of the region that was asked for, None where a unit was.
    """

    year: int
    region: str | None
    basis: Basis
    as_of: date | None
    rows: list[Row]
    total: Row

    @classmethod
    def of(
        cls,
        rows: list[Row],
        *,
        asked: tuple[str, str],
        year: int,
        region: str | None,
        basis: Basis,
        as_of: date | None,
    ) -> "Progress":
        total = Row(*asked)
        for row in rows:
            total.figures.add(row.figures)
        return cls(year, region, basis, as_of, sorted(rows, key=lambda row: row.code), total)

    def as_json(self) -> dict[str, Any]:
        """The object that ``progress --json`` prints."""
        return {
            "year": self.year,
            "region": self.region,
            "basis": self.basis.value,
            "as_of": self.as_of and self.as_of.isoformat(),
            "rows": [row.as_json(self.basis) for row in self.rows],
            "total": self.total.as_json(self.basis),
        }
