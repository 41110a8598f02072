import pytest

from quotas.checkpoints import BadCheckpoint, parse_checkpoints, write_checkpoints


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
        ("０６－30：５０％； 09-30:75", [["06-30", "50"], ["09-30", "75"]]),
    ],
)
def test_checkpoints_are_read_in_the_order_of_their_days(text, checkpoints):
    assert parse_checkpoints(text) == checkpoints


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("bad_date", ["50", "abc", "06-31:50", "13-01:50", "00-10:50", "06-00:50",
                      "2025-06-30:50", ":50"]),
        ("bad_number", ["06-30", "06-30:", "06-30:50,09-30:75", "06-30:1.23456", "06-30:五十"]),
        ("out_of_range", ["06-30:100.1", "06-30:150", "06-30:-1", "06-30:1000"]),
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(code, texts):
    for text in texts:
        with pytest.raises(BadCheckpoint) as refused:
            parse_checkpoints(text)
        assert (text, refused.value.code) == (text, code)


@pytest.mark.parametrize("text", ["", "06-30:50; 09-30:75", "02-29:12.5"])
def test_written_checkpoints_are_read_again(text):
    assert write_checkpoints(parse_checkpoints(text)) == text
