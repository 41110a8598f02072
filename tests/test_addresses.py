"""Every address of the system is guarded, and gives each person the right answer."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from config.urls import PUBLIC


class Address(NamedTuple):
    """A named address: its view, and the parts that it is made of."""

    name: str
    view: Any
    parts: tuple[str, ...]


def addresses(patterns: list, namespace: str = "") -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            parts = tuple(pattern.pattern.converters)
            yield Address(f"{namespace}{pattern.name}", pattern.callback, parts)


ALL = list(addresses(get_resolver().url_patterns))
GUARDED = [address for address in ALL if address.name not in PUBLIC]


def test_every_address_declares_its_permission_or_its_reason() -> None:
    undeclared = {a.name for a in GUARDED if not hasattr(a.view, "permission")}
    assert undeclared == set()
    assert set(PUBLIC) - {address.name for address in ALL} == set()
