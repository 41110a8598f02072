"""Deciding on filings by number: confirm, endorse, send back; each is answered for itself."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from organizations.api.guard import ApiRequest, ApiView, Guard
from organizations.permissions import may_anywhere
from organizations.roles import Permission
from quotas import review
from quotas.choices import FilingState
from quotas.models import Filing
from quotas.review import Decision
from quotas.views.decisions import AT_ONCE, SENDS_BACK


class ChosenSerializer(serializers.Serializer):
    """The filings to decide on."""

    filings = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=AT_ONCE,
        help_text=gettext_lazy("Ids of filings."),
    )


class ReturnedSerializer(ChosenSerializer):
    """The filings to send back, and why."""

    reason = serializers.CharField(
        max_length=500, help_text=gettext_lazy("Says to the units what to mend.")
    )


class DecisionSerializer(serializers.Serializer):
    """What became of one filing: done, or why not."""

    id = serializers.IntegerField()
    unit = serializers.CharField(allow_null=True)
    year = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(FilingState.choices, allow_null=True)
    done = serializers.BooleanField()
    refused = serializers.CharField(help_text=gettext_lazy("Why it was not done; else empty."))


class DecisionsSerializer(serializers.Serializer):
    """An answer for each filing that was named, in the order of their units."""

    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = DecisionSerializer(many=True)


def _decision(name: str, summary: Any, request: Any = ChosenSerializer) -> Callable:
    return extend_schema(
        operation_id=name,
        summary=summary,
        description=gettext_lazy(
            "One that cannot be decided is refused alone, with the reason; the others go on."
        ),
        request=request,
        responses=DecisionsSerializer,
    )


class ConfirmView(ApiView):
    guards = {"POST": Guard(Permission.REVIEW)}

    @_decision("filings_confirm", gettext_lazy("Confirm filings, by their bureau"))
    def post(self, request: ApiRequest) -> Response:
        return _decide(request, lambda chosen: review.confirm(chosen, by=request.user))


class EndorseView(ApiView):
    guards = {"POST": Guard(Permission.ENDORSE)}

    @_decision("filings_endorse", gettext_lazy("Endorse filings, by the department above"))
    def post(self, request: ApiRequest) -> Response:
        return _decide(request, lambda chosen: review.endorse(chosen, by=request.user))


class ReturnView(ApiView):
    guards = {"POST": Guard(Permission.READ)}

    @_decision(
        "filings_return", gettext_lazy("Send filings back for correction"), ReturnedSerializer
    )
    def post(self, request: ApiRequest) -> Response:
        if not any(may_anywhere(request.user, permission) for permission in SENDS_BACK):
            raise PermissionDenied
        given = ReturnedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        return _decide(
            request,
            lambda chosen: review.return_for_correction(chosen, reason=reason, by=request.user),
        )


def _decide(request: ApiRequest, decide: Callable[[list[int]], Sequence[Decision]]) -> Response:
    """Decide on the filings that the person can see; of the others nothing is there."""
    given = ChosenSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    asked = list(dict.fromkeys(given.validated_data["filings"]))
    visible = Filing.objects.visible_to(request.user).filter(pk__in=asked)
    seen = list(visible.values_list("pk", flat=True))
    decisions = decide(seen)
    now = Filing.objects.select_related("unit").in_bulk(seen)
    results = [_result(now[decision.filing.pk], decision.refused) for decision in decisions]
    results += [_nothing(pk) for pk in asked if pk not in now]
    done = sum(result["done"] for result in results)
    answer = {"done": done, "refused": len(results) - done, "results": results}
    return Response(DecisionsSerializer(answer).data)


def _result(filing: Filing, why_not: str) -> dict[str, Any]:
    return {
        "id": filing.pk, "unit": filing.unit.code, "year": filing.year, "state": filing.state,
        "done": not why_not, "refused": why_not,
    }  # fmt: skip


def _nothing(pk: int) -> dict[str, Any]:
    return {
        "id": pk, "unit": None, "year": None, "state": None, "done": False,
        "refused": _("There is no such filing that you may see."),
    }  # fmt: skip
