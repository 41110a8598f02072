from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError


def run(folder, *arguments: str) -> str:
    out = StringIO()
    call_command("demo_data", "--out", str(folder), *arguments, stdout=out)
    return out.getvalue()


@time_machine.travel("2025-12-31T20:00:00+00:00", tick=False)
def test_year_and_last_day_are_those_of_shanghai(tmp_path):
    run(tmp_path, "--province", "450000", "--units", "40", "--purchases", "200")
    rows = (tmp_path / "05-purchases-2026.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 1
    assert all(row.startswith("20260101") for row in rows[1:])


def test_command_names_each_file_with_its_rows(tmp_path):
    folder = tmp_path / "new"
    said = run(folder, "--province", "450000", "--units", "40", "--purchases", "200")
    assert said.splitlines()[0].startswith("01-units.csv")
    assert "40" in said.splitlines()[0]
    assert [line.split(".csv")[0] for line in said.splitlines()] == sorted(
        path.stem for path in folder.glob("*.csv")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--province", "450100"),
        ("--province", "710000"),
        ("--province", "450000", "--year", "1999"),
        ("--province", "450000", "--year", "9999"),
        ("--province", "450000", "--units", "3"),
        ("--province", "450000", "--purchases", "3"),
    ],
)
def test_impossible_requests_are_refused(tmp_path, arguments):
    with pytest.raises(CommandError):
        run(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []
