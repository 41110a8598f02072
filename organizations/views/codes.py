from collections import defaultdict
from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from exchange.listing import address_of
from organizations import activation, queries
from organizations.activation import Slip, WrongCode, make_codes
from organizations.forms.people import ActivationForm, PeopleForm
from organizations.models import BudgetUnit, PersonState, User
from organizations.people import obstacle
from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest

#: What an administrator prints and cuts in one go.
SLIPS = 1000


@requires(Permission.MANAGE_PEOPLE)
@require_POST
@never_cache
def codes(request: SignedInRequest) -> HttpResponse:
    """Make codes for the people ticked, or for all not activated of the list, and print them.

    The answer is the only place where the codes ever stand.
    """
    form = PeopleForm(request.GET)
    chosen = [
        person
        for person in _chosen(request, form)[: SLIPS + 1]
        if person.is_active and not obstacle(request.user, person)
    ]
    if chosen and len(chosen) <= SLIPS:
        groups = _grouped(make_codes(chosen, by=request.user))
        return render(request, "organizations/codes.html", {
            "groups": groups, "number": len(chosen),
            "site": request.build_absolute_uri(reverse("organizations:activate")),
        })  # fmt: skip
    messages.warning(request, _too_many() if chosen else _nobody())
    return redirect(reverse("organizations:people", query=address_of(form.given())))


def _nobody() -> str:
    return _("No code was made: tick people who may sign in and whom you may change.")


def _too_many() -> str:
    return _("No code was made: narrow the list to %(limit)s people.") % {"limit": SLIPS}


def _chosen(request: SignedInRequest, form: PeopleForm) -> QuerySet[User]:
    asked = form.asked()
    if request.POST.get("all"):
        asked.state = PersonState.INVITED
        return queries.people(request.user, asked)
    ticked = [pk for pk in request.POST.getlist("person") if pk.isdecimal() and len(pk) < 19]
    return User.objects.visible_to(request.user).with_posts().filter(pk__in=ticked)


def _grouped(slips: Iterable[Slip]) -> list[tuple[str, list[Slip]]]:
    """The slips by department or by region, as they are handed out."""
    slips = list(slips)
    departments = BudgetUnit.objects.in_bulk(
        {pk for slip in slips if (pk := _department(slip)) is not None}
    )
    groups = defaultdict(list)
    for slip in slips:
        pk = _department(slip)
        post = slip.person.post
        place = departments.get(pk) if pk else post and post.region
        groups[(place.code, place.name) if place else ("", "")].append(slip)
    return [(name, found) for (_code, name), found in sorted(groups.items())]


def _department(slip: Slip) -> int | None:
    """Id of the topmost unit above the person's own."""
    post = slip.person.post
    return int(post.unit.path.split("/")[0]) if post and post.unit else None


@sensitive_variables()
@sensitive_post_parameters()
@never_cache
def activate(request: HttpRequest) -> HttpResponse:
    """Whoever has a code sets a password with it, and is signed in."""
    form = ActivationForm(request.POST or None)
    if form.is_valid():
        user = _activated(form)
        if user:
            # Named, for there are two; the other one only counts wrong passwords.
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, _("Your password is set, and you are signed in."))
            return redirect("reports:home")
    return render(request, "account/activate.html", {"form": form})


@sensitive_variables()
def _activated(form: ActivationForm) -> User | None:
    given = form.cleaned_data
    try:
        return activation.activate(
            username=given["username"], code=given["code"], password=given["password"]
        )
    except WrongCode:
        form.add_error(
            None,
            _(
                "Sign-in name and code do not match, or the code was used, has expired or was"
                " mistyped %(tries)s times. Check both, or ask your administrator for a new code."
            )
            % {"tries": activation.TRIES},
        )
    except ValidationError as error:
        form.add_error("password", error)
    return None
