"""Cleaning of single cells, by kind; what holds whatever the file is."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.reader.cells import NULL, cleaner
from exchange.reader.columns import ColumnSpec
from exchange.reader.flaws import Flaw
from tests.exchange.reader.builders import column

TODAY = date(2026, 3, 5)


def clean(cell, kind, shift=0, **rules):
    spec = ColumnSpec.from_json(column("field", "列", kind, **rules))
    return cleaner(spec, TODAY, shift)(cell)


def code_of(cell, kind, **rules):
    flaw = clean(cell, kind, **rules)
    assert isinstance(flaw, Flaw), flaw
    return flaw.code


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\t\u3000", "\n"])
@pytest.mark.parametrize("kind", ["key", "text", "amount", "day", "choice", "year", "percent"])
def test_blank_cell_is_null_or_required(blank, kind):
    assert clean(blank, kind) == NULL
    assert code_of(blank, kind, required=True) == "required"


@pytest.mark.parametrize(
    ("cell", "copied"),
    [
        (" Ａ１\u00a0", "A1"),
        ("00123", "00123"),
        ("=1+1", "=1+1"),
        (12345.0, "12345"),
        (123456789012345.0, "123456789012345"),
        (r"\N", r"\\N"),
        ("a\tb", r"a\tb"),
    ],
)
def test_key_is_normalised(cell, copied):
    assert clean(cell, "key") == copied


@pytest.mark.parametrize(
    "cell",
    [
        1e15,
        20260115000123456789.0,
        "1.23E+19",
        "1.23e+19",
        "-2E+5",
        "１.２３Ｅ＋１９",
        date(2026, 1, 5),
    ],
)
def test_key_that_excel_has_changed_is_refused(cell):
    assert code_of(cell, "key") == "numeric_key"


def test_key_beyond_max_length_is_out_of_range():
    assert clean("x" * 64, "key") == "x" * 64
    assert code_of("x" * 65, "key") == "out_of_range"


@pytest.mark.parametrize(
    ("cell", "copied"),
    [
        ("  张三（甲）  ", "张三（甲）"),
        ("a\\b\tc\nd\re", r"a\\b\tc\nd\re"),
        (13800138000.0, "13800138000"),
        (True, "TRUE"),
        (datetime(2026, 3, 5), "2026-03-05"),
    ],
)
def test_text_stays_as_typed(cell, copied):
    assert clean(cell, "text") == copied


def test_text_with_nul_is_refused():
    assert code_of("a\0b", "text") == "out_of_range"


def test_uscc_needs_its_check_digit():
    assert clean("９1110000600037341l", "uscc") == "91110000600037341L"
    for wrong in ("91110000600037341M", "9111000060003734", "9111000060003734OL"):
        assert code_of(wrong, "uscc") == "check_digit"


def test_uscc_may_begin_with_letters():
    assert clean("N2450102MF1234567R", "uscc") == "N2450102MF1234567R"
    assert clean("AY450102MF1234567F", "uscc") == "AY450102MF1234567F"
    for wrong in ("N2450102MF1234567D", "NI450102MF1234567R", "N24501A2MF1234567R"):
        assert code_of(wrong, "uscc") == "check_digit"


def test_uscc_of_the_right_form_but_the_wrong_alphabet_is_refused():
    for letter in "IOSVZ":
        assert code_of(f"9111000060003{letter}341L", "uscc") == "check_digit"


@pytest.mark.parametrize(
    ("cell", "copied"),
    [
        ("1,234.50", "1234.5"),
        ("１２３４", "1234"),
        (" 0012.00 ", "12"),
        ("+5", "5"),
        ("-0.00", "0"),
        (0.1 + 0.2, "0.3"),
        (1234567890123.45, "1234567890123.45"),
        ("1.500", "1.5"),
    ],
)
def test_amount_is_a_plain_decimal(cell, copied):
    assert clean(cell, "amount") == copied


@pytest.mark.parametrize(
    "cell",
    ["1.234", 0.001, "1e5", "NaN", "Infinity", "12,34.5", "1,2345", "(5)", "5元", "--1", ".", True,
     "1 000", date(2026, 1, 1)],
)  # fmt: skip
def test_amount_refuses_what_is_no_amount(cell):
    assert code_of(cell, "amount") == "bad_number"


@pytest.mark.parametrize("cell", ["-0.01", -5.0, "10000000000000000", "9" * 500, 1e300])
def test_amount_refuses_negative_and_overflowing(cell):
    assert code_of(cell, "amount") == "out_of_range"


@pytest.mark.parametrize(
    ("cell", "copied"),
    [("1.234567", "12345.67"), ("0.000001", "0.01"), ("12", "120000"), (0.5, "5000")],
)
def test_amount_in_ten_thousands_is_scaled(cell, copied):
    assert clean(cell, "amount", shift=4) == copied


def test_amount_in_ten_thousands_takes_six_places():
    assert clean("1.2345678", "amount", shift=4).code == "bad_number"
    assert clean("-0.000001", "amount", shift=4).code == "out_of_range"
    assert clean("100", "amount", shift=4, maximum="999999").code == "out_of_range"


def test_bounds_are_inclusive_unless_above():
    assert clean("0", "amount", minimum="0") == "0"
    assert code_of("0", "amount", minimum="0", above=True) == "out_of_range"
    assert clean("0.01", "amount", minimum="0", above=True) == "0.01"
    assert clean("100", "percent", minimum="0", maximum="100") == "100"
    assert code_of("100.0001", "percent", minimum="0", maximum="100") == "out_of_range"


def test_integer_and_decimal_keep_their_places():
    assert clean("1,000", "integer") == "1000"
    assert clean("2.0", "integer") == "2"
    assert code_of("2.5", "integer") == "bad_number"
    assert code_of("2147483648", "integer") == "out_of_range"
    assert clean("-1.125", "decimal", places=3) == "-1.125"
    assert code_of("1.1255", "decimal", places=3) == "bad_number"


@pytest.mark.parametrize("cell", ["15", "15%", "15％", "15 %", 15.0])
def test_percent_is_the_number_before_the_sign(cell):
    assert clean(cell, "percent") == "15"


def test_percent_takes_four_places():
    assert clean("12.3456%", "percent") == "12.3456"
    assert code_of("12.34567%", "percent") == "bad_number"
    assert code_of("15%%", "percent") == "bad_number"


@pytest.mark.parametrize("cell", [2024.0, "2024", "2024年", "２０２４年"])
def test_year_is_read(cell):
    assert clean(cell, "year") == "2024"


def test_year_outside_the_century_is_out_of_range():
    assert (clean("2000", "year"), clean("2100", "year")) == ("2000", "2100")
    assert code_of("1999", "year") == "out_of_range"
    assert code_of(2101.0, "year") == "out_of_range"
    assert code_of("24", "year") == "bad_number"
    assert code_of(2024.5, "year") == "bad_number"


@pytest.mark.parametrize(
    "day", ["2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "２０２６．３．５", "2026-3-05"]
)
@pytest.mark.parametrize(
    ("clock", "moment"),
    [
        ("", "00:00:00"),
        (" 14:30", "14:30:00"),
        ("T14:30:05", "14:30:05"),
        ("  9:05:00", "09:05:00"),
    ],
)
def test_day_and_moment_are_read_with_and_without_time(day, clock, moment):
    assert clean(day + clock, "day") == "2026-03-05"
    assert clean(day + clock, "moment") == f"2026-03-05 {moment}+08"


@pytest.mark.parametrize(
    "cell",
    ["2026-02-30", "2026-13-01", "20260305", 46086.0, "5/3/2026", "2026-03/05", "2026-03-05 24:00",
     "2026-03-05 14:60", "2026-03-0514:30", "2026年3月", "0000-01-01",
     "2026-03-05 14", time(3, 4), timedelta(days=1), True, "今天"],
)  # fmt: skip
def test_day_refuses_everything_else(cell):
    assert code_of(cell, "day") == "bad_date"
    assert code_of(cell, "moment") == "bad_date"


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-05 10:00:00.0", "2026-03-05 10:00:00"),
        ("2026/3/5 10:00:00.123456", "2026-03-05 10:00:00"),
        ("2026-03-05T10:00:00+08:00", "2026-03-05 10:00:00"),
        ("2026-03-05T10:00:00Z", "2026-03-05 18:00:00"),
        ("2026-03-05T18:30:00.500Z", "2026-03-06 02:30:00"),
        ("2026-03-05 10:00+0900", "2026-03-05 09:00:00"),
        ("2026-03-05 10:00:00+08", "2026-03-05 10:00:00"),
    ],
)
def test_time_with_a_fraction_or_a_zone_is_the_moment_in_shanghai(cell, moment):
    assert clean(cell, "moment") == f"{moment}+08"
    assert clean(cell, "day") == moment[:10]


@pytest.mark.parametrize(
    "cell",
    ["2026-03-05 10:00.5", "2026-03-05 10:00:00.", "2026-03-05T10:00:00+25:00", "2026-03-05Z",
     "9999-12-31T23:00:00-08:00", "2026-03-05 10:00:00 UTC"],
)  # fmt: skip
def test_time_that_is_none_is_refused(cell):
    assert code_of(cell, "moment") == "bad_date"


def test_excel_moment_is_rounded_to_the_second():
    nearly = datetime(2026, 3, 4, 23, 59, 59, 999_995)
    assert clean(nearly, "moment") == "2026-03-05 00:00:00+08"
    assert clean(date(2026, 3, 5), "moment") == "2026-03-05 00:00:00+08"


def test_day_after_today_is_out_of_range_only_where_asked():
    assert clean("2026-03-05 23:59", "moment", not_after_today=True) == "2026-03-05 23:59:00+08"
    assert code_of("2026-03-06", "day", not_after_today=True) == "out_of_range"
    assert clean("2026-03-06", "day") == "2026-03-06"


def test_choice_gives_the_stored_value():
    choices = {"自有食堂": "own", "自有": "own", "是（全）": True, "一": 1}
    assert clean(" 自有\u00a0", "choice", choices=choices) == "own"
    assert clean("是(全)", "choice", choices=choices) == "true"
    assert clean("一", "choice", choices=choices) == "1"
    flaw = clean("其它", "choice", choices=choices)
    assert (flaw.code, flaw.params) == ("bad_choice", {"choices": "自有食堂 / 是（全）"})


def test_true_and_one_are_different_cells():
    spec = ColumnSpec.from_json(column("field", "列", "text"))
    memo = cleaner(spec, TODAY)
    assert [memo(1.0), memo(True), memo(1.0)] == ["1", "TRUE", "1"]


@given(st.decimals(min_value=0, max_value=10**15, places=2))
def test_every_amount_comes_back_exactly(amount):
    assert Decimal(clean(str(amount), "amount")) == amount
    assert Decimal(clean(f"{amount:,}", "amount")) == amount


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_every_amount_that_excel_can_hold_comes_back_exactly(amount):
    assert Decimal(clean(float(amount), "amount")) == amount


@given(st.text())
def test_no_text_breaks_the_number_parsers(text):
    for kind in ("amount", "integer", "decimal", "percent", "year"):
        result = clean(text, kind)
        assert isinstance(result, Flaw) or result == NULL or Decimal(result) is not None


@given(
    st.datetimes(min_value=datetime(1900, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
)
def test_every_moment_comes_back(moment):
    expected = f"{moment}+08"
    assert clean(str(moment), "moment") == expected
    assert (
        clean(f"{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M:%S}", "moment")
        == expected
    )


@given(st.text())
def test_copy_text_stays_on_one_line_and_in_one_field(text):
    result = clean(text, "text")
    assert isinstance(result, Flaw) or not {"\t", "\n", "\r"} & set(result)
