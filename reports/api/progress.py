"""Progress against the promise (执行进度), in the shape that `progress --json` prints."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from organizations.api.guard import ApiRequest, ApiView, Guard
from organizations.roles import Permission
from organizations.scope import region_in_scope, unit_in_scope
from procurement.choices import EXCLUDED_VERDICTS
from quotas.choices import Basis
from quotas.progress import ANSWERS, by_unit, of_unit
from quotas.progress.figures import AMOUNTS, COUNTS
from reports.forms import By, FiguresForm, ProgressForm


def _yuan() -> serializers.RegexField:
    return serializers.RegexField(r"^-?\d+\.\d{2}$")


class ExcludedSerializer(serializers.Serializer):
    """Yuan ordered that does not count, by reason."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {verdict.name.lower(): _yuan() for verdict in EXCLUDED_VERDICTS}


class RowFiguresSerializer(serializers.Serializer):
    """A region, department or unit: counts of units, and amounts as strings of yuan."""

    code = serializers.CharField()
    name = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:
        counts = {name: serializers.IntegerField() for name in COUNTS}
        amounts = {name: _yuan() for name in AMOUNTS}
        rate = serializers.RegexField(
            r"^\d+\.\d{2}$", allow_null=True,
            help_text=_("Percent of the target on the basis; null where there is no target."),
        )  # fmt: skip
        figures = counts | amounts | {"rate": rate, "excluded": ExcludedSerializer()}
        return super().get_fields() | figures


class ProgressSerializer(serializers.Serializer):
    """The rows of an answer, by code, and their total, which is what was asked for."""

    year = serializers.IntegerField()
    region = serializers.CharField(allow_null=True)
    basis = serializers.ChoiceField(Basis.choices)
    as_of = serializers.DateField(allow_null=True)
    rows = RowFiguresSerializer(many=True)
    total = RowFiguresSerializer()


class RegionProgressView(ApiView):
    guards = {"GET": Guard(Permission.READ, region_in_scope)}
    form = ProgressForm
    page_only = frozenset({"unit", "sort"})

    @extend_schema(
        operation_id="progress_of_region",
        summary=_("Progress of a region, by region, department or unit"),
        description=_(
            "Without a basis the policy's, without a cut-off day all that is known today. By"
            " region unless asked otherwise; own=1 with by=unit leaves the regions below out."
        ),
        responses=ProgressSerializer,
    )
    def get(self, request: ApiRequest, code: str) -> Response:
        asked, region = self.asked(), self.found
        question = {"basis": _basis(asked.basis), "as_of": asked.as_of}
        if asked.own:
            answer = by_unit(region, asked.year, own_level=True, **question)
        else:
            answer = ANSWERS[asked.by or By.REGION](region, asked.year, **question)
        return Response(answer.as_json())


class UnitProgressView(ApiView):
    guards = {"GET": Guard(Permission.READ, unit_in_scope)}
    form = FiguresForm
    page_only = frozenset({"unit"})

    @extend_schema(
        operation_id="progress_of_unit",
        summary=_("Progress of a unit and of every unit below it"),
        responses=ProgressSerializer,
    )
    def get(self, request: ApiRequest, code: str) -> Response:
        asked = self.asked()
        basis = _basis(asked.basis)
        answer = of_unit(self.found, asked.year, basis=basis, as_of=asked.as_of)
        return Response(answer.as_json())


def _basis(asked: str | None) -> Basis | None:
    return Basis(asked) if asked else None
