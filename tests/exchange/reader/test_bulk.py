"""Cleaning by batches gives what cleaning cell by cell gives, and is taken where it may be."""

from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.reader.bulk import batch_cleaner, plain_reader
from exchange.reader.cells import NULL, cleaner
from exchange.reader.columns import ColumnSpec
from tests.exchange.reader.builders import column

TODAY = date(2026, 3, 5)
MOMENT = datetime(2026, 3, 5, 14, 30, 5)

#: What a clean file holds, by kind, and what it becomes.
PLAIN = {
    "key": [("20250327755587832474", "20250327755587832474"), ("\tA-1/b:2", "A-1/b:2")],
    "text": [("教育厅（工会）", "教育厅（工会）"), ("甲，乙\u3000", "甲，乙")],
    "amount": [("4373.03", "4373.03"), ("16.50", "16.5"), ("120.00", "120"), (0.07, "0.07"),
               (53.0, "53"), ("9999999999999.99", "9999999999999.99")],
    "decimal": [("0", "0"), ("0.5000", "0.5"), (1234.5678, "1234.5678"), (100.0, "100")],
    "integer": [("0", "0"), ("100", "100")],
    "moment": [("2026-03-05 23:59:59", "2026-03-05 23:59:59+08"),
               (MOMENT, "2026-03-05 14:30:05+08")],
}  # fmt: skip
#: Near misses: one of these in a plain cell makes it another one, or none.
TRICKY = "\\\t\n\r\0 +-.,%eE0123456789:/年\u00a0\u3000\u2028\x1f\uff11．ﬁ"


def spec_of(kind, **rules):
    return ColumnSpec.from_json(column("field", "列", kind, **rules))


@pytest.mark.parametrize("kind", PLAIN)
def test_clean_batch_is_read_as_it_stands(kind):
    places = 4 if kind == "decimal" else 2
    read = plain_reader(spec_of(kind, places=places, minimum="0", not_after_today=True), TODAY)
    cells, values = zip(*PLAIN[kind], strict=True)
    assert read([*cells, "", " "]) == [*values, NULL, NULL]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("key", "1.23E+19"), ("key", "\uff211"), ("key", "a b"), ("key", "x" * 65), ("key", 12.0),
        ("text", "a\\b"), ("text", "甲\n乙"), ("text", True), ("text", "\0"),
        ("amount", "007"), ("amount", "1.234"), ("amount", "-1"), ("amount", True),
        ("amount", 123456789012345.67), ("amount", "1\n2"), ("amount", "1e5"), ("amount", "\uff11"),
        ("moment", "2026-02-29 00:00:00"), ("moment", "2026-03-06 00:00:00"),
        ("moment", "2026-03-05 24:00:00"), ("moment", MOMENT.replace(microsecond=5)),
        ("moment", date(2026, 3, 5)), ("moment", "2026-03-05"),
    ],
)  # fmt: skip
def test_batch_with_any_other_cell_is_not_plain(kind, cell):
    read = plain_reader(spec_of(kind, not_after_today=True), TODAY)
    assert read([PLAIN[kind][0][0], cell]) is None


def test_blank_in_a_required_column_is_not_plain():
    assert plain_reader(spec_of("key", required=True), TODAY)(["A1", ""]) is None


@pytest.mark.parametrize("zero", ["0", "0.0", "0.00", 0.0])
def test_zero_is_plain_only_where_it_is_allowed(zero):
    assert plain_reader(spec_of("amount", minimum="0"), TODAY)([zero]) == ["0"]
    above = plain_reader(spec_of("amount", minimum="0", above=True), TODAY)
    assert (above([zero]), above(["0.01"])) == (None, ["0.01"])


def test_scaled_amounts_are_cleaned_cell_by_cell():
    assert batch_cleaner(spec_of("amount"), TODAY, 4)(["1.5", 12.0]) == ["15000", "120000"]


def test_blank_key_part_with_a_default_is_null():
    assert batch_cleaner(spec_of("integer", minimum="1"), TODAY)(["1", ""]) == ["1", NULL]


@st.composite
def misspelled(draw, kind):
    """A plain text with one character put in or taken out."""
    text = str(draw(st.sampled_from(PLAIN[kind]))[0])
    place = draw(st.integers(0, len(text)))
    taken = draw(st.integers(0, 1))
    return text[:place] + draw(st.sampled_from(["", *TRICKY])) + text[place + taken :]


def cells_of(kind):
    plain = st.sampled_from([cell for cell, _value in PLAIN[kind]] + [""])
    wild = st.one_of(
        st.text(max_size=20),
        st.floats(),
        st.integers(-(10**17), 10**17),
        st.booleans(),
        st.datetimes(),
        st.dates(),
        st.just(time(3, 4)),
    )
    digits = st.decimals(0, 10**16, places=3).map(str)
    typed = st.floats(0, 10**16) | st.datetimes(datetime(2020, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    )
    return plain | plain | misspelled(kind) | digits | typed | wild


@st.composite
def columns_of(draw, kind):
    """A column of any rules; few of them, for each compiles an expression."""
    return spec_of(
        kind,
        required=draw(st.booleans()),
        above=draw(st.booleans()),
        minimum=draw(st.sampled_from([None, "0", "1", "-3"])),
        maximum=draw(st.sampled_from([None, "1", "100", "999999.5"])),
        places=draw(st.sampled_from([0, 2, 4])),
        max_length=draw(st.sampled_from([8, 64])),
        not_after_today=draw(st.booleans()),
    )


@pytest.mark.parametrize("kind", PLAIN)
@settings(max_examples=300)
@given(st.data())
def test_every_batch_is_cleaned_as_its_cells_are(kind, data):
    spec = data.draw(columns_of(kind))
    cells = data.draw(st.lists(cells_of(kind), min_size=1, max_size=4))
    expected = list(map(cleaner(spec, TODAY), cells))
    assert list(batch_cleaner(spec, TODAY)(cells)) == expected
