"""Writes to people and their roles (人员): by file, by form, and stopping and re-admitting.

Whoever manages people does so at their own places and below, and never for themselves.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from exchange.staging import Outcome, Staged
from organizations.history import record_actor
from organizations.locks import lock_people
from organizations.models import Activation, Membership, Role, User
from organizations.permissions import may
from organizations.posts import (
    ONLY_SYSTEM_ADMINISTRATORS,
    Places,
    Post,
    columns_of,
    held,
    runs_the_system,
    wanted_post,
)
from organizations.roles import Permission

_PLAIN: tuple[str, ...] = ("name", "phone")


@dataclass
class _Staff:
    """The people and places that the rows speak of, as they stand and as the rows want them."""

    by: User | None
    users: dict[str, User]
    spelled: dict[str, str]
    places: Places
    new: list[User] = field(default_factory=list)
    changed: list[User] = field(default_factory=list)
    posts: dict[str, Post] = field(default_factory=dict)
    unchanged: int = 0


@transaction.atomic
def save_people(staged: Staged, *, by: User | None, update: bool = False) -> Outcome:
    """Create the staged people, each with one role, and with ``update`` change those that stand.

    New people have no password before they activate. Errors are reported to ``staged``; with any,
    nothing is written. An update replaces the only role of a person; who has several keeps them.
    """
    record_actor(by, service="save_people")
    lock_people()
    drafts, strays = list(staged.drafts()), list(staged.strays())
    staff = _load([*drafts, *strays], by)
    for draft in drafts:
        _take(draft, staff, staged, update)
    for draft in strays:
        wanted_post(draft, staff.users.get(draft.username), staff.places, staged, by=by)
    if staged.error_count:
        return Outcome()
    _write(staff)
    return Outcome(len(staff.new), len(staff.changed), staff.unchanged)


@transaction.atomic
def add_role(staged: Staged, *, by: User | None) -> Outcome:
    """Give the staged people one more role each; errors are reported to ``staged``."""
    record_actor(by, service="add_role")
    lock_people()
    drafts = list(staged.drafts())
    staff = _load(drafts, by)
    for draft in drafts:
        person = staff.users[draft.username]
        authorise(by, person)
        post = wanted_post(draft, person, staff.places, staged, by=by)
        if post and post in held(person):
            staged.report(draft.row, "role", "conflict", _("The person has this role already."))
        elif post:
            staff.posts[draft.username] = post
    if staged.error_count:
        return Outcome()
    _give(staff)
    return Outcome(updated=len(staff.posts))


@transaction.atomic
def take_role(post: Membership, *, by: User | None) -> bool:
    """Take a role away; False where it is the person's only one, who is then stopped instead."""
    record_actor(by, service="take_role")
    lock_people()
    authorise(by, post.user)
    if post.user.memberships.count() < 2:
        return False
    post.delete()
    return True


@transaction.atomic
def stop(person: User, *, by: User | None) -> None:
    """Keep the person out from now on; an activation code of theirs is void."""
    record_actor(by, service="stop")
    authorise(by, person)
    Activation.objects.filter(user=person).delete()
    User.objects.filter(pk=person.pk).update(is_active=False)


@transaction.atomic
def readmit(person: User, *, by: User | None) -> None:
    """Let a stopped person in again, with the roles and the password that they had."""
    record_actor(by, service="readmit")
    authorise(by, person)
    User.objects.filter(pk=person.pk).update(is_active=True)


def obstacle(by: User | None, person: User) -> str:
    """Why ``by`` may not change the person, in words; "" where they may.

    Every place of the person counts: a code for somebody's account is also a code for their other
    roles.
    """
    if by is None or (by.is_superuser and by.pk != person.pk):
        return ""
    if by.pk == person.pk:
        return _("Nobody changes their own roles or state; ask another administrator.")
    if person.is_superuser or not all(
        may(by, Permission.MANAGE_PEOPLE, post.place) for post in person.posts()
    ):
        return _("%(name)s also has a role where you do not manage people.") % {"name": person}
    if any(post.role == Role.SYSTEM_ADMINISTRATOR for post in person.posts()):
        return "" if runs_the_system(by) else str(ONLY_SYSTEM_ADMINISTRATORS)
    return ""


def authorise(by: User | None, person: User) -> None:
    """Raise PermissionDenied where ``by`` may not change the person."""
    reason = obstacle(by, person)
    if reason:
        raise PermissionDenied(reason)


def _load(drafts: list[SimpleNamespace], by: User | None) -> _Staff:
    names = {draft.username for draft in drafts if draft.username}
    users = User.objects.filter(username__in=names).with_posts()
    return _Staff(
        by=by,
        users={user.username: user for user in users},
        spelled=_spelled(names),
        places=Places.named_by(drafts),
    )


def _spelled(names: set[str]) -> dict[str, str]:
    """Sign-in names that stand, by their small letters; sign-in does not tell capitals apart."""
    alike = User.objects.annotate(small=Lower("username"))
    found = alike.filter(small__in={name.lower() for name in names})
    return dict(found.values_list("small", "username"))


def _take(draft: SimpleNamespace, staff: _Staff, staged: Staged, update: bool) -> None:
    """Compare the draft with the person as they stand and take its values over."""
    user = staff.users.get(draft.username)
    post = wanted_post(draft, user, staff.places, staged, by=staff.by)
    values: dict[str, str] = {
        name: getattr(draft, name) or "" for name in _PLAIN if name in staged.present
    }
    if user is None:
        _invite(draft, values, post, staff, staged)
        return
    if not _is_visible(staff.by, user):
        message = _("The person %(name)s is outside what you may see.")
        message %= {"name": draft.username}
        staged.report(draft.row, "username", "unknown_code", message, draft.username)
        return
    differing = [name for name, value in values.items() if getattr(user, name) != value]
    if post and post not in held(user):
        differing += columns_of(post, user)
        staff.posts[draft.username] = post
    if not differing:
        staff.unchanged += 1
    elif not update:
        _report_conflict(draft, differing, staged)
    elif _may_change(draft, user, staff, staged):
        for name, value in values.items():
            setattr(user, name, value)
        staff.changed.append(user)


def _invite(
    draft: SimpleNamespace, values: dict[str, str], post: Post | None, staff: _Staff, staged: Staged
) -> None:
    try:
        User._meta.get_field("username").run_validators(draft.username)
    except ValidationError as error:
        staged.report(draft.row, "username", "rule", error.messages[0], draft.username)
    spelled = staff.spelled.setdefault(draft.username.lower(), draft.username)
    if spelled != draft.username:
        message = _("There is the sign-in name %(name)s, which differs in capital letters alone.")
        staged.report(draft.row, "username", "rule", message % {"name": spelled}, draft.username)
    user = User(username=draft.username, **values)
    user.set_unusable_password()
    staff.new.append(user)
    if post:
        staff.posts[draft.username] = post


def _is_visible(by: User | None, user: User) -> bool:
    if by is None or by.is_superuser or by.pk == user.pk:
        return True
    return any(may(by, Permission.MANAGE_PEOPLE, post.place) for post in user.posts())


def _may_change(draft: SimpleNamespace, user: User, staff: _Staff, staged: Staged) -> bool:
    reason = obstacle(staff.by, user)
    if not reason and draft.username in staff.posts and len(user.posts()) > 1:
        reason = _("The person has several roles; change them on the person's page.")
    if reason:
        staged.report(draft.row, "username", "rule", reason, draft.username)
    return not reason


def _report_conflict(draft: SimpleNamespace, differing: list[str], staged: Staged) -> None:
    message = _(
        "The person %(name)s stands with another value here. To change it, import the file as an"
        " update."
    ) % {"name": draft.username}
    for name in differing:
        staged.report(draft.row, name, "conflict", message, getattr(draft, name))


def _write(staff: _Staff) -> None:
    for user in User.objects.bulk_create(staff.new, batch_size=2000):
        staff.users[user.username] = user
    User.objects.bulk_update(staff.changed, _PLAIN, batch_size=2000)
    replaced = [user for user in staff.changed if user.username in staff.posts]
    Membership.objects.filter(user__in=replaced).delete()
    _give(staff)


def _give(staff: _Staff) -> None:
    Membership.objects.bulk_create(
        (
            Membership(user=staff.users[name], role=role, region_id=region, unit_id=unit)
            for name, (role, region, unit) in staff.posts.items()
        ),
        batch_size=2000,
    )
