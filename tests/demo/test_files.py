"""The files as files: names, headings, encoding, keys, sameness."""

import pytest

from demo import filings, people, policies, purchases, suppliers, units
from tests.demo.conftest import asked, write

HEADINGS = {
    "01-units": units.HEADINGS,
    "02-policies": policies.HEADINGS,
    "03-suppliers": suppliers.HEADINGS,
    "04-filings-2025": filings.HEADINGS,
    "04-filings-2026": filings.HEADINGS,
    "05-purchases-2025": purchases.HEADINGS,
    "05-purchases-2026": purchases.HEADINGS,
    "07-people": people.HEADINGS,
}
KEYS = {
    "01-units": ("单位编码",),
    "02-policies": ("年度", "行政区划代码"),
    "03-suppliers": ("供应商代码", "生效日期"),
    "04-filings-2026": ("年度", "单位编码"),
    "05-purchases-2025": ("订单编号", "订单行号"),
    "05-purchases-2026": ("订单编号", "订单行号"),
    "07-people": ("登录名",),
}


def test_files_are_named_in_order_of_import(files):
    assert list(files) == list(HEADINGS)


@pytest.mark.parametrize("name", HEADINGS)
def test_headings_are_those_of_the_contract(files, name):
    assert tuple(files[name][0]) == HEADINGS[name]


@pytest.mark.parametrize("name", KEYS)
def test_keys_occur_once(files, name):
    keys = [tuple(row[heading] for heading in KEYS[name]) for row in files[name]]
    assert len(set(keys)) == len(keys)


def test_numbers_of_units_and_purchases_are_those_asked_for(files, purchases):
    assert (len(files["01-units"]), len(purchases)) == (240, 6_000)


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def test_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        write(asked(units=40, purchases=300), tmp_path / name)
    assert bytes_of(tmp_path / "first") == bytes_of(tmp_path / "second")


def test_another_seed_gives_other_purchases_of_other_units(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    write(asked(units=40, purchases=300), first)
    write(asked(units=40, purchases=300, seed=833), second)
    assert bytes_of(first)["01-units.csv"] != bytes_of(second)["01-units.csv"]
    assert bytes_of(first)["05-purchases-2026.csv"] != bytes_of(second)["05-purchases-2026.csv"]


def test_files_begin_with_a_byte_order_mark(tmp_path):
    write(asked(units=40, purchases=300), tmp_path)
    assert {content[:3] for content in bytes_of(tmp_path).values()} == {b"\xef\xbb\xbf"}
