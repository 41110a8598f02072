"""The system and the oracle take the same files and answer the same questions.

The oracle was written from the contract's text alone and shares no code with the system.
"""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from exchange import imports
from exchange.resources import resource_of
from quotas.proof import differences

from .expectations import COUNTIES, REGIONS, TODAY
from .oracle import Contract, settled
from .oracle_progress import UsageError
from .scenario_broken import BEFORE, broken
from .scenario_cases import CASES
from .scenarios import Step, scenario

pytestmark = pytest.mark.django_db


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def import_step(step: Step, folder: Path) -> imports.ImportResult:
    path = write_csv(folder / f"{step.kind}.csv", step.rows)
    result = imports.run(resource_of(step.kind), path, path.name, by=None, update=step.update)
    with connection.cursor() as cursor:
        # The test's own transaction never ends, so what waits for its end is looked at here.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return result


def ask(question: dict) -> dict:
    arguments = ["--json"]
    for name, value in question.items():
        if value is not None:
            arguments += [f"--{name.replace('_', '-')}", str(value)]
    output = StringIO()
    call_command("progress", *arguments, stdout=output)
    return json.loads(output.getvalue())


def summary(result) -> tuple:
    return result.accepted, result.created, result.updated, result.unchanged


def error_cells(result: imports.ImportResult) -> list[tuple]:
    return settled([(error.row, error.column, error.code) for error in result.errors])


@pytest.mark.parametrize("seed", range(12))
def test_system_agrees_with_oracle(seed: int, tmp_path: Path) -> None:
    made = scenario(seed, COUNTIES)
    oracle = Contract(REGIONS, COUNTIES, made.today)
    with time_machine.travel(f"{made.today}T12:00:00+08:00", tick=False):
        for number, step in enumerate(made.steps):
            expected = oracle.import_rows(step.kind, step.rows, step.update)
            found = import_step(step, tmp_path)
            context = (seed, number, step.kind)
            assert (context, error_cells(found)) == (context, settled(expected.errors))
            assert (context, summary(found)) == (context, summary(expected))
        for question in made.questions:
            assert_same_answer(oracle, question)
    assert list(differences()) == []


def assert_same_answer(oracle: Contract, question: dict) -> None:
    try:
        expected = oracle.progress(**question)
    except UsageError:
        with pytest.raises(CommandError) as refused:
            ask(question)
        assert refused.value.returncode == 2
        return
    assert (question, ask(question)) == (question, expected)


@pytest.mark.parametrize("seed", range(24))
def test_system_finds_the_same_mistakes_as_oracle(seed: int, tmp_path: Path) -> None:
    made = broken(seed)
    oracle = Contract(REGIONS, COUNTIES, TODAY)
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        for step in made.steps:
            assert oracle.import_rows(step.kind, step.rows, step.update).accepted
            found = import_step(step, tmp_path)
            assert (step.kind, found.errors) == (step.kind, [])
        expected = oracle.import_rows(made.file.kind, made.file.rows, made.file.update)
        found = import_step(made.file, tmp_path)
    assert not expected.accepted
    assert (made.file.kind, error_cells(found)) == (made.file.kind, settled(expected.errors))


@pytest.mark.parametrize("name", CASES)
def test_system_judges_a_case_as_oracle(name: str, tmp_path: Path) -> None:
    before, file = CASES[name]
    oracle = Contract(REGIONS, COUNTIES, TODAY)
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        for step in (*BEFORE, *before):
            assert oracle.import_rows(step.kind, step.rows, step.update).accepted
            assert import_step(step, tmp_path).errors == []
        expected = oracle.import_rows(file.kind, file.rows, file.update)
        found = import_step(file, tmp_path)
    assert error_cells(found) == settled(expected.errors)
    assert summary(found) == summary(expected)
    assert list(differences()) == []
