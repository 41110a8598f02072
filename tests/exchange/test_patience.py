"""Questions with a limit of time."""

import pytest
from django.db import OperationalError, connection

from exchange.patience import within
from organizations.models import Region

pytestmark = pytest.mark.django_db


def asked(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_answer_in_time_is_given_and_the_limit_ends_with_it() -> None:
    before = asked("SHOW statement_timeout")
    assert within(5, lambda: asked("SHOW statement_timeout")) == "5s"
    assert asked("SHOW statement_timeout") == before


def test_question_that_takes_longer_has_no_answer() -> None:
    assert within(0.05, lambda: asked("SELECT pg_sleep(5)")) is None
    assert asked("SELECT 1") == 1


def test_another_error_is_not_taken_for_the_limit() -> None:
    with pytest.raises(OperationalError, match="55P03"):
        within(5, lambda: asked("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '55P03'; END $$"))


def test_what_is_written_meanwhile_is_undone() -> None:
    within(5, lambda: Region.objects.filter(code="450000").update(name="改"))
    assert not Region.objects.filter(name="改").exists()
