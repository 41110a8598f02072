"""From unit to reached target: how many units are left at each step."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from quotas.progress import Figures, Steps


@dataclass(frozen=True, slots=True)
class Stage:
    label: str
    number: int
    of: int
    note: str = ""

    @property
    def share(self) -> str:
        """Percent of all units, for a bar that ends at 100."""
        return f"{min(100, 100 * self.number / self.of):.2f}" if self.of else "0"


def stages(figures: Figures, steps: Steps) -> list[Stage]:
    """The steps in their order; each counts units that have also taken the ones before."""
    filed = _("%(zero)s zero filings, %(waiting)s waiting for confirmation") % {
        "zero": figures.zero_filed,
        "waiting": figures.filed - figures.confirmed,
    }
    counted = [
        (_("Budget units"), figures.units, ""),
        (_("Filed"), figures.filed, filed),
        (_("Confirmed"), figures.confirmed, ""),
        (_("Has a target"), steps.promised, ""),
        (_("Has bought"), steps.bought, ""),
        (_("Target reached"), steps.reached, ""),
    ]
    return [Stage(label, number, figures.units, note) for label, number, note in counted]
