"""Amounts in cents, so that every figure of the files is exact."""

RATIO_SCALE = 10_000  # ratios are whole ten-thousandths of a percent


def yuan(cents: int) -> str:
    """Return an amount as the files write it, in yuan with two decimals."""
    return f"{cents // 100}.{cents % 100:02d}"


def percent(ratio: int) -> str:
    """Return a ratio as the files write it, without idle zeros: 125000 is 12.5."""
    whole, fraction = divmod(ratio, RATIO_SCALE)
    return f"{whole}.{fraction:04d}".rstrip("0").rstrip(".")


def share(cents: int, ratio: int) -> int:
    """Return `ratio` of an amount, half-up to the cent."""
    scale = 100 * RATIO_SCALE
    return (cents * ratio + scale // 2) // scale
