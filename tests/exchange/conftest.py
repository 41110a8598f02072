"""The lines of the reader are measured in its own process, here alone: it costs each child."""

import os

import pytest

from exchange.reader import child


@pytest.fixture(autouse=True)
def measured_child(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in os.environ.items():
        if name.startswith("COVERAGE_"):
            monkeypatch.setitem(child.ENVIRONMENT, name, text)
