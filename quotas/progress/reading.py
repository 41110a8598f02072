"""Taking rows of the database into figures."""

from collections.abc import Sequence
from decimal import Decimal

from procurement.choices import EXCLUDED_VERDICTS
from procurement.movements import BASES
from quotas.progress.figures import Figures


def add_purchases(figures: Figures, amounts: Sequence[Decimal], *, sign: int = 1) -> None:
    """Add the sums of ``movements.AMOUNTS``: what counted, and what did not by reason."""
    for basis, amount in zip(BASES, amounts, strict=False):
        setattr(figures, basis, getattr(figures, basis) + sign * amount)
    for verdict, amount in zip(EXCLUDED_VERDICTS, amounts[len(BASES) :], strict=True):
        figures.excluded[verdict] += sign * amount
