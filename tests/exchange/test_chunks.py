"""The reader's stream in whole rows, however its blocks are cut."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.chunks import chunks


@given(st.lists(st.binary(max_size=9).map(lambda row: row.replace(b"\n", b""))), st.integers(1, 12))
def test_chunks_are_whole_rows_and_all_of_them(rows: list[bytes], size: int) -> None:
    text = b"".join(row + b"\n" for row in rows)
    found = list(chunks(io.BytesIO(text), size))
    assert b"".join(found) == text
    assert all(chunk.endswith(b"\n") for chunk in found)


def test_half_row_of_a_dead_child_is_left_out() -> None:
    assert list(chunks(io.BytesIO(b"1\ta\n2\tb"), 100)) == [b"1\ta\n"]


def test_error_of_the_stream_comes_out_where_rows_are_awaited() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        list(chunks(Broken(), 10))


def test_chunks_left_early_do_not_wait_for_the_rest() -> None:
    for _chunk in chunks(io.BytesIO(b"1\n" * 1000), 2):
        break
