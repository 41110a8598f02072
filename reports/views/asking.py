"""What every page of figures is asked, and what it says back."""

from types import SimpleNamespace
from typing import Any

from exchange.listing import address_of
from organizations.models import BudgetUnit, Region
from organizations.scope import SignedInRequest
from quotas.choices import Basis
from reports.forms import FiguresForm

#: What a link to another region or unit takes along.
CARRIED = ("year", "basis", "as_of", "unit")


def regions_above(request: SignedInRequest, unit: BudgetUnit) -> Any:
    """The regions in the user's scope that the unit belongs to, from the highest."""
    codes = unit.region.path.strip("/").split("/")
    return Region.objects.visible_to(request.user).filter(code__in=codes).order_by("path")


def basis_of(asked: SimpleNamespace, of_policy: str | None) -> Basis:
    return Basis(asked.basis or of_policy or Basis.COMPLETED)


def question_of(
    form: FiguresForm, asked: SimpleNamespace, *, money: str, **shown: Any
) -> dict[str, Any]:
    """What every page of figures says back: the question, its flaws, and its address."""
    given = form.given()
    return {
        "form": form.shown(**shown),
        "flaws": form.flaws(),
        "address": address_of(given),
        "carried": address_of({name: given[name] for name in CARRIED if name in given}),
        "asked": asked,
        "year": str(asked.year),
        "money": asked.unit or money,
    }
