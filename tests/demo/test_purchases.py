from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from demo.geography import load_designated_counties
from tests.demo.conftest import TODAY

DAYS = ("下单时间", "支付时间", "验收时间", "评价时间", "退款时间")


def test_amounts_are_quantity_times_unit_price(purchases):
    for row in purchases:
        assert Decimal(row["订单金额(元)"]) == int(row["数量"]) * Decimal(row["单价(元)"])


def test_no_day_lies_after_today(purchases):
    latest = max(row[heading][:10] for row in purchases for heading in DAYS)
    assert latest <= TODAY.isoformat()


def test_orders_fall_in_the_year_of_their_file(files):
    for year in ("2025", "2026"):
        rows = files[f"05-purchases-{year}"]
        assert {row["下单时间"][:4] for row in rows} == {year}


def test_days_follow_one_another(purchases):
    for row in purchases:
        days = [row[heading] for heading in DAYS[:4] if row[heading]]
        assert days == sorted(days)
        assert not row["评价时间"] or row["验收时间"]


def test_order_numbers_are_20_digits_from_the_day_on(purchases):
    for row in purchases:
        number = row["订单编号"]
        assert len(number) == 20
        assert number.isdigit()
        assert number[:8] == row["下单时间"][:10].replace("-", "")


def test_some_orders_have_several_lines_of_one_supplier_and_day(purchases):
    orders = defaultdict(list)
    for row in purchases:
        orders[row["订单编号"]].append(row)
    several = [rows for rows in orders.values() if len(rows) > 1]
    assert several
    for rows in several:
        assert len({(row["供应商代码"], row["下单时间"]) for row in rows}) == 1
        assert [row["订单行号"] for row in rows] == [str(n + 1) for n in range(len(rows))]


def test_refunds_do_not_exceed_the_amount_and_some_are_whole(purchases):
    refunds = [row for row in purchases if row["退款金额(元)"]]
    parts = [Decimal(row["退款金额(元)"]) / Decimal(row["订单金额(元)"]) for row in refunds]
    assert min(parts) < 1
    assert max(parts) == 1
    assert all(row["支付时间"] for row in refunds)


def test_orders_stop_at_every_step(purchases):
    assert {row["订单状态"] for row in purchases} == {"进行中", "已完结", "已取消"}
    steps = Counter(
        "".join("x" if row[heading] else "-" for heading in DAYS[1:4]) for row in purchases
    )
    assert set(steps) == {"---", "x--", "xx-", "xxx"}
    assert steps["xxx"] > 0.7 * len(purchases)


def test_funds_are_mainly_canteen_some_union_few_individual(purchases):
    funds = Counter(row["资金类型"] for row in purchases)
    assert funds["食堂"] > funds["工会"] > funds["个人"] > 0


def test_each_fault_occurs_in_a_few_orders(files, purchases):
    faults = fault_shares(files, purchases)
    assert set(faults) == {"channel", "origin", "unknown", "ended", "unit"}
    for name, share in faults.items():
        assert 0 < share < 0.04, name


def fault_shares(files, purchases) -> dict[str, float]:
    counties = load_designated_counties()
    designated = {code for county in counties for code in (county.code, county.listed_code)}
    periods = defaultdict(list)
    for row in files["03-suppliers"]:
        periods[row["供应商代码"]].append((row["生效日期"], row["失效日期"] or "9999-12-31"))
    units = {row["单位编码"]: row for row in files["01-units"]}
    faults = Counter()
    for row in purchases:
        day, unit = row["下单时间"][:10], units[row["所属预算单位编码"]]
        valid = periods.get(row["供应商代码"])
        faults["channel"] += row["采购渠道"] != "832平台"
        faults["origin"] += bool(row["产地县代码"]) and row["产地县代码"] not in designated
        faults["unknown"] += valid is None
        faults["ended"] += bool(valid) and not any(a <= day <= b for a, b in valid)
        opened, closed = unit["启用日期"], unit["停用日期"] or "9999-12-31"
        faults["unit"] += not opened <= day <= closed and not unit["承接单位编码"]
    return {name: number / len(purchases) for name, number in faults.items()}


def working_day_average(rows, first: date, last: date) -> Decimal:
    """Return the yuan ordered a calendar day in a stretch."""
    inside = [row for row in rows if first.isoformat() <= row["下单时间"][:10] <= last.isoformat()]
    return sum(Decimal(row["订单金额(元)"]) for row in inside) / ((last - first).days + 1)


def test_seasons_show_in_last_years_orders(files):
    rows = files["05-purchases-2025"]
    ordinary = working_day_average(rows, date(2025, 3, 1), date(2025, 6, 30))
    before_spring_festival = working_day_average(rows, date(2025, 1, 1), date(2025, 1, 28))
    summer = working_day_average(rows, date(2025, 7, 1), date(2025, 8, 31))
    autumn = working_day_average(rows, date(2025, 9, 1), date(2025, 10, 31))
    december = working_day_average(rows, date(2025, 12, 1), date(2025, 12, 31))
    assert before_spring_festival > Decimal("1.5") * ordinary
    assert summer < Decimal("0.8") * ordinary
    assert autumn > summer
    assert december > Decimal("1.5") * ordinary


def completed_by_unit(rows) -> dict[str, Decimal]:
    sums = defaultdict(Decimal)
    for row in rows:
        if row["支付时间"] and row["验收时间"] and row["评价时间"]:
            refunded = Decimal(row["退款金额(元)"] or 0)
            sums[row["所属预算单位编码"]] += Decimal(row["订单金额(元)"]) - refunded
    return sums


def test_finishers_laggards_and_idle_units_exist_in_both_years(files):
    for year in ("2025", "2026"):
        completed = completed_by_unit(files[f"05-purchases-{year}"])
        rates = [
            completed[row["单位编码"]] / Decimal(row["预留金额(元)"])
            for row in files[f"04-filings-{year}"]
            if Decimal(row["预留金额(元)"] or 0)
        ]
        assert max(rates) > 2
        assert sum(Decimal("0.8") <= rate <= 2 for rate in rates) > len(rates) / 4
        assert any(0 < rate < Decimal("0.4") for rate in rates)
        assert any(rate == 0 for rate in rates)
