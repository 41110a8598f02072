"""Taking rows of the database into figures."""

from collections.abc import Sequence
from decimal import Decimal

from procurement.choices import Verdict
from procurement.movements import BASES
from quotas.progress.figures import Figures


def add_purchases(
    figures: Figures, verdict: int, amounts: Sequence[Decimal], *, sign: int = 1
) -> None:
    """Add sums by basis where they count, or the order amounts under their reason."""
    if verdict == Verdict.COUNTED:
        for basis, amount in zip(BASES, amounts, strict=True):
            setattr(figures, basis, getattr(figures, basis) + sign * amount)
    else:
        figures.excluded[Verdict(verdict)] += amounts[0]
