from decimal import Decimal

import pytest

from reports.templatetags import figures


@pytest.mark.parametrize(
    ("amount", "yuan", "wan"),
    [
        (Decimal("1234567.89"), "1,234,567.89", "123.46"),
        (Decimal("50.00"), "50.00", "0.01"),  # half up
        (Decimal("49.99"), "49.99", "0.00"),
        (Decimal("150.00"), "150.00", "0.02"),
        (Decimal(0), "0.00", "0.00"),
        (None, "—", "—"),
    ],
)
def test_amounts_are_shown_in_yuan_and_wan(amount: Decimal | None, yuan: str, wan: str) -> None:
    assert (figures.money(amount, "yuan"), figures.money(amount, "wan")) == (yuan, wan)


@pytest.mark.parametrize(
    ("rate", "shown", "tone"),
    [
        (None, "—", "none"),
        (Decimal("0.00"), "0.00%", "idle"),
        (Decimal("0.01"), "0.01%", "going"),
        (Decimal("99.99"), "99.99%", "going"),
        (Decimal("100.00"), "100.00%", "done"),
        (Decimal("1267.34"), "1,267.34%", "done"),
    ],
)
def test_rate_has_two_decimals_and_a_word(rate: Decimal | None, shown: str, tone: str) -> None:
    assert (figures.percent(rate), figures.pace(rate)["tone"]) == (shown, tone)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("15.0000", "15%"), ("12.5000", "12.5%"), ("100.0000", "100%"), ("0.0000", "0%")],
)
def test_ratio_drops_idle_zeros(value: str, shown: str) -> None:
    assert figures.ratio(Decimal(value)) == shown
