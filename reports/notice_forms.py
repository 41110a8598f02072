"""What the pages of notices, schedules and the inbox are asked, and what they take."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.listing import AddressForm
from organizations.history import record_actor
from organizations.locks import lock_region
from organizations.models import Region, User
from organizations.roles import Permission
from quotas.choices import Basis
from quotas.forms.years import plan_years
from reports.choices import Listed, NoticeKind, NoticeState, Rhythm
from reports.models import Notice, NoticeSchedule
from reports.notices.drafting import draft_notice
from reports.notices.issuing import WORDS, mark_of
from reports.notices.periods import Period, ended, period_of

_OF_POLICY = ("", gettext_lazy("as the policy says"))


def _styled(form: forms.Form) -> None:
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput):
            widget.attrs["class"] = "form-check-input"
        elif isinstance(widget, forms.Select):
            widget.attrs["class"] = "form-select"
        else:
            widget.attrs["class"] = "form-control"


def _day(label: Any, **values: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **values)


class NoticesForm(AddressForm):
    """Which notices a list shows."""

    year = forms.TypedChoiceField(
        label=gettext_lazy("Plan year"), coerce=int, empty_value=None, required=False,
        choices=lambda: [("", gettext_lazy("all years")), *plan_years()],
        error_messages={"invalid_choice": gettext_lazy("There is no plan year “%(value)s”.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of notice"), required=False,
        choices=[("", gettext_lazy("all kinds of notices")), *NoticeKind.choices],
        error_messages={"invalid_choice": gettext_lazy("There is no kind of notice “%(value)s”.")},
    )  # fmt: skip
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False,
        choices=[("", gettext_lazy("all states")), *NoticeState.choices],
        error_messages={"invalid_choice": gettext_lazy("There is no state “%(value)s”.")},
    )  # fmt: skip


class CheckForm(AddressForm):
    """Whether the figures of a notice are to be held against its digest, row by row."""

    check = forms.ChoiceField(choices=[("1", "")], required=False)


class TermsForm(forms.Form):
    """What a notice or its schedule is about; ``by`` chooses among the regions they work for."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label=gettext_lazy("issuing region"), to_field_name="code"
    )
    kind = forms.ChoiceField(label=gettext_lazy("kind of notice"), choices=NoticeKind)
    listed = forms.ChoiceField(
        label=gettext_lazy("who is listed"), choices=Listed,
        help_text=gettext_lazy("Each of them has a row, and receives the notice."),
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=gettext_lazy("counting basis"), required=False, choices=[_OF_POLICY, *Basis.choices]
    )
    threshold = forms.DecimalField(
        label=gettext_lazy("rate from which one is commended (%)"), min_value=0, max_digits=7,
        decimal_places=2, initial=100, required=False,
        help_text=gettext_lazy("Of a commendation alone."),
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        chosen = Region.objects.where_may(by, Permission.MAKE_NOTICES)
        field = self.fields["region"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = chosen.order_by("path")
        field.initial = field.queryset.values_list("code", flat=True).first()
        _styled(self)

    def clean_threshold(self) -> Any:
        given = self.cleaned_data["threshold"]
        return 100 if given is None else given

    def clean(self) -> dict[str, Any]:
        """A county has no regions below to list."""
        given = super().clean() or {}
        region = given.get("region")
        if given.get("listed") == Listed.REGIONS and region and not _has_below(region):
            words = _("%(region)s has no regions below; list its units or departments.")
            self.add_error("listed", words % {"region": region})
        return given


def _has_below(region: Region) -> bool:
    return Region.objects.filter(finance_parent=region).exists()


class DraftForm(TermsForm):
    """A notice that a person asks for now."""

    period = forms.TypedChoiceField(
        label=gettext_lazy("period"), coerce=str,
        help_text=gettext_lazy("Figures run from the year's beginning to the period's end."),
    )  # fmt: skip

    field_order = ("region", "kind", "listed", "period", "basis", "threshold")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periods = {period.code: period for period in _periods(timezone.localdate())}
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, str(period)) for code, period in self.periods.items()]
        first_of_month = timezone.localdate().replace(day=1)
        field.initial = period_of(Rhythm.MONTHLY, first_of_month - timedelta(days=1)).code

    def save(self) -> Notice:
        given = self.cleaned_data
        return draft_notice(
            region=given["region"], kind=given["kind"], listed=given["listed"], by=self.by,
            period=self.periods[given["period"]], basis=given["basis"],
            threshold=given["threshold"],
        )  # fmt: skip


def _periods(today: date) -> list[Period]:
    """This year's periods up to the one that goes on, and last year's, the newest first."""
    since, until = date(today.year - 1, 1, 1), date(today.year, 12, 31)
    found = [period for rhythm in Rhythm for period in ended(rhythm, since=since, until=until)]
    begun = [period for period in found if period.first_day <= today]
    return sorted(begun, key=lambda period: (period.last_day, period.rhythm), reverse=True)


class ScheduleForm(TermsForm):
    """A schedule; ``standing`` is the one that is changed."""

    rhythm = forms.ChoiceField(label=gettext_lazy("rhythm"), choices=Rhythm)
    days_after = forms.IntegerField(
        label=gettext_lazy("days after the period's end"), min_value=0, max_value=90, initial=5,
        help_text=gettext_lazy("So many days later the draft is made, with figures up to the end."),
    )  # fmt: skip
    starts_on = _day(
        gettext_lazy("from the period that ends on or after"),
        help_text=gettext_lazy("Of periods that ended since, the missing drafts are made as well."),
    )
    active = forms.BooleanField(label=gettext_lazy("active"), required=False, initial=True)

    field_order = (
        "region", "kind", "rhythm", "listed", "days_after", "starts_on", "basis", "threshold",
        "active",
    )  # fmt: skip

    def __init__(self, *args: Any, standing: NoticeSchedule | None = None, **kwargs: Any) -> None:
        self.standing = standing
        if standing:
            values = {name: getattr(standing, name) for name in self.field_order}
            kwargs["initial"] = values | {"region": standing.region.code}
        super().__init__(*args, **kwargs)
        if standing:
            self.fields["region"].disabled = True
        else:
            self.fields["starts_on"].initial = timezone.localdate().replace(day=1)

    def clean(self) -> dict[str, Any]:
        """In the transaction of the saving: of two alike that are sent at once one is kept."""
        given = super().clean()
        asked = {name: given.get(name) for name in ("region", "kind", "rhythm", "listed")}
        if not all(asked.values()):
            return given
        lock_region(asked["region"])
        same = NoticeSchedule.objects.filter(**asked)
        if self.standing:
            same = same.exclude(pk=self.standing.pk)
        if same.exists():
            raise ValidationError(_("There is such a schedule already."))
        return given

    def save(self) -> NoticeSchedule:
        record_actor(self.by, service="save_schedule")
        schedule = self.standing or NoticeSchedule(created_by=self.by)
        for name, value in self.cleaned_data.items():
            setattr(schedule, name, value)
        schedule.save()
        return schedule


class WordsForm(forms.ModelForm):
    """The words of a draft, and the mark of what its editor saw."""

    seen = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Notice
        fields = WORDS
        widgets = {
            "title": forms.TextInput(),
            "addressees": forms.TextInput(),
            "copies": forms.TextInput(),
            "issuer": forms.TextInput(),
            "body": forms.Textarea(attrs={"rows": 14}),
            "requirements": forms.Textarea(attrs={"rows": 8}),
        }
        help_texts = {
            "body": gettext_lazy(
                "Each line is a paragraph; lines that begin with 一、 or （一） are headings."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = mark_of(self.instance)
        _styled(self)

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in WORDS}


class IssueForm(forms.Form):
    document_number = forms.CharField(
        label=gettext_lazy("document number"), max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "桂财购〔2026〕8号"}),
        error_messages={"required": gettext_lazy("A notice is issued under a document number.")},
    )  # fmt: skip
    issued_on = _day(gettext_lazy("issued on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"].initial = timezone.localdate()
        _styled(self)


class EndForm(forms.Form):
    """Why a notice is withdrawn or discarded."""

    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _styled(self)


class ReplyForm(forms.Form):
    """A recipient's correction plan."""

    plan = forms.CharField(
        label=gettext_lazy("correction plan"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What will be done about it, and by whom."),
    )  # fmt: skip
    done_by = _day(gettext_lazy("to be done by"), required=False)
    contact = forms.CharField(label=gettext_lazy("contact"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _styled(self)
