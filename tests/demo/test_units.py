from collections import Counter

import pytest
from stdnum.cn import uscc

from demo.geography import load_divisions
from demo.names import ordinal
from tests.demo.conftest import asked, write


def test_units_stand_in_every_division_of_the_province(files):
    divisions = {division.code for division in load_divisions()["450000"].subtree()}
    assert {row["行政区划代码"] for row in files["01-units"]} == divisions


def test_unit_names_are_single_within_a_region(files):
    names = Counter((row["行政区划代码"], row["单位名称"]) for row in files["01-units"])
    assert max(names.values()) == 1


def test_credit_codes_have_correct_check_digits(files):
    assert all(uscc.is_valid(row["统一社会信用代码"]) for row in files["01-units"])


def test_levels_follow_the_region(files):
    levels = {"0000": "省级", "00": "市级"}
    for row in files["01-units"]:
        region = row["行政区划代码"]
        expected = levels["0000" if region.endswith("0000") else "00"] if region[4:] == "00" else ""
        assert row["预算级次"] in ((expected,) if expected else ("县级", "乡级"))


def test_parents_stand_in_the_file_and_some_span_regions(files):
    regions = {row["单位编码"]: row["行政区划代码"] for row in files["01-units"]}
    parents = [(row["行政区划代码"], row["上级单位编码"]) for row in files["01-units"]]
    crossing = [region for region, parent in parents if parent and regions[parent] != region]
    assert len(crossing) >= 10


def test_successors_belong_to_closed_units_and_are_open(files):
    rows = {row["单位编码"]: row for row in files["01-units"]}
    closed = [row for row in rows.values() if row["停用日期"]]
    successors = [rows[row["承接单位编码"]] for row in closed if row["承接单位编码"]]
    assert 0 < len(successors) < len(closed)
    assert not any(row["停用日期"] or row["单位类型"] == "国有企业" for row in successors)
    assert not any(row["承接单位编码"] for row in rows.values() if not row["停用日期"])


def test_some_units_open_in_mid_year(files):
    assert any(row["启用日期"] for row in files["01-units"])


@pytest.mark.parametrize("province", ["110000", "420000", "460000", "540000"])
def test_few_units_still_stand_at_province_prefecture_and_county(tmp_path, province):
    rows = write(asked(province, units=40, purchases=200), tmp_path)["01-units"]
    direct = {child.code for child in load_divisions()[province].children}
    regions = {row["行政区划代码"] for row in rows}
    assert len(rows) == 40
    assert province in regions
    assert regions & direct


def test_many_units_are_handed_down_to_the_counties(tmp_path):
    rows = write(asked("640000", units=6_000, purchases=200), tmp_path)["01-units"]
    levels = Counter(row["预算级次"] for row in rows)
    names = Counter((row["行政区划代码"], row["单位名称"]) for row in rows)
    assert len(rows) == 6_000
    assert levels["省级"] < 150
    assert max(names.values()) == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "第一"), (10, "第十"), (21, "第二十一"), (100, "第一百"), (105, "第一百零五")],
)
def test_ordinal_reads_as_spoken(number, words):
    assert ordinal(number) == words
