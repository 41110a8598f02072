"""What a unit can do about records that do not count."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.choices import Verdict

ADVICE: dict[Verdict, Promise | str] = {
    Verdict.CANCELLED: _("The order came to nothing, so there is nothing to count. Order anew."),
    Verdict.OFF_PLATFORM: _(
        "Never counts, whatever the goods. Buy on the 832 platform with your unit's account."
    ),
    Verdict.THIRD_PARTY: _(
        "Prohibited, and never counts. Order with your unit's own account on the 832 platform."
    ),
    Verdict.ORIGIN_NOT_DESIGNATED: _(
        "Only goods from the 832 designated counties count. If the origin on the order is wrong,"
        " ask the supplier to have it corrected and the bureau to import the record anew."
    ),
    Verdict.SUPPLIER_UNKNOWN: _(
        "Tell the bureau the supplier's name and code. Once the directory lists it, the record"
        " counts by itself."
    ),
    Verdict.SUPPLIER_NOT_ELIGIBLE: _(
        "Buy from suppliers that the directory lists on the day. If its period in the directory is"
        " wrong, tell the bureau; once corrected, the record counts by itself."
    ),
    Verdict.UNIT_NOT_ACTIVE: _(
        "If your unit's opening or closing day in the ledger is wrong, tell the bureau; once"
        " corrected, the record counts by itself."
    ),
    Verdict.OUTSIDE_SCOPE: _("Purchases of state-owned enterprises are shown and not counted."),
}


def reasons_with_advice(sums: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sums by verdict that do not count, each with what can be done about it."""
    return [
        {**row, "advice": ADVICE[Verdict(row["verdict"])]}
        for row in sums
        if row["verdict"] != Verdict.COUNTED
    ]
