"""What an auditor's workbook is asked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from organizations.models import Region
from quotas.choices import Basis


@dataclass(frozen=True)
class Question:
    """A region and year on a basis, up to a cut-off day where one is given.

    ``asker`` is named in the workbook, "" is the operator.
    """

    region: Region
    year: int
    basis: Basis
    as_of: date | None = None
    asker: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """What the texts of ``sources`` take."""
        return {
            "year": self.year,
            "as_of": self.as_of,
            "region": self.region.code,
            "region_path": self.region.path,
            "path": f"{self.region.path}%",
            "first_day": date(self.year, 1, 1),
            "last_day": date(self.year, 12, 31),
        }

    @property
    def terms(self) -> str:
        """Basis and cut-off in words, which stand beside every figure."""
        return _("%(region)s, %(year)s, counted when %(basis)s, cut-off: %(until)s, in yuan") % {
            "region": self.region.name,
            "year": self.year,
            "basis": self.basis.label,
            "until": self.as_of.isoformat() if self.as_of else _("no cut-off"),
        }
