"""From whom a unit orders on a given day."""

from collections.abc import Sequence
from datetime import date
from random import Random

from demo import credit_codes
from demo.geography import Division
from demo.suppliers import Supplier

HABITUAL = 6
OTHER_SUPPLIER = 0.12


class Market:
    """The directory as buyers see it, and the sellers and places that are not in it."""

    def __init__(
        self, suppliers: list[Supplier], other_counties: Sequence[Division], year: int
    ) -> None:
        """`year` is the later of the two years that the purchases cover."""
        span = (date(year - 1, 1, 1), date(year, 12, 31))
        self.steady = [supplier for supplier in suppliers if supplier.valid_throughout(*span)]
        steady = set(self.steady)
        self.changing = [supplier for supplier in suppliers if supplier not in steady]
        self.other_counties = [division.code for division in other_counties]
        self.strangers = [
            credit_codes.credit_code(credit_codes.ENTERPRISE, division.code, 90_000 + serial)
            for serial, division in enumerate(other_counties)
        ]

    def habitual(self, rng: Random) -> list[Supplier]:
        """Return the few suppliers that a unit mostly orders from."""
        return [rng.choice(self.steady) for _ in range(HABITUAL)]

    def eligible(self, rng: Random, habitual: list[Supplier], day: int) -> Supplier:
        """Return a supplier that is in the directory on the day."""
        if rng.random() < OTHER_SUPPLIER:
            supplier = rng.choice(self.changing)
            if supplier.valid_on(date.fromordinal(day)):
                return supplier
        return habitual[int(rng.random() * len(habitual))]

    def not_eligible(self, rng: Random, habitual: list[Supplier], day: int) -> Supplier:
        """Return a supplier whose periods leave the day out, or a habitual one if none does."""
        on = date.fromordinal(day)
        out = [supplier for supplier in self.changing if not supplier.valid_on(on)]
        return rng.choice(out) if out else habitual[0]

    def stranger(self, rng: Random) -> str:
        return rng.choice(self.strangers)

    def other_origin(self, rng: Random) -> str:
        return rng.choice(self.other_counties)
