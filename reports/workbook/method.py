"""What an auditor must know to read the workbook: the question, the rules, the documents."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.choices import EXCLUDED_VERDICTS
from quotas.merging import FIELDS
from quotas.models import Policy
from quotas.unit_years import policies_above
from reports.workbook.contents import Contents

if TYPE_CHECKING:
    from reports.workbook.book import Question

Line = tuple[str, str]


def lines(asked: "Question", contents: Contents, counts: Sequence[tuple[str, int]]) -> list[Line]:
    """Names with their texts, from the top; a name without a text is a heading."""
    return [
        (_("Method"), ""), *_asked(asked),
        (_("What each sheet holds"), ""), *_sheets(counts),
        (_("How it is computed"), ""), *_rules(),
        (_("Why a record does not count (the first reason that applies)"), ""), *_reasons(),
        (_("Policy documents, and the values that each gives"), ""), *_documents(asked),
    ]  # fmt: skip


def _asked(asked: "Question") -> Iterator[Line]:
    yield _("Asked for"), asked.words
    yield _("Region"), f"{asked.region.name} {asked.region.code}"
    yield _("Made at"), timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")
    yield _("Made for"), asked.asker or _("the system's operator")


def _sheets(counts: Sequence[tuple[str, int]]) -> Iterator[Line]:
    for name, number in counts:
        yield name, _("%(number)s rows") % {"number": number}


def _rules() -> Iterator[Line]:
    yield (
        _("Completion rate"),
        _("Amount on the basis ÷ reserved target × 100, half-up to two decimals. No target: “—”."),
    )
    yield (
        _("From a rate to its rows"),
        _(
            "The summary adds up the sheet of units by the column “Summary row”; a unit "
            "adds up its own records, which stand together. The rows must therefore not "
            "be sorted anew; filtering is safe."
        ),
    )
    yield (
        _("Bases"),
        _(
            "Ordered counts the order amount in the year of the order; paid, accepted "
            "and completed count the paid amount, in the year when the payment, then the "
            "acceptance, then the rating was there too."
        ),
    )
    yield (
        _("Refunds"),
        _(
            "A refund takes back from the year of what it takes back, and is known from "
            "the day of the refund. With a cut-off only what was known on that day is "
            "in."
        ),
    )
    yield (
        _("Shared canteens"),
        _(
            "What a member buys with canteen money counts in the row of its "
            "representative; union and individual purchases, and records that do not "
            "count, stay with the buyer."
        ),
    )
    yield (
        _("Closed units"),
        _(
            "What a closed unit buys counts for its successor. State-owned enterprises "
            "are in no figure."
        ),
    )


def _reasons() -> Iterator[Line]:
    for verdict in EXCLUDED_VERDICTS:
        yield str(verdict.value), str(verdict.label)


def _documents(asked: "Question") -> Iterator[Line]:
    below = Policy.objects.filter(year=asked.year, region__path__startswith=asked.region.path)
    policies = {p.pk: p for p in [*policies_above(asked.region, asked.year),
                                  *below.select_related("region")]}  # fmt: skip
    for policy in sorted(policies.values(), key=lambda policy: policy.region.path):
        yield f"{policy.region.name} {policy.document_number}", "；".join(_values(policy))


def _values(policy: Policy) -> Iterator[str]:
    for name in FIELDS:
        if getattr(policy, name) not in (None, "", []):
            label = str(Policy._meta.get_field(name).verbose_name)
            yield f"{label}: {_shown(policy, name)}"


def _shown(policy: Policy, name: str) -> Any:
    value = getattr(policy, name)
    if name == "checkpoints":
        return ", ".join(f"{day} {percent}%" for day, percent in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choice = getattr(policy, f"get_{name}_display", None)
    return choice() if choice else value
