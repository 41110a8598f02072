"""What is asked of the system under fault, and the journal of it."""

import json
import os
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from exchange.exports import request_export
from exchange.models import Job
from organizations.models import Region, Role, User
from reports.choices import Listed, NoticeKind, Rhythm
from reports.models import Notice, NoticeSchedule
from reports.notices.drafting import draft_notice
from reports.notices.files import request_personal
from reports.notices.issuing import issue, review
from reports.notices.periods import Period
from reports.notices.runs import request_run
from tests.builders import accept, own_canteen, person, policy, supplier, unit
from tests.contract import lines
from tests.exchange.files import upload, write_csv

YEAR = 2025
ROWS = 400
UNITS = [f"U{number:02}" for number in range(12)]
REGION = "450102"


@dataclass(frozen=True)
class Asked:
    """One job: its number, what it is, and what must hold: the first number of its orders (of a
    file), whether it can be accepted, the day of a run."""

    job: int
    what: str
    first_order: int = 0
    is_good: bool = True
    day: str = ""


class Journal:
    """What was asked, kept line by line on disk before anything else is asked."""

    def __init__(self, path: Path) -> None:
        self.asked: list[Asked] = []
        self.file = path.open("a", encoding="utf-8")

    def note(self, asked: Asked) -> None:
        self.asked.append(asked)
        self.file.write(json.dumps(asdict(asked)) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())


class Work:
    """Asks for imports, runs of notices and exports, some of them twice."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder, self.random = folder, random
        self.journal = Journal(folder / "journal.jsonl")
        self.orders = 0
        self.day = date(YEAR, 2, 1)
        self.bureau = person("bureau", Role.BUREAU_ADMINISTRATOR, region=REGION)
        self.notice = self._prepare()

    def _prepare(self) -> Notice:
        accept("policies", policy(YEAR, REGION, min_ratio="10", basis="ordered"))
        accept("units", *(unit(code, REGION) for code in UNITS))
        accept("suppliers", supplier("S"))
        accept("filings", *(own_canteen(YEAR, code, state="confirmed") for code in UNITS))
        region = Region.objects.get(code=REGION)
        for kind in (NoticeKind.PROGRESS, NoticeKind.REMINDER):
            NoticeSchedule.objects.create(
                region=region, kind=kind, listed=Listed.OWN_UNITS, rhythm=Rhythm.MONTHLY,
                starts_on=date(YEAR, 1, 1), days_after=0,
            )  # fmt: skip
        reviewer = User.objects.create_user("reviewer")
        notice = draft_notice(
            region=region, kind=NoticeKind.PROGRESS, listed=Listed.OWN_UNITS, by=reviewer,
            period=Period(Rhythm.YEARLY, YEAR - 1, 1),
        )  # fmt: skip
        notice = review(notice, by=reviewer)
        return issue(notice, document_number="8", issued_on=date(YEAR, 1, 5), by=self.bureau)

    def ask_each(self) -> None:
        """One job of every kind."""
        for each in (self._import, self._run, self._personal, self._book):
            each()

    def ask(self) -> None:
        """A file, wrong now and then, and one more job of any kind."""
        self._import()
        self.random.choice((self._import, self._run, self._personal, self._book))()

    def _import(self) -> None:
        first, self.orders = self.orders, self.orders + ROWS
        is_good = self.random.random() < 0.8
        rows = [self._row(number, is_good) for number in range(first, first + ROWS)]
        path = write_csv(self.folder / f"purchases-{first}.csv", rows)
        token = uuid.uuid4()
        job = upload(path, "purchases", token=token, by=self.bureau)
        if self.random.random() < 0.5:
            again = upload(path, "purchases", token=token, by=self.bureau)
            assert again.pk == job.pk, "one token, two jobs"
        self.journal.note(Asked(job.pk, "import", first, is_good))

    def _row(self, number: int, is_good: bool) -> lines.Line:
        buyer = UNITS[number % len(UNITS)]
        day = f"{YEAR}-{number % 12 + 1:02}-03"
        last_is_wrong = not is_good and number % ROWS == ROWS - 1
        return lines.purchase(
            order(number), "NOBODY" if last_is_wrong else buyer, "S", "12.50", day
        )

    def _run(self) -> None:
        self.day += timedelta(days=self.random.randrange(10, 40))
        job = request_run(self.day)
        assert request_run(self.day).pk == job.pk, "one day, two runs"
        self.journal.note(Asked(job.pk, "run", day=self.day.isoformat()))

    def _personal(self) -> None:
        job = request_personal(self.notice, by=self.bureau, token=uuid.uuid4())
        self.journal.note(Asked(job.pk, "personal"))

    def _book(self) -> None:
        options = {
            "region": REGION, "year": YEAR, "basis": "ordered", "as_of": None, "asker": "bureau",
        }  # fmt: skip
        job = request_export(
            "auditor_workbook", name="book.xlsx", by=self.bureau, options=options
        )  # fmt: skip
        self.journal.note(Asked(job.pk, "book"))


def order(number: int) -> str:
    return f"F{number:08}"


def orders_of(asked: Asked) -> Iterable[str]:
    return [order(number) for number in range(asked.first_order, asked.first_order + ROWS)]


def open_jobs() -> int:
    return Job.objects.filter(state__in=["queued", "running"]).count()
