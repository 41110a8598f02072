"""The demonstration's own rows of the year's policy (年度政策), with document numbers to match."""

from dataclasses import dataclass

from demo import published
from demo.geography import Division

HEADINGS = (
    "年度",
    "行政区划代码",
    "单列",
    "最低比例(%)",
    "鼓励比例(%)",
    "填报基数",
    "统计口径",
    "预留份额含工会",
    "无食堂要求",
    "工会经费比例(%)",
    "预留金额下限",
    "填报开始",
    "填报截止",
    "确认截止",
    "进度节点",
    "文号",
)

MINIMUM = 10
ENCOURAGED = 15
STRICTER_BY = 5
CHECKPOINTS = "06-30:50; 09-30:75"


@dataclass(frozen=True)
class Policies:
    """The rows of both years, and the minimum that follows from them and the published ones."""

    province: Division
    stricter: Division
    years: tuple[int, ...]

    def minimum(self, year: int, division: Division) -> int:
        """Return the least ratio of a division in percent."""
        least = max(MINIMUM, published.minimum_percent(year, division))
        if self.stricter in division.path():
            least = max(least, self.stricter_minimum(year))
        return least

    def stricter_minimum(self, year: int) -> int:
        return STRICTER_BY + max(MINIMUM, published.minimum_percent(year, self.province))

    def rows(self) -> list[tuple[object, ...]]:
        """Return the rows by year; a key that a published row holds is left to it."""
        rows = []
        for year in self.years:
            if (year, self.province.code) not in published.MINIMUM_PERCENT:
                rows.append(self.province_row(year))
            rows.append(self.stricter_row(year))
        return rows

    def province_row(self, year: int) -> tuple[object, ...]:
        # Rules that a published row of a part might loosen are given only where there is none.
        alone = not published.speaks_within(year, self.province)
        return (
            year,
            self.province.code,
            "否",
            MINIMUM,
            ENCOURAGED,
            "食堂食材",
            "完结",
            "否" if alone else "",
            "填报工会需求" if alone else "",
            "",
            "上年预留" if alone else "",
            f"{year}-01-15",
            f"{year}-03-31",
            f"{year}-04-15",
            CHECKPOINTS,
            f"演示财购〔{year}〕1号",
        )

    def stricter_row(self, year: int) -> tuple[object, ...]:
        minimum = self.stricter_minimum(year)
        return (
            year,
            self.stricter.code,
            "否",
            minimum,
            max(minimum, ENCOURAGED) + STRICTER_BY,
            "",
            "",
            "是",
            "填报工会需求",
            "",
            "上年预留",
            "",
            f"{year}-03-25",
            "",
            "",
            f"演示市财购〔{year}〕1号",
        )


def plan_policies(province: Division, years: tuple[int, ...]) -> Policies:
    """Choose as the stricter part the first one in which no row was published for these years."""
    quiet = (
        part
        for part in province.children
        if not any(published.speaks_within(year, part) for year in years)
    )
    return Policies(province, next(quiet), years)
