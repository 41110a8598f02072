"""Policies of a year (年度政策): the own ones of regions, and what holds with its documents."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from exchange.api.errors import stale
from exchange.api.paging import page, paged
from exchange.api.rows import RowSerializer, cells_of, columns_of, save_row
from exchange.edits import fingerprint
from organizations.api.guard import ApiRequest, ApiView, Guard
from organizations.locks import lock_promises
from organizations.models import Region
from organizations.roles import Permission
from quotas.forms.policies import PoliciesForm, values_of
from quotas.models import Policy
from quotas.queries.policies import policy_in_force, policy_values, regions_asked
from quotas.views.policies import policy_in_scope, region_year

_KEY = frozenset({"year", "region"})


class PolicySerializer(RowSerializer):
    """What one document asks of one region in one year; null values are inherited."""

    kind = "policies"

    region_name = serializers.CharField(source="region.name", read_only=True)


class PolicyRowSerializer(RowSerializer):
    """The whole own policy of a region and year: what is absent or null is inherited."""

    kind = "policies"
    without = _KEY

    seen = serializers.CharField(
        required=False,
        help_text=gettext_lazy("As read: 409 where somebody has changed the row since."),
    )


class HeldValueSerializer(serializers.Serializer):
    """A value in words; without a document it is the default."""

    name = serializers.CharField()
    label = serializers.CharField()
    value = serializers.CharField()
    document = serializers.CharField(
        source="document.document_number", default=None, allow_null=True
    )
    region = serializers.CharField(source="document.region.code", default=None, allow_null=True)


class MergedPolicySerializer(RowSerializer):
    """The values that hold, null where no document gives one."""

    kind = "policies"
    without = _KEY | {"separate", "document_number"}


class PolicyInForceSerializer(serializers.Serializer):
    """What holds in a region and year: merged values, each with its document; the own policy."""

    year = serializers.IntegerField()
    region = serializers.CharField()
    region_name = serializers.CharField()
    in_force = MergedPolicySerializer(allow_null=True)
    values = HeldValueSerializer(many=True)
    own = PolicySerializer(allow_null=True)
    seen = serializers.CharField(
        help_text=gettext_lazy("Names this state of the own policy; send it back with a change.")
    )


class PoliciesView(ApiView):
    guards = {"GET": Guard(Permission.READ)}
    form = PoliciesForm
    page_only = frozenset({"show"})
    is_paged = True

    @extend_schema(
        operation_id="policies_list",
        summary=gettext_lazy("Policies of a year that bind your places or those below"),
        responses=paged(PolicySerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        asked = self.asked()
        regions = regions_asked(request.user, asked)
        found = Policy.objects.filter(year=asked.year, region__in=regions).select_related("region")
        rows = page(request, found, ["region__path"])
        return rows.answer(lambda shown: PolicySerializer(shown, many=True).data)


class PolicyView(ApiView):
    guards = {
        "GET": Guard(Permission.READ, policy_in_scope),
        "PUT": Guard(Permission.SET_POLICY, region_year),
    }

    @extend_schema(
        operation_id="policies_read",
        summary=gettext_lazy("What holds in a region and year, with the document of each value"),
        responses=PolicyInForceSerializer,
    )
    def get(self, request: ApiRequest, year: int, code: str) -> Response:
        return _in_force(self.found.region, year)

    @extend_schema(
        operation_id="policies_save",
        summary=gettext_lazy("Save the own policy of a region and year"),
        description=gettext_lazy(
            "A policy that would loosen one above it is refused with the document that it breaks."
        ),
        request=PolicyRowSerializer,
        responses=PolicyInForceSerializer,
    )
    def put(self, request: ApiRequest, year: int, code: str) -> Response:
        region = self.found.region
        cells = cells_of(request.data, "policies", without=_KEY, beside=["seen"])
        seen = cells.pop("seen", "")
        row = dict.fromkeys(columns_of("policies"), "") | cells
        with transaction.atomic():
            lock_promises()
            if seen and seen != fingerprint(values_of(_own(region, year))):
                raise stale(_("The policy was changed by somebody else while you worked on it."))
            key = {"year": str(year), "region": region.code}
            save_row("policies", row | key, by=request.user, update=True)
        return _in_force(region, year)


def _own(region: Region, year: int) -> Policy | None:
    return Policy.objects.filter(region=region, year=year).select_related("region").first()


def _in_force(region: Region, year: int) -> Response:
    merged, own = policy_in_force(region, year), _own(region, year)
    answer = {
        "year": year, "region": region.code, "region_name": region.name, "in_force": merged,
        "values": policy_values(merged, with_defaults=True), "own": own,
        "seen": fingerprint(values_of(own)),
    }  # fmt: skip
    return Response(PolicyInForceSerializer(answer).data)
