"""Published minimum ratios that the demonstration's own rows must neither repeat nor fall below.

The reference data of the application holds these rows with their documents; here only the keys
and the minimum are needed. Source: the notices listed in the project's reference data.
"""

from demo.geography import COUNTRY, Division

MINIMUM_PERCENT: dict[tuple[int, str], int] = {
    (2020, "410502"): 30,  # 文峰区
    (2020, "431102"): 15,  # 零陵区
    (2020, "640000"): 0,  # 宁夏, dates only
    (2021, COUNTRY): 10,
    (2021, "320200"): 0,  # 无锡市, dates only
    (2021, "440000"): 30,
    (2022, COUNTRY): 10,
    (2022, "440000"): 30,
    (2022, "610000"): 0,  # 陕西省, dates only
    (2023, COUNTRY): 10,
    (2023, "110000"): 30,
    (2023, "120000"): 15,
    (2023, "360000"): 30,
    (2023, "411000"): 20,  # 许昌市: 10, and 20 where the canteen is subsidised
    (2023, "420000"): 15,
    (2023, "440000"): 30,
    (2023, "440300"): 20,
    (2023, "510604"): 10,  # 罗江区
    (2023, "511722"): 10,  # 宣汉县
    (2023, "620700"): 15,  # 张掖市
    (2024, COUNTRY): 10,
    (2024, "152201"): 10,  # 乌兰浩特市
    (2024, "340700"): 10,  # 铜陵市
    (2024, "440300"): 20,
    (2024, "510822"): 30,  # 青川县
    (2024, "653101"): 10,  # 喀什市
    (2025, COUNTRY): 10,
    (2025, "141100"): 15,  # 吕梁市
    (2025, "150000"): 10,
    (2025, "152201"): 15,  # 乌兰浩特市
    (2025, "340000"): 15,
    (2025, "340700"): 15,  # 铜陵市
    (2025, "341524"): 15,  # 金寨县
    (2025, "440000"): 30,
    (2025, "620825"): 40,  # 庄浪县
    (2025, "630000"): 15,
    (2025, "652700"): 10,  # 博尔塔拉
}
# Here the ratio is of canteen and union demand together.
UNION_IN_BASE = frozenset({(2023, "511722"), (2023, "620700"), (2025, "620825")})


def minimum_percent(year: int, division: Division) -> int:
    """Return the highest published minimum on the division's path, 0 where there is none."""
    codes = [COUNTRY, *(upper.code for upper in division.path())]
    return max(MINIMUM_PERCENT.get((year, code), 0) for code in codes)


def union_in_base(year: int, division: Division) -> bool:
    return any((year, upper.code) in UNION_IN_BASE for upper in division.path())


def speaks_within(year: int, division: Division) -> bool:
    """Whether a row was published for the division or for any part of it."""
    return any((year, part.code) in MINIMUM_PERCENT for part in division.subtree())
