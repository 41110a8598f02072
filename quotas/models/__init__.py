"""What was promised: policies, and the filings that answer them."""

from quotas.models.filings import CanteenMembership, Filing, FilingTotal
from quotas.models.policies import EffectivePolicy, Policy, PolicyValues

__all__ = [
    "CanteenMembership",
    "EffectivePolicy",
    "Filing",
    "FilingTotal",
    "Policy",
    "PolicyValues",
]
