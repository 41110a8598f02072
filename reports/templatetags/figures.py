"""Amounts, rates and their words as the pages show them."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.translation import gettext as _

from procurement.choices import Verdict
from quotas.choices import Basis

register = template.Library()

CENT = Decimal("0.01")
WAN = Decimal(10_000)


@register.filter
def yuan(amount: Decimal | None) -> str:
    """``1,234.50``; nothing is a dash."""
    return "—" if amount is None else f"{amount:,.2f}"


@register.filter
def signed(amount: Decimal | None) -> str:
    """A difference with its sign: ``+1,234.50``, ``-0.50``; none at all is a dash."""
    return f"{amount:+,.2f}" if amount else "—"


@register.filter
def wan(amount: Decimal | None) -> str:
    """Ten thousands of yuan, half-up to two decimals; the amount itself stays in yuan."""
    if amount is None:
        return "—"
    return f"{(amount / WAN).quantize(CENT, ROUND_HALF_UP):,.2f}"


@register.filter
def money(amount: Decimal | None, shown_in: str) -> str:
    """The amount in ``yuan`` or ``wan``, as the page was asked."""
    return wan(amount) if shown_in == "wan" else yuan(amount)


@register.filter
def percent(rate: Decimal | None) -> str:
    """Two decimals; where there is no rate, a dash and never 0 %."""
    return "—" if rate is None else f"{rate:,.2f}%"


@register.filter
def ratio(value: Decimal | None) -> str:
    """A ratio of a policy or filing without idle zeros: ``15%``, ``12.5%``."""
    return "—" if value is None else f"{value.normalize():f}%"


@register.filter
def pace(rate: Decimal | None) -> dict[str, str]:
    """The word of a completion rate, and the class that colours it."""
    if rate is None:
        return {"word": _("no target"), "tone": "none"}
    if rate >= 100:
        return {"word": _("done"), "tone": "done"}
    if rate > 0:
        return {"word": _("under way"), "tone": "going"}
    return {"word": _("not started"), "tone": "idle"}


@register.filter
def get(mapping: Mapping[str, str], key: str) -> str:
    """The value under a key that the template holds, or nothing."""
    return mapping.get(key, "")


@register.filter
def verdict_tone(verdict: int) -> str:
    """The class that colours a verdict: counted, excluded, or in no figure at all."""
    return {Verdict.COUNTED: "done", Verdict.OUTSIDE_SCOPE: "none"}.get(Verdict(verdict), "idle")


@register.filter
def basis_name(basis: str) -> str:
    """The word of a counting basis."""
    return str(Basis(basis).label)
