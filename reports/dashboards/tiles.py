"""Regions as a grid of tiles: never a map, which would need an approval number (审图号)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from reports.lines import Line

#: Where each province stands among its neighbours: short name, column, row.
PROVINCES = {
    "230000": ("黑龙江", 10, 1),
    "150000": ("内蒙古", 6, 2),
    "210000": ("辽宁", 9, 2),
    "220000": ("吉林", 10, 2),
    "650000": ("新疆", 2, 3),
    "620000": ("甘肃", 4, 3),
    "640000": ("宁夏", 5, 3),
    "140000": ("山西", 6, 3),
    "130000": ("河北", 7, 3),
    "110000": ("北京", 8, 3),
    "120000": ("天津", 9, 3),
    "540000": ("西藏", 2, 4),
    "630000": ("青海", 3, 4),
    "510000": ("四川", 4, 4),
    "610000": ("陕西", 5, 4),
    "410000": ("河南", 6, 4),
    "370000": ("山东", 7, 4),
    "530000": ("云南", 4, 5),
    "500000": ("重庆", 5, 5),
    "420000": ("湖北", 6, 5),
    "340000": ("安徽", 7, 5),
    "320000": ("江苏", 8, 5),
    "310000": ("上海", 9, 5),
    "520000": ("贵州", 5, 6),
    "430000": ("湖南", 6, 6),
    "360000": ("江西", 7, 6),
    "330000": ("浙江", 8, 6),
    "450000": ("广西", 5, 7),
    "440000": ("广东", 6, 7),
    "350000": ("福建", 7, 7),
    "710000": ("台湾", 8, 7),
    "460000": ("海南", 5, 8),
    "820000": ("澳门", 6, 8),
    "810000": ("香港", 7, 8),
}

#: Completion rates at which the next colour begins.
STEPS = (Decimal(25), Decimal(50), Decimal(75), Decimal(100))


@dataclass(frozen=True, slots=True)
class Tile:
    """A region with its completion rate; ``step`` 0 to 4 is its colour, ``none`` has no rate."""

    line: Line
    name: str
    column: int = 0
    row: int = 0

    @property
    def step(self) -> str:
        rate = self.line.rate
        return "none" if rate is None else str(sum(rate >= bound for bound in STEPS))


def tiles(lines: Iterable[Line]) -> list[Tile]:
    """A tile for each region: provinces in their places, others in the order of their codes."""
    return [Tile(line, *PROVINCES.get(line.row.code, (line.row.name,))) for line in lines]
