import itertools
from collections import Counter, defaultdict

from stdnum.cn import uscc

from demo.geography import load_designated_counties


def test_counties_are_designated_by_current_or_listed_code(files):
    counties = load_designated_counties()
    current = {county.code for county in counties}
    listed = {county.listed_code for county in counties}
    used = {row["所属县代码"] for row in files["03-suppliers"]}
    assert used <= current | listed
    assert used - current


def test_own_province_supplies_more_than_any_other(files):
    provinces = Counter(row["所属县代码"][:2] for row in files["03-suppliers"])
    assert provinces.most_common(1)[0][0] == "45"
    assert len(provinces) > 15


def test_codes_are_credit_codes_but_for_households(files):
    for row in files["03-suppliers"]:
        assert uscc.is_valid(row["供应商代码"]) == (row["类型"] != "农户")


def test_periods_of_a_supplier_do_not_overlap(files):
    periods = defaultdict(list)
    for row in files["03-suppliers"]:
        periods[row["供应商代码"]].append((row["生效日期"], row["失效日期"] or "9999-12-31"))
    assert any(len(several) == 2 for several in periods.values())
    for several in periods.values():
        several.sort()
        assert all(before[1] < after[0] for before, after in itertools.pairwise(several))


def test_some_periods_have_ended_and_batches_differ(files):
    rows = files["03-suppliers"]
    assert any(row["失效日期"] for row in rows)
    assert len({row["名录批次"] for row in rows}) > 5
