import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from exchange.models import Job, JobState
from organizations.models import BudgetUnit, Membership, Region, Role, User
from tests.contract import lines
from tests.exchange.files import write_csv
from tests.exchange.worker import PROJECT, environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def units(tmp_path) -> Path:
    return write_csv(tmp_path / "单位.csv", [lines.unit(code, "440100") for code in "AB"])


@pytest.fixture
def wrong_units(tmp_path) -> Path:
    rows = [lines.unit("A", "440100"), lines.unit("B", "999999")]
    return write_csv(tmp_path / "错.csv", rows)


@pytest.fixture
def run(tmp_path):
    """Run the command as an operator does, in a process of its own."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "import_file", *map(str, arguments)]
        return subprocess.run(
            command, cwd=PROJECT, env=environment(tmp_path), capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def answer(capsys):
    """Run the command in this process; its exit status and its JSON."""

    def answer(*arguments: object) -> tuple[int, dict[str, Any]]:
        status = 0
        try:
            call_command("import_file", *map(str, arguments), "--json")
        except SystemExit as end:
            status = end.code
        return status, json.loads(capsys.readouterr().out)

    return answer


def counts(answered: dict[str, Any]) -> tuple[int, int, int]:
    return tuple(answered[name] for name in ("created", "updated", "unchanged"))


def test_accepted_file_prints_one_object_and_exits_with_0(run, units):
    done = run("units", units, "--json")
    assert done.returncode == 0, done.stderr
    job = Job.objects.get()
    assert json.loads(done.stdout) == {
        "kind": "units", "job": job.pk, "accepted": True, "rows": 2, "created": 2, "updated": 0,
        "unchanged": 0, "error_count": 0, "errors": [],
    }  # fmt: skip
    assert done.stdout.count("\n") == 1
    assert job.state == JobState.DONE


def test_refused_file_prints_one_object_and_exits_with_1(run, wrong_units):
    done = run("units", wrong_units, "--json")
    assert done.returncode == 1, done.stderr
    answered = json.loads(done.stdout)
    assert (answered["accepted"], answered["rows"], answered["error_count"]) == (False, 2, 1)
    [error] = answered["errors"]
    assert set(error) == {"sheet", "row", "column", "value", "code", "message"}
    assert (error["row"], error["value"], error["code"]) == (3, "999999", "unknown_code")
    assert not BudgetUnit.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["pictures", "单位.csv", "--json"],
        ["units", "missing.csv", "--json"],
        ["units", "单位.csv", "--as", "nobody", "--json"],
    ],
)
def test_wrong_usage_says_so_on_standard_error_and_exits_with_2(run, units, arguments):
    kind, file, *options = arguments
    done = run(kind, units.parent / file, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert not Job.objects.exists()


def test_user_who_may_not_sign_in_is_unknown(units):
    User.objects.create(username="former", is_active=False)
    with pytest.raises(CommandError) as refused:
        call_command("import_file", "units", str(units), "--as", "former")
    assert refused.value.returncode == 2


def test_file_of_a_user_reaches_no_farther_than_the_user(answer, tmp_path):
    user = User.objects.create(username="guangzhou")
    region = Region.objects.get(code="440100")
    Membership.objects.create(user=user, role=Role.BUREAU_ADMINISTRATOR, region=region)
    inside = write_csv(tmp_path / "1.csv", [lines.unit("A", "440103")])
    outside = write_csv(tmp_path / "2.csv", [lines.unit("A", "440103"), lines.unit("B", "420100")])
    assert answer("units", inside, "--as", "guangzhou")[0] == 0
    assert Job.objects.get().created_by == user
    status, answered = answer("units", outside, "--as", "guangzhou")
    assert status == 1
    assert [(e["row"], e["column"], e["code"]) for e in answered["errors"]] == [
        (3, "行政区划代码", "unknown_code")
    ]


def test_purchases_of_a_unit_out_of_scope_are_refused(answer, tmp_path):
    user = User.objects.create(username="reviewer")
    inside, outside = (Region.objects.get(code=code) for code in ("440103", "440104"))
    mine, other = (
        BudgetUnit.objects.create(code=code, name=code, region=region)
        for code, region in (("A", inside), ("B", outside))
    )
    BudgetUnit.objects.rebuild_paths()
    Membership.objects.create(user=user, role=Role.BUREAU_REVIEWER, region=inside)
    rows = [lines.purchase(f"D{unit}", unit.code, "S", "1", "2026-03-05") for unit in (mine, other)]
    file = write_csv(tmp_path / "采购.csv", rows)
    status, answered = answer("purchases", file, "--as", "reviewer")
    assert status == 1
    assert [(e["row"], e["value"], e["code"]) for e in answered["errors"]] == [
        (3, "B", "unknown_code")
    ]
    assert answer("purchases", file)[0] == 0


def test_dry_run_saves_nothing(answer, units):
    status, answered = answer("units", units, "--dry-run")
    assert (status, counts(answered)) == (0, (2, 0, 0))
    assert not BudgetUnit.objects.exists()
    assert answer("units", units)[1]["created"] == 2


def test_same_file_again_changes_nothing_and_says_so(answer, units):
    assert counts(answer("units", units)[1]) == (2, 0, 0)
    assert counts(answer("units", units)[1]) == (0, 0, 2)


def test_update_changes_what_stands(answer, units, tmp_path):
    answer("units", units)
    renamed = write_csv(tmp_path / "2.csv", [lines.unit("A", "440100", 单位名称="新")])
    status, answered = answer("units", renamed)
    assert (status, answered["errors"][0]["code"]) == (1, "conflict")
    assert counts(answer("units", renamed, "--update")[1]) == (0, 1, 0)
    assert BudgetUnit.objects.get(code="A").name == "新"


@pytest.mark.parametrize(
    ("cell", "code"), [({"职工人数": "x"}, "bad_number"), ({"行政区划代码": "9"}, "unknown_code")]
)
def test_thousand_errors_are_listed_and_all_are_counted(answer, tmp_path, cell, code):
    rows = [lines.unit(f"A{n}", "440100", **{"职工人数": "5"} | cell) for n in range(1200)]
    status, answered = answer("units", write_csv(tmp_path / "错.csv", rows))
    assert (status, answered["error_count"], len(answered["errors"])) == (1, 1200, 1000)
    assert [error["row"] for error in answered["errors"]] == list(range(2, 1002))
    assert {error["code"] for error in answered["errors"]} == {code}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_words_say_what_became_of_the_file(units, wrong_units, capsys, language):
    with translation.override(language):
        call_command("import_file", "units", str(units), "--dry-run")
        checked = capsys.readouterr().out
        call_command("import_file", "units", str(units))
        accepted = capsys.readouterr().out
        with pytest.raises(SystemExit):
            call_command("import_file", "units", str(wrong_units))
        refused = capsys.readouterr().out
    assert len({checked, accepted}) == 2
    assert all("2" in words and "%(" not in words for words in (checked, accepted))
    error, verdict = refused.splitlines()
    assert error.split("\t")[0] == "unknown_code"
    assert "999999" in error
    assert "行政区划代码" in error
    assert "1" in verdict


def test_columns_that_were_not_read_are_named(tmp_path, capsys):
    rows = [lines.unit("A", "440100", 说明="x", 备注="")]
    file = write_csv(tmp_path / "单位.csv", rows)
    with translation.override("en"):
        call_command("import_file", "units", str(file))
    assert capsys.readouterr().out.splitlines() == [
        "Columns that this kind of file does not have, and that were not read: 说明、备注",
        "Accepted: 1 rows; 1 created, 0 updated, 0 unchanged.",
    ]


def test_words_in_english(units, capsys):
    with translation.override("en"):
        call_command("import_file", "units", str(units))
    assert capsys.readouterr().out == (
        f"Accepted: 2 rows; 2 created, 0 updated, 0 unchanged.{os.linesep}"
    )
