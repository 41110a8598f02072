from collections import Counter
from decimal import ROUND_HALF_UP, Decimal


def money(text: str) -> Decimal:
    return Decimal(text or 0)


def test_reserved_amounts_are_base_times_ratio_half_up(filings):
    for row in filings:
        exact = money(row["食堂食材采购总额(元)"]) * money(row["预留比例(%)"]) / 100
        reserved = money(row["预留金额(元)"])
        assert reserved == exact.quantize(Decimal("0.01"), ROUND_HALF_UP), row


def test_all_four_canteen_situations_occur(filings):
    situations = Counter(row["食堂情况"] for row in filings)
    assert set(situations) == {"自有食堂", "共用食堂", "食堂外包", "无食堂"}


def test_members_point_to_a_representative_that_files(files):
    for year in ("2025", "2026"):
        rows = {row["单位编码"]: row for row in files[f"04-filings-{year}"]}
        members = [row for row in rows.values() if row["代表单位编码"]]
        assert members
        for row in members:
            representative = rows[row["代表单位编码"]]
            assert not representative["代表单位编码"]
            assert money(representative["食堂食材采购总额(元)"]) > 0


def test_outsourced_canteens_name_their_contractor(filings):
    for row in filings:
        assert bool(row["食堂承包单位"]) == (row["食堂情况"] == "食堂外包")


def test_about_92_percent_of_the_units_filed_this_year(files):
    due = [
        row
        for row in files["01-units"]
        if row["单位类型"] != "国有企业" and not row["停用日期"].startswith("2025")
    ]
    share = len(files["04-filings-2026"]) / len(due)
    assert 0.90 <= share <= 0.95


def test_falls_below_last_year_are_explained(files):
    last = {row["单位编码"]: row for row in files["04-filings-2025"]}
    explained = Counter()
    for row in files["04-filings-2026"]:
        before = last.get(row["单位编码"])
        if before and any(
            money(row[heading]) < money(before[heading])
            for heading in ("预留比例(%)", "预留金额(元)")
        ):
            explained[bool(row["情况说明"])] += 1
    assert explained[True] > 0
    assert explained[False] == 0


def test_ratios_below_the_minimum_have_an_approval(filings):
    for row in filings:
        minimum = 15 if row["单位编码"].startswith("4501") else 10
        if money(row["食堂食材采购总额(元)"]) and money(row["预留比例(%)"]) < minimum:
            assert row["低于比例批准文号"].startswith("演示财审")


def test_last_year_is_nearly_all_confirmed_and_this_year_mostly(files):
    def confirmed(year: str) -> float:
        rows = files[f"04-filings-{year}"]
        return sum(row["状态"] == "已确认" for row in rows) / len(rows)

    assert 0.95 < confirmed("2025") < 1
    assert 0.80 < confirmed("2026") < 0.92
