"""The filing of one unit and year, typed: the same row as of a file, one situation at a time."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchange.forms import SheetForm
from exchange.staging import Outcome
from quotas.choices import Canteen, FilingState, NoCanteenRule
from quotas.models import Filing
from quotas.review import save_draft
from quotas.typed import HandedIn, Typed, is_stale, key_of, typed_for, unreadable, why_not_open
from quotas.unit_years import UnitYear

#: Fields that a situation has no use for. A member of a shared canteen is a situation of its own.
_IDLE = {
    "own": ("representative", "executor", "union_funds"),
    "outsourced": ("representative", "union_funds"),
    "represents": ("representative", "executor", "union_funds"),
    "member": ("executor", "base_amount", "ratio", "approval_document", "union_funds"),
    "none": ("representative", "executor", "base_amount", "ratio", "approval_document", "diners"),
}
#: Those of them that the rules want empty; the others are left as they stand.
_RULED = frozenset({"representative", "base_amount", "ratio"})
#: What was said last year and is likely to be so again.
_CARRIED = ("canteen", "executor", "diners", "contact", "phone")
_YUAN = frozenset({"base_amount", "union_amount", "union_funds"})


MEMBER, REPRESENTS = "member", "represents"


class UnitFilingForm(SheetForm):
    """The fields of the contract's file of filings but those that the bureau fills in.

    ``about`` is the unit and year. What the chosen situation has no use for is never handed on.
    """

    kind = "filings"
    labels = {
        "canteen": _("canteen situation"),
        "representative": _("representative unit"),
        "executor": _("canteen contractor"),
        "base_amount": _("canteen ingredient total (yuan)"),
        "ratio": _("reserved ratio (%)"),
        "approval_document": _("document allowing a lower ratio"),
        "diners": _("diners"),
        "union_amount": _("union expected amount (yuan)"),
        "union_funds": _("union funds (yuan)"),
        "contact": _("contact"),
        "phone": _("contact's phone"),
        "explanation": _("explanation"),
        "remark": _("remark"),
    }
    choices = {
        "canteen": [
            (Canteen.OWN, _("own canteen")),
            (Canteen.SHARED, _("shared canteen")),
            (Canteen.OUTSOURCED, _("outsourced canteen")),
            (Canteen.NONE, _("no canteen")),
        ]
    }
    helps = {
        "representative": _("Search by name or code: the unit that files for your shared canteen."),
        "executor": _("Who runs the canteen and buys for it. What they buy counts for your unit."),
        "base_amount": _("What the canteen will spend on food ingredients this year, all sellers."),
        "approval_document": _("Only for a ratio below the minimum."),
        "diners": _("People who usually eat there."),
        "union_amount": _("Gifts for staff and the like; 0 if none."),
        "union_funds": _("The union's funds of this year; a ratio of them is the target."),
        "explanation": _("Needed when less is promised than last year."),
    }
    long_texts = frozenset({"explanation", "remark"})

    part = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (MEMBER, _("Another unit files for the shared canteen")),
            (REPRESENTS, _("Our unit files for the shared canteen")),
        ],
    )
    standing = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, about: UnitYear, **kwargs: Any) -> None:
        self.about = about
        kwargs.setdefault("initial", initial_of(about))
        super().__init__(*args, **kwargs)
        self.resource = HandedIn()
        self.fields["canteen"].widget = forms.RadioSelect(choices=self.fields["canteen"].choices)
        self.fields["remark"].widget.attrs["rows"] = 2
        if not self._asks_union_funds():
            del self.fields["union_funds"]

    def _asks_union_funds(self) -> bool:
        latest = self.about.latest
        asked = self.about.policy.no_canteen_rule == NoCanteenRule.UNION_FUNDS
        return asked or (latest is not None and latest.union_funds is not None)

    @property
    def situation(self) -> str:
        """``own``, ``outsourced``, ``member``, ``represents``, ``none``; empty where not chosen."""
        canteen = self["canteen"].value() or ""
        return (self["part"].value() or "shared") if canteen == Canteen.SHARED else canteen

    def cells(self) -> dict[str, str]:
        """What was typed for the chosen situation.

        What it has no use for is blank where the rules say so or the situation has changed, and
        else absent, which leaves what stands.
        """
        cells = {name: text for name, text in super().cells().items() if name in self.fields}
        latest = self.about.latest
        changed = latest is None or latest.canteen != self.cleaned_data.get("canteen")
        for name in _IDLE.get(self.situation, ()):
            if name in _RULED or changed:
                cells[name] = ""
            else:
                cells.pop(name, None)
        return cells

    @cached_property
    def typed(self) -> Typed:
        """What was typed, read as the cells of a file are."""
        self.is_valid()
        return typed_for(self.about, self.cells())

    def is_stale(self, *, keeps: bool) -> bool:
        """Whether somebody has changed the filing since the form was opened."""
        seen = self.cleaned_data.get("standing")
        return is_stale(self.about, self.typed, seen, keeps=keeps)

    def hand_in(self, *, by: Any) -> Outcome | None:
        """Hand the filing in by the service of the files; None where it was refused."""
        self._check_shared()
        if closed := why_not_open(self.about):
            self.add_error(None, closed)
        if self.errors:
            return None
        return self.save(by=by, **key_of(self.about))

    def _check_shared(self) -> None:
        """A blank is no answer to who files for a shared canteen."""
        if self.cleaned_data.get("canteen") != Canteen.SHARED:
            return
        if not self.cleaned_data.get("part"):
            self.add_error("part", gettext("Say who files for the shared canteen."))
        elif self.situation == MEMBER and not self.cleaned_data.get("representative"):
            message = gettext("Name the unit that files for your shared canteen.")
            self.add_error("representative", message)

    def keep(self, *, by: Any) -> Filing | None:
        """Keep what was typed as a draft; None where a cell cannot be read."""
        for error in unreadable(self.typed):
            self.add_error(error.field if error.field in self.fields else None, error.message)
        if self.errors:
            return None
        return save_draft(self.about.unit, self.about.year, self.typed.content, by=by)


def initial_of(about: UnitYear) -> dict[str, Any]:
    """What the form begins with: what stands, else what is likely to be as last year."""
    latest = about.latest
    if latest is not None and latest.canteen:
        return {"standing": about.fingerprint, **dict(_shown(latest, UnitFilingForm.labels))}
    begun = dict(_shown(about.last, _CARRIED)) if about.last else {}
    if about.last and about.last.canteen == Canteen.SHARED:
        begun |= dict(_shown(about.last, ("representative", "part")))
    ledger = {"contact": about.unit.responsible_person, "phone": about.unit.phone}
    known = {name: value for name, value in begun.items() if value}
    return {"standing": about.fingerprint, **ledger, **known}


def _shown(filing: Filing, names: Any) -> Iterator[tuple[str, Any]]:
    if filing.canteen == Canteen.SHARED:
        yield "part", _part(filing)
    for name in names:
        if name == "representative":
            yield name, filing.representative.code if filing.representative else ""
        elif name != "part":
            yield name, _text(name, getattr(filing, name), filing.state)


def _part(filing: Filing) -> str:
    if filing.is_member:
        return MEMBER
    return "" if filing.state == FilingState.DRAFT and not filing.base_amount else REPRESENTS


def _text(name: str, value: Any, state: str) -> Any:
    """A value as it is typed; the zeros of a draft are blanks that nobody has filled in yet."""
    if value is None or (state == FilingState.DRAFT and value == 0):
        return ""
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if name in _YUAN else f"{value.normalize():f}"
    return value
