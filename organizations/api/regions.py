from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from exchange.api.paging import page, paged
from exchange.listing import AddressForm
from organizations.api.guard import ApiRequest, ApiView, Guard
from organizations.models import Region, RegionLevel
from organizations.roles import Permission
from organizations.scope import region_in_scope


class RegionsForm(AddressForm):
    q = forms.CharField(label=_("name or code"), required=False)
    level = forms.ChoiceField(label=_("level"), required=False, choices=RegionLevel)
    parent = forms.CharField(label=_("code of the finance parent"), required=False)


class RegionSerializer(serializers.ModelSerializer):
    """A division of the country, or an area that a bureau added below one."""

    parent = serializers.CharField(source="parent.code", default=None, allow_null=True)
    finance_parent = serializers.CharField(
        source="finance_parent.code", default=None, allow_null=True,
        help_text=_("To whom it answers in money matters; decides scope, merging and reports."),
    )  # fmt: skip

    class Meta:
        model = Region
        fields = ("code", "name", "level", "parent", "finance_parent")


class RegionsView(ApiView):
    guards = {"GET": Guard(Permission.READ)}
    form = RegionsForm
    is_paged = True

    @extend_schema(
        operation_id="regions_list",
        summary=_("Regions of your scope, by code"),
        responses=paged(RegionSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        asked = self.asked()
        found = Region.objects.where_may(request.user, Permission.READ)
        if asked.q:
            found = found.filter(Q(code__startswith=asked.q) | Q(name__icontains=asked.q))
        if asked.level:
            found = found.filter(level=asked.level)
        if asked.parent:
            found = found.filter(finance_parent__code=asked.parent)
        rows = page(request, found.select_related("parent", "finance_parent"), ["code"])
        return rows.answer(lambda regions: RegionSerializer(regions, many=True).data)


class RegionView(ApiView):
    guards = {"GET": Guard(Permission.READ, region_in_scope)}

    @extend_schema(operation_id="regions_read", summary=_("One region"), responses=RegionSerializer)
    def get(self, request: ApiRequest, code: str) -> Response:
        return Response(RegionSerializer(self.found).data)
