"""Every message of the interface has its Chinese, sure and with the same placeholders."""

import re
from pathlib import Path

import polib
import pytest

CATALOG = polib.pofile(
    str(Path(__file__).parent.parent / "locale/zh_Hans/LC_MESSAGES/django.po"), encoding="utf-8"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def test_every_message_is_translated() -> None:
    assert [entry.msgid for entry in CATALOG.untranslated_entries()] == []
    assert [entry.msgid for entry in CATALOG.fuzzy_entries()] == []


@pytest.mark.parametrize("entry", list(CATALOG), ids=lambda entry: entry.msgid[:40])
def test_translation_keeps_the_placeholders(entry: polib.POEntry) -> None:
    if not entry.msgid_plural:
        assert set(PLACEHOLDER.findall(entry.msgstr)) == set(PLACEHOLDER.findall(entry.msgid))
