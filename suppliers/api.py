"""The supplier directory (供应商名录) by period, and the designated counties."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from exchange.api.errors import stale
from exchange.api.paging import page, paged
from exchange.api.rows import RowSerializer, cells_of, save_row, value_in
from exchange.edits import fingerprint
from organizations.api.guard import ApiRequest, ApiView, Guard
from organizations.locks import lock_judgement
from organizations.roles import Permission
from suppliers import queries
from suppliers.forms import CountiesForm, SuppliersForm
from suppliers.forms import cells_of as cells_of_period
from suppliers.models import DesignatedCounty, Supplier
from suppliers.views.counties import county_in_directory


class PeriodSerializer(RowSerializer):
    """What the directory says of a supplier for one period of validity."""

    kind = "suppliers"

    id = serializers.IntegerField(read_only=True)
    county_name = serializers.CharField(source="county.name", read_only=True)
    seen = serializers.SerializerMethodField(
        help_text=gettext_lazy("Names this state of the period; send it back with a change.")
    )

    def get_seen(self, listing: Supplier) -> str:
        return fingerprint(cells_of_period(listing))


class PeriodRowSerializer(RowSerializer):
    """A row of the file of suppliers."""

    kind = "suppliers"


class PeriodChangeSerializer(RowSerializer):
    """What changes of a period; code and first day are its key."""

    kind = "suppliers"
    without = frozenset({"code", "valid_from"})

    seen = serializers.CharField(
        required=False,
        help_text=gettext_lazy("As read: 409 where somebody has changed the row since."),
    )


class CountySerializer(serializers.ModelSerializer):
    """One of the 832 counties whose farm products count."""

    region = serializers.CharField(source="region.code")

    class Meta:
        model = DesignatedCounty
        fields = (
            "code", "name", "listed_code", "listed_name", "region", "province", "prefecture",
            "exit_year",
        )  # fmt: skip


def period_in_directory(request: ApiRequest, pk: int) -> Supplier:
    periods = Supplier.objects.visible_to(request.user).select_related("county__region")
    return get_object_or_404(periods, pk=pk)


class SuppliersView(ApiView):
    guards = {
        "GET": Guard(Permission.READ_DIRECTORY),
        "POST": Guard(Permission.KEEP_SUPPLIERS),
    }
    form = SuppliersForm
    is_paged = True

    @extend_schema(
        operation_id="suppliers_list",
        summary=gettext_lazy("Periods of suppliers, by code and first day"),
        description=gettext_lazy(
            "The whole directory, for units buy from every county; valid today unless asked."
        ),
        responses=paged(PeriodSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        found = queries.listings(request.user, self.asked())
        rows = page(request, found, ["code", "valid_from"])
        return rows.answer(lambda periods: PeriodSerializer(periods, many=True).data)

    @extend_schema(
        operation_id="suppliers_create",
        summary=gettext_lazy("Enter a period of a supplier"),
        description=gettext_lazy("Only in a county whose directory you keep."),
        request=PeriodRowSerializer,
        responses={200: PeriodSerializer, 201: PeriodSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        cells = cells_of(request.data, "suppliers")
        outcome = save_row("suppliers", cells, by=request.user, update=False)
        key = {name: value_in("suppliers", cells, name) for name in ("code", "valid_from")}
        period = Supplier.objects.select_related("county").get(**key)
        return Response(PeriodSerializer(period).data, status=201 if outcome.created else 200)


class SupplierView(ApiView):
    guards = {
        "GET": Guard(Permission.READ_DIRECTORY, period_in_directory, anywhere=True),
        "PATCH": Guard(Permission.KEEP_SUPPLIERS, period_in_directory),
    }

    @extend_schema(
        operation_id="suppliers_read",
        summary=gettext_lazy("One period of a supplier"),
        responses=PeriodSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return Response(PeriodSerializer(self.found).data)

    @extend_schema(
        operation_id="suppliers_change",
        summary=gettext_lazy("Change or end a period of a supplier"),
        description=gettext_lazy(
            "What is absent stays, null clears. Purchases that the change concerns are judged anew."
        ),
        request=PeriodChangeSerializer,
        responses=PeriodSerializer,
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        key = ("code", "valid_from")
        cells = cells_of(request.data, "suppliers", without=key, beside=["seen"])
        seen = cells.pop("seen", "")
        with transaction.atomic():
            lock_judgement()
            standing = period_in_directory(request, pk)
            if seen and seen != fingerprint(cells_of_period(standing)):
                raise stale(_("The supplier was changed by somebody else since you read it."))
            save_row("suppliers", cells, by=request.user, update=True, over=standing)
        return Response(PeriodSerializer(period_in_directory(request, pk)).data)


class CountiesView(ApiView):
    guards = {"GET": Guard(Permission.READ_DIRECTORY)}
    form = CountiesForm
    is_paged = True

    @extend_schema(
        operation_id="counties_list",
        summary=gettext_lazy("The designated counties, by code"),
        responses=paged(CountySerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        found = queries.counties(request.user, self.asked()).select_related("region")
        rows = page(request, found, ["code"])
        return rows.answer(lambda counties: CountySerializer(counties, many=True).data)


class CountyView(ApiView):
    guards = {"GET": Guard(Permission.READ_DIRECTORY, county_in_directory, anywhere=True)}

    @extend_schema(
        operation_id="counties_read",
        summary=gettext_lazy("One designated county, by its current, listed or region's code"),
        responses=CountySerializer,
    )
    def get(self, request: ApiRequest, code: str) -> Response:
        return Response(CountySerializer(self.found).data)
