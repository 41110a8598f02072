"""Filings of reserved shares (预留份额填报): listed by unit, read, handed in, kept as drafts."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from exchange.api.errors import refused, row_refused, stale
from exchange.api.paging import page, paged
from exchange.api.rows import RowSerializer, cells_of, columns_of, value_in
from exchange.entered import FieldError, enter
from organizations.api.guard import ApiRequest, ApiView, Guard
from organizations.locks import lock_promises
from organizations.models import BudgetUnit
from organizations.permissions import may
from organizations.roles import Permission
from quotas.choices import FilingState, Standing
from quotas.forms.filings import FilingsForm
from quotas.forms.years import plan_years
from quotas.models import Filing
from quotas.queries import units as listed
from quotas.review import discard_amendment, save_draft
from quotas.typed import (
    HandedIn,
    is_stale,
    key_of,
    typed_for,
    unreadable,
    why_not_open,
)
from quotas.unit_years import UnitYear
from quotas.views.filing import filing_in_scope

#: The bureau assigns tasks on its page and takes confirmations over by file.
_OF_THE_BUREAU = frozenset({"assigned_amount", "state"})


class FilingSerializer(RowSerializer):
    """One version of a filing; amounts in yuan, ratios in percent."""

    kind = "filings"

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(FilingState.choices)
    in_force = serializers.BooleanField(
        help_text=gettext_lazy("Whether it is the confirmed version that every figure uses.")
    )
    late = serializers.BooleanField()
    taken_over = serializers.BooleanField()
    return_reason = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    endorsed_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class FilingDetailSerializer(FilingSerializer):
    """A version with the target that it makes once it is confirmed."""

    target = serializers.DecimalField(max_digits=20, decimal_places=2)
    min_ratio = serializers.DecimalField(
        max_digits=7, decimal_places=4, allow_null=True, normalize_output=True
    )
    seen = serializers.CharField(
        help_text=gettext_lazy("Names the state of the unit's year; send it back with a change.")
    )


class FilingLineSerializer(serializers.Serializer):
    """A unit with what it handed in for the year; ``filing`` is null where nothing was."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    region = serializers.CharField(source="unit.region.code")
    department = serializers.CharField(source="department.code", default=None, allow_null=True)
    standing = serializers.ChoiceField(Standing.choices)
    filing = FilingSerializer(allow_null=True)
    draft = serializers.IntegerField(source="draft.id", default=None, allow_null=True)
    last_reserved = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    target = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    min_ratio = serializers.DecimalField(
        source="minimum", max_digits=7, decimal_places=4, allow_null=True, normalize_output=True
    )
    late = serializers.BooleanField()


class FilingRowSerializer(RowSerializer):
    """A row of the file of filings, without what the bureau fills in."""

    kind = "filings"
    without = _OF_THE_BUREAU

    seen = serializers.CharField(
        required=False,
        help_text=gettext_lazy("As read: 409 where somebody has changed the row since."),
    )


class FilingsView(ApiView):
    guards = {"GET": Guard(Permission.READ), "POST": Guard(Permission.FILE)}
    form = FilingsForm
    is_paged = True

    @extend_schema(
        operation_id="filings_list",
        summary=gettext_lazy("Units of your scope with their filing of a year, by unit code"),
        responses=paged(FilingLineSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        asked = self.asked()
        units = listed.units_and_filings(request.user, asked.year)
        units = listed.narrowed(units, request.user, asked).select_related("region")
        chosen = units.filter(listed.STATES[asked.state]) if asked.state else units
        rows = page(request, chosen, ["code"])
        return rows.answer(lambda shown: _lines(shown, asked.year))

    @extend_schema(
        operation_id="filings_hand_in",
        summary=gettext_lazy("Hand a filing in"),
        description=gettext_lazy(
            "Over a filing that waits it takes its place; over a confirmed one it opens an"
            " amendment. What is absent stays, null clears; unchanged content changes nothing."
        ),
        request=FilingRowSerializer,
        responses={200: FilingDetailSerializer, 201: FilingDetailSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        cells = _given(request)
        with transaction.atomic():
            lock_promises()
            about, seen = _about(request, cells)
            _refuse_stale(about, cells, seen, keeps=False)
            if closed := why_not_open(about):
                raise refused("rule", closed, field="year")
            outcome, errors = enter(HandedIn(), _row(about, cells), by=request.user)
            if outcome is None:
                raise row_refused(errors, columns_of("filings"))
        return _latest(request, about, status=201 if outcome.created else 200)


class DraftsView(ApiView):
    guards = {"POST": Guard(Permission.FILE)}

    @extend_schema(
        operation_id="filings_keep_draft",
        summary=gettext_lazy("Keep a filing as a draft"),
        description=gettext_lazy(
            "It is not handed in and counts nowhere. What waits for a decision has no draft."
        ),
        request=FilingRowSerializer,
        responses=FilingDetailSerializer,
    )
    def post(self, request: ApiRequest) -> Response:
        cells = _given(request)
        with transaction.atomic():
            lock_promises()
            about, seen = _about(request, cells)
            _refuse_stale(about, cells, seen, keeps=True)
            typed = typed_for(about, cells)
            if errors := unreadable(typed):
                raise row_refused(errors, columns_of("filings"))
            if not about.keeps_drafts:
                message = _("This filing has been handed in; amend it instead.")
                raise refused("conflict", message, status=409)
            save_draft(about.unit, about.year, typed.content, by=request.user)
        return _latest(request, about)


class FilingView(ApiView):
    guards = {
        "GET": Guard(Permission.READ, filing_in_scope),
        "DELETE": Guard(Permission.FILE, filing_in_scope),
    }

    @extend_schema(
        operation_id="filings_read",
        summary=gettext_lazy("One version of a filing"),
        responses=FilingDetailSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return _detail(request, self.found.pk)

    @extend_schema(
        operation_id="filings_discard",
        summary=gettext_lazy("Throw the draft of an amendment away"),
        description=gettext_lazy(
            "The confirmed version stands as before; nothing else is deleted."
        ),
        request=None,
        responses={204: None},
    )
    def delete(self, request: ApiRequest, pk: int) -> Response:
        filing = self.found
        is_draft = filing.state == FilingState.DRAFT
        if not is_draft or not discard_amendment(filing.unit, filing.year, by=request.user):
            message = _("Only the draft of an amendment can be thrown away.")
            raise refused("conflict", message, status=409)
        return Response(status=204)


def _lines(units: list[Any], year: int) -> Any:
    lines = listed.lines(units, year)
    for line in lines:
        if line.filing:
            line.filing.unit = line.unit
    prefetch_related_objects([line.filing for line in lines if line.filing], "representative")
    return FilingLineSerializer(lines, many=True).data


def _given(request: ApiRequest) -> dict[str, str]:
    return cells_of(request.data, "filings", without=_OF_THE_BUREAU, beside=["seen"])


def _about(request: ApiRequest, cells: dict[str, str]) -> tuple[UnitYear, str]:
    """The unit and year that the row names, where its sender may file; and what they had seen."""
    seen = cells.pop("seen", "")
    year, code = value_in("filings", cells, "year"), value_in("filings", cells, "unit")
    units = BudgetUnit.objects.visible_to(request.user).select_related("region")
    unit = units.filter(code=code).first() if code else None
    errors = _key_errors(cells, year, code, unit)
    if errors or unit is None:
        raise row_refused(errors, columns_of("filings"))
    if not may(request.user, Permission.FILE, unit):
        raise PermissionDenied
    return UnitYear.of(unit, year), seen


def _key_errors(
    cells: Mapping[str, str], year: int | None, code: str | None, unit: BudgetUnit | None
) -> list[FieldError]:
    if year is None:
        message = _("This is no year: write it like 2026.")
        return [FieldError("year", "bad_date" if cells.get("year") else "required", message)]
    if year not in dict(plan_years()):
        return [FieldError("year", "out_of_range", _("Filings of this year are not taken."), year)]
    if unit is None:
        message = _("The unit %(code)s is outside what you may see.") % {"code": code or ""}
        return [FieldError("unit", "unknown_code" if code else "required", message, code)]
    return []


def _row(about: UnitYear, cells: Mapping[str, str]) -> dict[str, str]:
    """The row to hand in: where the unit has said its canteen already, that stands."""
    standing = about.latest.canteen if about.latest else ""
    spelled = columns_of("filings")["canteen"].spellings.get(standing, "")
    return {"canteen": spelled, **cells, **key_of(about)}


def _refuse_stale(about: UnitYear, cells: Mapping[str, str], seen: str, *, keeps: bool) -> None:
    if seen and is_stale(about, typed_for(about, cells), seen, keeps=keeps):
        raise stale(_("The filing was changed by somebody else since you read it."))


def _latest(request: ApiRequest, about: UnitYear, status: int = 200) -> Response:
    latest = UnitYear.of(about.unit, about.year).latest
    assert latest is not None
    return _detail(request, latest.pk, status)


def _detail(request: ApiRequest, pk: int, status: int = 200) -> Response:
    visible = Filing.objects.visible_to(request.user)
    filing: Any = get_object_or_404(visible.select_related("unit__region", "representative"), pk=pk)
    filing.target, filing.min_ratio = listed.targets_of([pk])[pk]
    filing.seen = UnitYear.of(filing.unit, filing.year).fingerprint
    return Response(FilingDetailSerializer(filing).data, status=status)
