"""Who changed what, and when: the events of one row as its readers read them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.models import User

#: An event, the row as it was before, and as it was after; None where it did not exist.
Step = tuple[Any, Any, Any]

_services: dict[str, Promise | str] = {}


def name_services(words: Mapping[str, Promise | str]) -> None:
    """Say what services do, by the names under which they record themselves.

    Called from ``ready()`` by the app of the services; a service without words shows its name.
    """
    _services.update(words)


@dataclass(frozen=True, slots=True)
class Value:
    """One field that a change touched, in words; "" is no value."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a row: ``what`` is insert, update or delete, ``at`` its moment.

    ``who`` is the person's name and sign-in name, the system, or whoever worked in the database
    itself. ``service`` says by which act, "" where it is not known. ``row`` is the row's id.
    """

    row: int
    at: datetime
    what: str
    word: str
    who: str
    service: str
    values: tuple[Value, ...]


_WORDS = {
    "insert": gettext_lazy("entered"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("deleted"),
}


def changes_of(row: models.Model, *, leave_out: Iterable[str] = ()) -> list[Change]:
    """The changes of a tracked row, newest first, without the fields in ``leave_out``.

    Works for every model that pghistory tracks, whether its events keep what a change made or
    what it replaced. A constant number of queries: the events, who, and each referenced table.
    """
    related: Any = row._meta.get_field("events").related_model
    found = related.objects.filter(pgh_obj_id=row.pk)
    events = list(found.select_related("pgh_context").order_by("pgh_id"))
    states = [*events, row] if _keeps_replaced(related) else [None, *events]
    return _read(related, list(zip(events, states, states[1:], strict=False)), leave_out)


def changes_among(events: Any, *, leave_out: Iterable[str] = ()) -> list[Change]:
    """The changes of several rows, also of deleted ones, newest first.

    ``events`` is a queryset of events that keep what a change made.
    """
    steps = []
    standing: dict[int, Any] = {}
    for event in events.select_related("pgh_context").order_by("pgh_id"):
        steps.append((event, standing.get(event.pgh_obj_id), event))
        standing[event.pgh_obj_id] = event
    return _read(events.model, steps, leave_out)


def _read(related: Any, steps: list[Step], leave_out: Iterable[str]) -> list[Change]:
    """The steps as changes; what a deletion took away stands as having been there."""
    steps = [
        (event, event, None) if event.pgh_label == "delete" else (event, before, after)
        for event, before, after in steps
    ]
    fields = _fields(related, frozenset(leave_out))
    names = _names(fields, [state for _event, *both in steps for state in both])
    people = _people([event for event, *_both in steps])
    changes = []
    for event, before, after in steps:
        values = tuple(_differences(fields, before, after, names))
        if values or event.pgh_label != "update":
            changes.append(_change(event, values, people))
    return changes[::-1]


def _keeps_replaced(events: Any) -> bool:
    return any(kept.label == "update" and kept.row == "OLD" for kept in events.pgh_trackers)


def _fields(events: Any, left_out: frozenset[str]) -> list[Any]:
    """The tracked model's own fields, which know their labels and choices."""
    kept = {field.name for field in events._meta.fields} - left_out
    own = events.pgh_tracked_model._meta.fields
    return [field for field in own if field.name in kept and not field.primary_key]


def _names(fields: list[Any], states: list[Any]) -> dict[tuple[Any, Any], str]:
    """What each referenced row is called, by (field, id); one query for each table."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    references = [field for field in fields if field.is_relation]
    for field in references:
        wanted[field.related_model] |= {
            getattr(state, field.attname) for state in states if state is not None
        }
    found = {model: model._default_manager.in_bulk(keys - {None}) for model, keys in wanted.items()}
    return {
        (field, key): str(named)
        for field in references
        for key, named in found[field.related_model].items()
    }


def _people(events: list[Any]) -> dict[int, User]:
    actors = {_metadata(event).get("user") for event in events} - {None}
    return User.objects.in_bulk(actors)


def _metadata(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _change(event: Any, values: tuple[Value, ...], people: dict[int, User]) -> Change:
    service = _metadata(event).get("service", "")
    return Change(
        row=event.pgh_obj_id,
        at=event.pgh_created_at,
        what=event.pgh_label,
        word=str(_WORDS.get(event.pgh_label, event.pgh_label)),
        who=_who(event, people),
        service=str(_services.get(service, service)),
        values=values,
    )


def _who(event: Any, people: dict[int, User]) -> str:
    if event.pgh_context is None:
        return _("directly in the database")
    metadata = _metadata(event)
    username = metadata.get("username", "")
    if not username:
        return _("the system")
    person = people.get(metadata.get("user", 0))
    return f"{person.name} ({username})" if person and person.name else username


def _differences(
    fields: list[Any], before: Any, after: Any, names: dict[tuple[Any, Any], str]
) -> Iterator[Value]:
    for field in fields:
        old, new = (
            None if state is None else getattr(state, field.attname) for state in (before, after)
        )
        if old != new and not (_says_nothing(old) and _says_nothing(new)):
            shown = (_shown(field, value, names) for value in (old, new))
            yield Value(field.name, str(field.verbose_name), *shown)


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value == ""


def _shown(field: Any, value: Any, names: dict[tuple[Any, Any], str]) -> str:
    """A value in the reader's words."""
    if value is None or value == "":
        return ""
    if field.is_relation:
        return names.get((field, value), str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _plain(field, value)


def _plain(field: Any, value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if field.decimal_places == 2 else f"{value.normalize():,f}"
    if isinstance(value, list):
        return "; ".join(":".join(map(str, part)) for part in value)
    return str(value)
