"""Rows of progress as a table shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from quotas.choices import Basis
from quotas.progress import Figures, Row


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its rate on the basis asked for, and where its name leads."""

    row: Row
    basis: str
    address: str = ""
    #: the units attached to the asked region itself
    own_level: bool = False

    @property
    def figures(self) -> Figures:
        return self.row.figures

    @property
    def rate(self) -> Decimal | None:
        return self.figures.rate(self.basis)

    @property
    def bar(self) -> str:
        """The rate for a bar that ends at 100."""
        return f"{min(self.rate or 0, Decimal(100)):.2f}"

    @property
    def reached(self) -> Decimal:
        """Yuan on the basis asked for."""
        return getattr(self.figures, self.basis)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The four bases, the one asked for marked."""
        return [
            {
                "label": basis.label,
                "amount": getattr(self.figures, basis),
                "rate": self.figures.rate(basis),
                "asked": basis == self.basis,
            }
            for basis in Basis
        ]

    @property
    def excluded(self) -> Decimal:
        return sum(self.figures.excluded.values(), Decimal(0))

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why amounts are excluded: the reasons that occur."""
        found = self.figures.excluded.items()
        return [{"label": verdict.label, "amount": amount} for verdict, amount in found if amount]

    @property
    def filing(self) -> dict[str, str]:
        """The word of one unit's filing, and the class that colours it."""
        figures = self.figures
        if figures.filed:
            return _filed_word(figures)
        if figures.not_due:
            return {"word": _("not due"), "tone": "none"}
        if figures.not_filed:
            return {"word": _("not filed"), "tone": "idle"}
        return {"word": _("not open this year"), "tone": "none"}


def _filed_word(figures: Figures) -> dict[str, str]:
    if figures.zero_filed:
        word = _("zero filing") if figures.confirmed else _("zero filing, waiting")
    else:
        word = _("confirmed") if figures.confirmed else _("filed, waiting")
    return {"word": word, "tone": "done" if figures.confirmed else "going"}


def ordered(rows: Sequence[Row], sort: str | None, basis: str) -> list[Row]:
    """Rows, which come by code, in the order asked for; those without a rate are last."""
    falling = (sort or "").startswith("-")
    if not sort or sort.endswith("code"):
        return list(reversed(rows)) if falling else list(rows)
    rated = [(rate, row) for row in rows if (rate := row.figures.rate(basis)) is not None]
    rated.sort(key=lambda pair: pair[0], reverse=falling)
    return [row for _rate, row in rated] + [row for row in rows if not row.figures.target]


def lines(rows: Iterable[Row], *, by: str, region: str | None, basis: str) -> list[Line]:
    """Rows with their links: to a region below, the asked region's own units, or a unit."""
    page = "reports:progress" if by == "region" else "reports:unit"
    return [
        Line(row, basis, reverse(page, args=[row.code]), by == "region" and row.code == region)
        for row in rows
    ]
