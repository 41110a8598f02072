from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.listing import as_file, listing, wants_file
from exchange.resources import resource_of
from organizations import people, queries
from organizations.changes import changes_among, changes_of
from organizations.forms.keys import key_of
from organizations.forms.people import NewPersonForm, PeopleForm, PersonForm, RoleForm
from organizations.models import Activation, Membership, MembershipEvent, User
from organizations.permissions import may_anywhere, requires
from organizations.roles import Permission
from organizations.scope import (
    PersonInScope,
    SignedInRequest,
    person_in_scope,
    person_to_change,
)


@requires(Permission.MANAGE_PEOPLE)
def people_list(request: SignedInRequest) -> HttpResponse:
    """The people of the reader's places, to be filtered, taken away and given codes."""
    form = PeopleForm(request.GET)
    rows = queries.people(request.user, form.asked())
    if wants_file(request):
        held = rows.filter(Exists(Membership.objects.filter(user=OuterRef("pk"))))
        return as_file(request, resource_of("people"), held, _("people"))
    context = listing(request, form, rows)
    for person in context["page"]:
        person.may_have_code = person.is_active and not people.obstacle(request.user, person)
    return render(request, "organizations/people.html", context)


@requires(Permission.MANAGE_PEOPLE)
def person_new(request: SignedInRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None, by=request.user)
    if form.is_valid():
        outcome = form.save(by=request.user, update=False)
        if outcome:
            made = User.objects.get(username=key_of(form, "username"))
            said = _("Saved. Make an activation code now and hand it over.")
            messages.success(request, said if outcome.created else _("This person stood already."))
            return redirect("organizations:person", made.pk)
    return render(request, "organizations/person_new.html", {"form": form})


@requires(Permission.MANAGE_PEOPLE, fetch=person_in_scope)
def person(request: SignedInRequest, found: PersonInScope) -> HttpResponse:
    """A person: their roles, their state, and what was changed about them."""
    shown = found.person
    return render(request, "organizations/person.html", {
        "person": shown, "obstacle": found.obstacle, "posts": shown.posts(),
        "activation": Activation.objects.select_related("made_by").filter(user=shown).first(),
        "changes": _changes(request, shown),
    })  # fmt: skip


def _changes(request: SignedInRequest, shown: User) -> list[Any] | None:
    """What was changed about a person and about their roles, newest first."""
    if not may_anywhere(request.user, Permission.READ_HISTORY):
        return None
    roles = changes_among(MembershipEvent.objects.filter(user=shown), leave_out={"user"})
    return sorted([*changes_of(shown), *roles], key=lambda change: change.at, reverse=True)


@requires(Permission.MANAGE_PEOPLE, fetch=person_to_change)
def person_edit(request: SignedInRequest, found: PersonInScope) -> HttpResponse:
    shown = found.person
    initial = {"name": shown.name, "phone": shown.phone}
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_valid() and form.save(by=request.user, username=shown.username):
        messages.success(request, _("Saved."))
        return redirect("organizations:person", shown.pk)
    return render(request, "organizations/person_edit.html", {"form": form, "person": shown})


@requires(Permission.MANAGE_PEOPLE, fetch=person_to_change)
def role_add(request: SignedInRequest, found: PersonInScope) -> HttpResponse:
    shown = found.person
    form = RoleForm(request.POST or None, by=request.user)
    if form.is_valid() and form.save(by=request.user, username=shown.username):
        messages.success(request, _("The role was given."))
        return redirect("organizations:person", shown.pk)
    return render(request, "organizations/role_add.html", {"form": form, "person": shown})


def _post_to_take(request: SignedInRequest, pk: int, post: int) -> Any:
    found = person_to_change(request, pk)
    return get_object_or_404(Membership.objects.select_related("user"), pk=post, user=found.person)


@requires(Permission.MANAGE_PEOPLE, fetch=_post_to_take)
@require_POST
def role_take(request: SignedInRequest, post: Membership) -> HttpResponse:
    if people.take_role(post, by=request.user):
        messages.success(request, _("The role was taken away."))
    else:
        said = _("This is the person's only role: give another one first, or stop the person.")
        messages.warning(request, said)
    return redirect("organizations:person", post.user_id)


@requires(Permission.MANAGE_PEOPLE, fetch=person_to_change)
@require_POST
def person_stop(request: SignedInRequest, found: PersonInScope) -> HttpResponse:
    people.stop(found.person, by=request.user)
    messages.success(request, _("%(name)s is stopped, at once.") % {"name": found.person})
    return redirect("organizations:person", found.person.pk)


@requires(Permission.MANAGE_PEOPLE, fetch=person_to_change)
@require_POST
def person_readmit(request: SignedInRequest, found: PersonInScope) -> HttpResponse:
    people.readmit(found.person, by=request.user)
    messages.success(request, _("%(name)s may sign in again.") % {"name": found.person})
    return redirect("organizations:person", found.person.pk)
