"""A chart and its table, made from the same numbers: the page is whole without a script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from reports.templatetags.figures import CENT, WAN, money, percent

#: What a series stands for; the script gives each its colour and its line.
Role = Literal["reached", "before", "pace", "target", "floor"]


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of values: yuan to the cent, or percent; None where there is nothing to say."""

    name: str
    role: Role
    values: Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over months, or bars by place. ``money`` is ``wan``, ``yuan`` or empty for percent.

    ``key`` is its id in the page, ``heading`` names what the categories are, ``note`` says on what
    basis or of what sums.
    """

    key: str
    kind: Literal["lines", "bars"]
    title: str
    heading: str
    categories: Sequence[str]
    series: Sequence[Series]
    unit: str
    money: str = ""
    note: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What the script draws: the numbers as the table shows them."""
        return {
            "kind": self.kind,
            "title": self.title,
            "unit": self.unit,
            "categories": list(self.categories),
            "series": [
                {
                    "name": one.name,
                    "role": one.role,
                    "values": [self._number(v) for v in one.values],
                }
                for one in self.series
            ],
        }

    @property
    def source(self) -> str:
        """The id of the element that holds the data."""
        return f"{self.key}-data"

    @property
    def rows(self) -> Iterable[tuple[str, list[str]]]:
        """The table: each category with a text for every series."""
        for place, category in enumerate(self.categories):
            yield category, [self._text(one.values[place]) for one in self.series]

    def _number(self, value: Decimal | None) -> float | None:
        if value is None:
            return None
        shown = value / WAN if self.money == "wan" else value
        return float(shown.quantize(CENT, ROUND_HALF_UP))

    def _text(self, value: Decimal | None) -> str:
        return money(value, self.money) if self.money else percent(value)
