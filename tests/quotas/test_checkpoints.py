import pytest

from quotas.checkpoints import parse_checkpoints, write_checkpoints


@pytest.mark.parametrize(
    ("text", "checkpoints"),
    [
        ("", []),
        ("06-30:50; 09-30:75", [["06-30", "50"], ["09-30", "75"]]),
        ("09-30:75;06-30:50;", [["06-30", "50"], ["09-30", "75"]]),
        ("6-30：50%", [["06-30", "50"]]),
        ("06-30 : 50；12-31:100", [["06-30", "50"], ["12-31", "100"]]),
        ("02-29:12.5", [["02-29", "12.5"]]),
        ("06-30:0", [["06-30", "0"]]),
        ("06-30:50.1000", [["06-30", "50.1"]]),
    ],
)
def test_checkpoints_are_read_in_the_order_of_their_days(text, checkpoints):
    assert parse_checkpoints(text) == checkpoints


@pytest.mark.parametrize(
    "text",
    ["06-30", "50", "06-31:50", "13-01:50", "00-10:50", "06-00:50", "06-30:100.1", "06-30:-1",
     "06-30:50,09-30:75", "06-30:1.23456", "2025-06-30:50", "06-30:五十"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(ValueError):
        parse_checkpoints(text)


@pytest.mark.parametrize("text", ["", "06-30:50; 09-30:75", "02-29:12.5"])
def test_written_checkpoints_are_read_again(text):
    assert write_checkpoints(parse_checkpoints(text)) == text
