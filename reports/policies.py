"""The policy in force as a page shows it: each value with the document that gave it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from organizations.models import Region
from quotas.merging import FIELDS
from quotas.models import EffectivePolicy, Policy
from reports.templatetags.figures import ratio

_LABELS = {field.name: field.verbose_name for field in EffectivePolicy._meta.fields}
_RATIOS = ("min_ratio", "encouraged_ratio", "union_funds_ratio")


@dataclass(frozen=True, slots=True)
class PolicyValue:
    label: str
    value: str
    document: Policy | None


def policy_in_force(region: Region, year: int) -> EffectivePolicy | None:
    return EffectivePolicy.objects.filter(region=region, year=year).first()


def policy_values(policy: EffectivePolicy, sources: Mapping[str, Policy]) -> list[PolicyValue]:
    """The values that any document gives, in the order of the policy's columns."""
    return [
        PolicyValue(str(_LABELS[name]), _words(policy, name), sources.get(name))
        for name in FIELDS
        if getattr(policy, name) not in (None, "", [])
    ]


def _words(policy: EffectivePolicy, name: str) -> str:
    value: Any = getattr(policy, name)
    if name in _RATIOS:
        return ratio(value)
    if name == "checkpoints":
        return "; ".join(f"{day} {percent}%" for day, percent in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return str(getattr(policy, f"get_{name}_display")())
    return formats.date_format(value, "Y-m-d")
