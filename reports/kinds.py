"""The kinds of files as the pages speak of them: their words, and who may send them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.models import Job
from organizations.models import User
from organizations.permissions import may_anywhere
from organizations.roles import Permission


@dataclass(frozen=True)
class KindTerms:
    """A kind of file: its name, what it is for, and the permission that sending it needs."""

    kind: str
    label: Promise | str
    purpose: Promise | str
    permission: Permission

    @property
    def upload(self) -> str:
        """The name of the address at which it is sent."""
        return f"reports:upload-{self.kind}"

    @property
    def template(self) -> str:
        return f"reports:template-{self.kind}"


#: In the order in which a new bureau sends them.
KINDS = {
    terms.kind: terms
    for terms in (
        KindTerms(
            "units", _("Unit ledger"),
            _("budget units with their region, department, dates and successors"),
            Permission.KEEP_UNITS,
        ),
        KindTerms(
            "people", _("People"), _("who signs in, and each one's role at its place"),
            Permission.MANAGE_PEOPLE,
        ),
        KindTerms(
            "policies", _("Policies of the year"),
            _("ratios, bases, rules and dates of a region and year, with their document"),
            Permission.SET_POLICY,
        ),
        KindTerms(
            "filings", _("Filings of reserved shares"),
            _("what units reserve; also the platform's list with its confirmations"),
            Permission.FILE,
        ),
        KindTerms(
            "suppliers", _("Supplier directory"),
            _("suppliers of the designated counties with their periods of validity"),
            Permission.KEEP_SUPPLIERS,
        ),
        KindTerms(
            "purchases", _("Purchase records"),
            _("the platform's export of orders; the same orders further on are progress"),
            Permission.KEEP_PURCHASES,
        ),
    )
}  # fmt: skip


#: What else is done in the background: files made by their kind, runs by their task.
_OTHERS = {
    "auditor_workbook": _("Auditor's workbook"),
    "notice_files": _("Files of all recipients of a notice"),
    "make_notices": _("Run of the notices that are due"),
}


def label_of(job: Job) -> Promise | str:
    """What a job is, in words; the bare name of what this release does not know."""
    name = job.kind or job.task
    return KINDS[name].label if name in KINDS else _OTHERS.get(name, name)


def kinds_of(user: User) -> list[KindTerms]:
    """The kinds of files that a person may send."""
    return [terms for terms in KINDS.values() if may_anywhere(user, terms.permission)]
