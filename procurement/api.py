"""Purchase records (采购记录): read, with what each one counts for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from exchange.api.paging import page, paged
from exchange.api.rows import RowSerializer
from organizations.api.guard import ApiRequest, ApiView, Guard
from organizations.roles import Permission
from procurement import records
from procurement.choices import Verdict
from procurement.forms import RecordsForm, days_of
from procurement.models import PurchaseRecord
from procurement.views import record_in_scope

#: The verdicts by the words that the figures of progress give them, too.
VERDICTS = {verdict.name.lower(): verdict for verdict in Verdict}


class PurchasesForm(RecordsForm):
    verdict = forms.ChoiceField(
        label=_("Verdict"), required=False,
        choices=[(word, verdict.label) for word, verdict in VERDICTS.items()],
        error_messages={"invalid_choice": _("There is no verdict “%(value)s”.")},
    )  # fmt: skip


class PurchaseSerializer(RowSerializer):
    """One line of an order, and its verdict: counted, or the first reason that applies."""

    kind = "purchases"

    id = serializers.IntegerField()
    unit_name = serializers.CharField(source="unit.name")
    verdict = serializers.SerializerMethodField()
    verdict_label = serializers.CharField(source="get_verdict_display")
    credited_unit = serializers.CharField(
        source="credited_unit.code",
        help_text=_("The buyer, or the first open unit along its successors."),
    )
    origin_county = serializers.CharField(
        source="origin_county.code", default=None, allow_null=True,
        help_text=_("The designated county that the record is judged to come from."),
    )  # fmt: skip

    def get_verdict(self, record: PurchaseRecord) -> str:
        return Verdict(record.verdict).name.lower()


class GivenSerializer(serializers.Serializer):
    """Yuan that a record gives to one figure, in the year, known from a day on."""

    figure = serializers.CharField()
    year = serializers.IntegerField()
    known_on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)


class JudgedPurchaseSerializer(PurchaseSerializer):
    """A record with the reason of its verdict, and what it gives to each figure."""

    reason = serializers.SerializerMethodField(
        help_text=_("Why it does not count, with the fact behind it; empty where it counts.")
    )
    hints = serializers.SerializerMethodField(
        help_text=_("What a reader may look into; nothing of it changes the verdict.")
    )
    gives = serializers.SerializerMethodField()
    job = serializers.IntegerField(
        source="job_id", allow_null=True, help_text=_("The import that brought it.")
    )

    def get_reason(self, record: PurchaseRecord) -> str:
        return records.why(record, records.listings_of(record))

    def get_hints(self, record: PurchaseRecord) -> list[str]:
        return records.hints(record)

    @extend_schema_field(GivenSerializer(many=True))
    def get_gives(self, record: PurchaseRecord) -> Any:
        return GivenSerializer(records.counted_in(records.given_by(record)), many=True).data


class PurchasesView(ApiView):
    guards = {"GET": Guard(Permission.READ)}
    form = PurchasesForm
    page_only = frozenset({"unit"})
    is_paged = True

    @extend_schema(
        operation_id="purchases_list",
        summary=_("Purchase records of a year of orders"),
        description=_(
            "Of this year the last taken in come first; of a past year unit by unit, by day."
            " Always of one year, this one where none is given."
        ),
        responses=paged(PurchaseSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        asked = self.asked()
        found = records.records(request.user, asked)
        if asked.verdict:
            found = found.filter(verdict=VERDICTS[asked.verdict])
        found = found.select_related("unit", "credited_unit", "origin_county")
        order = records.order_of(days_of(asked)[0].year)
        rows = page(request, found, order, seconds=records.SECONDS_OF_A_PROGRAM)
        return rows.answer(lambda shown: PurchaseSerializer(shown, many=True).data)


class PurchaseView(ApiView):
    guards = {"GET": Guard(Permission.READ, record_in_scope)}

    @extend_schema(
        operation_id="purchases_read",
        summary=_("One purchase record, with its verdict and the reason"),
        responses=JudgedPurchaseSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return Response(JudgedPurchaseSerializer(self.found).data)
