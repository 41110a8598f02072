"""The unit ledger (预算单位台账): read, and kept row by row as by the file of units."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from exchange.api.errors import stale
from exchange.api.paging import page, paged
from exchange.api.rows import RowSerializer, cells_of, save_row, value_in
from exchange.edits import fingerprint
from organizations import queries
from organizations.api.guard import ApiRequest, ApiView, Guard
from organizations.forms.units import EditUnitForm, UnitsForm
from organizations.locks import lock_judgement, lock_promises
from organizations.models import BudgetUnit
from organizations.roles import Permission
from organizations.scope import unit_in_scope


class UnitSerializer(RowSerializer):
    """A budget unit as the ledger holds it."""

    kind = "units"

    region_name = serializers.CharField(source="region.name", read_only=True)
    contact_confirmed_on = serializers.DateField(
        read_only=True, allow_null=True,
        help_text=gettext_lazy("When the unit itself last confirmed its responsible person."),
    )  # fmt: skip
    seen = serializers.SerializerMethodField(
        help_text=gettext_lazy("Names this state of the unit; send it back with a change.")
    )

    def get_seen(self, unit: BudgetUnit) -> str:
        return fingerprint(EditUnitForm.values_of(unit))


class UnitRowSerializer(RowSerializer):
    """A row of the file of units."""

    kind = "units"


class UnitChangeSerializer(RowSerializer):
    """What changes of a unit: what is absent stays, null clears."""

    kind = "units"
    without = frozenset({"code"})

    seen = serializers.CharField(
        required=False,
        help_text=gettext_lazy("As read: 409 where somebody has changed the row since."),
    )


class UnitsView(ApiView):
    guards = {"GET": Guard(Permission.READ), "POST": Guard(Permission.KEEP_UNITS)}
    form = UnitsForm
    is_paged = True

    @extend_schema(
        operation_id="units_list",
        summary=gettext_lazy("Units of your scope, by code"),
        responses=paged(UnitSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        rows = page(request, queries.units(request.user, self.asked()), ["code"])
        return rows.answer(lambda units: UnitSerializer(units, many=True).data)

    @extend_schema(
        operation_id="units_create",
        summary=gettext_lazy("Enter a unit"),
        description=gettext_lazy(
            "The same unit again changes nothing (200); with other values it is a conflict (409)."
        ),
        request=UnitRowSerializer,
        responses={200: UnitSerializer, 201: UnitSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        cells = cells_of(request.data, "units")
        outcome = save_row("units", cells, by=request.user, update=False)
        unit = _standing(value_in("units", cells, "code"))
        return Response(UnitSerializer(unit).data, status=201 if outcome.created else 200)


class UnitView(ApiView):
    guards = {
        "GET": Guard(Permission.READ, unit_in_scope),
        "PATCH": Guard(Permission.KEEP_UNITS, unit_in_scope),
    }

    @extend_schema(
        operation_id="units_read", summary=gettext_lazy("One unit"), responses=UnitSerializer
    )
    def get(self, request: ApiRequest, code: str) -> Response:
        return Response(UnitSerializer(self.found).data)

    @extend_schema(
        operation_id="units_change",
        summary=gettext_lazy("Change a unit"),
        description=gettext_lazy(
            "What is absent stays, null clears. Purchases that the change concerns are judged anew."
        ),
        request=UnitChangeSerializer,
        responses=UnitSerializer,
    )
    def patch(self, request: ApiRequest, code: str) -> Response:
        cells = cells_of(request.data, "units", without=["code"], beside=["seen"])
        seen = cells.pop("seen", "")
        with transaction.atomic():
            lock_judgement()
            lock_promises()
            standing = _standing(self.found.code)
            if seen and seen != fingerprint(EditUnitForm.values_of(standing)):
                raise stale(_("The unit was changed by somebody else while you worked on it."))
            save_row("units", cells, by=request.user, update=True, over=standing)
        return Response(UnitSerializer(_standing(self.found.code)).data)


def _standing(code: str) -> BudgetUnit:
    return BudgetUnit.objects.select_related("region", "parent", "successor").get(code=code)
