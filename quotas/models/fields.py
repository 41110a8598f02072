"""Fields of ratios and amounts, as policies and filings share them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


def ratio_field(label: str, **kwargs) -> models.DecimalField:
    """A percentage with four decimals: 15 means 15 %."""
    return models.DecimalField(
        label,
        max_digits=7,
        decimal_places=4,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        **kwargs,
    )


def amount_field(label: str, **kwargs) -> models.DecimalField:
    """Yuan, two decimals, never negative."""
    return models.DecimalField(
        label, max_digits=18, decimal_places=2, validators=[MinValueValidator(0)], **kwargs
    )
