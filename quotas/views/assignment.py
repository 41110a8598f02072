"""The bureau assigns purchase tasks (下达任务) to its units."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.listing import listing
from organizations.models import BudgetUnit
from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from quotas.forms.assignment import TasksForm, Typed
from quotas.queries.assignment import own_units, task_lines
from quotas.review import assign_tasks


@requires(Permission.REVIEW)
def tasks(request: SignedInRequest) -> HttpResponse:
    """The units of the reader's own bureau, each with its task to type."""
    form = TasksForm(request.GET)
    asked = form.asked()
    shown = listing(request, form, own_units(request.user, asked))
    return render(request, "quotas/tasks.html", {
        **shown, "year": str(asked.year), "lines": task_lines(shown["page"], asked.year),
    })  # fmt: skip


@requires(Permission.REVIEW)
@require_POST
def assign(request: SignedInRequest) -> HttpResponse:
    """Assign the amounts that were changed, and answer unit by unit."""
    form = TasksForm(QueryDict(request.POST.get("back", "")))
    year, typed = form.asked().year, Typed(request.POST)
    if not typed.amounts and not typed.flaws:
        messages.info(request, _("No amount was changed, so nothing was assigned."))
        return redirect(_back(request))
    seen = BudgetUnit.objects.visible_to(request.user)
    units = seen.in_bulk([*typed.amounts, *typed.flaws])
    amounts = {pk: amount for pk, amount in typed.amounts.items() if pk in units}
    decisions = assign_tasks(year, amounts, by=request.user)
    rows = [(d.filing.unit, amounts[d.filing.unit_id], d.refused) for d in decisions]
    rows += [(units[pk], None, flaw) for pk, flaw in typed.flaws.items() if pk in units]
    return render(request, "quotas/assigned.html", {
        "rows": rows,
        "done": sum(not refused for _unit, _amount, refused in rows),
        "refused": sum(bool(refused) for _unit, _amount, refused in rows),
        "year": str(year),
        "back": _back(request),
    })  # fmt: skip


def _back(request: SignedInRequest) -> str:
    """The table with the filters and the page that it was sent from."""
    filters = QueryDict(request.POST.get("back", "")).urlencode()
    return f"{reverse('quotas:tasks')}?{filters}" if filters else reverse("quotas:tasks")
