"""Names of demonstration files and the password that is printed."""

from pathlib import Path

import pytest

from config import demonstration


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("01-units.csv", "units"),
        ("05-purchases-2.csv", "purchases"),
        ("02-policies.csv", "policies"),
    ],
)
def test_kind_stands_after_the_number(name, kind):
    assert demonstration.kind_of(Path("/out") / name) == kind


def test_file_without_number_and_kind_is_refused():
    with pytest.raises(ValueError, match=r"units\.csv"):
        demonstration.kind_of(Path("units.csv"))


def test_password_is_the_same_at_the_second_start(tmp_path, monkeypatch):
    monkeypatch.delenv("YULIU_DEMO_PASSWORD", raising=False)
    first = demonstration.password(tmp_path)
    assert len(first) >= 12
    assert demonstration.password(tmp_path) == first
    assert (tmp_path / "demo-password").stat().st_mode & 0o777 == 0o600


def test_password_of_the_environment_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("YULIU_DEMO_PASSWORD", "named")
    assert demonstration.password(tmp_path) == "named"
    assert list(tmp_path.iterdir()) == []
