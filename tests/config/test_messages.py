"""Translations are compiled when they changed, and the unsure ones are left out."""

import gettext
import os

import pytest

from config.messages import compile_changed

PO = r"""# A comment.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: reports/views.py:12
msgid "Filing"
msgstr "预留计划"

msgctxt "verb"
msgid "Filing"
msgstr "正在填报"

#, python-format
msgid "%(count)s unit"
msgid_plural "%(count)s units"
msgstr[0] "%(count)s 家单位"
msgstr[1] "%(count)s 家单位们"

msgid ""
"A \"long\" one\n"
"in two lines"
msgstr ""
"一段\"长\"文\n"
"分两行"

#, fuzzy, python-format
msgid "Guessed"
msgstr "猜的"

msgid "Untranslated"
msgstr ""

#~ msgid "Obsolete"
#~ msgstr "过时"
"""


@pytest.fixture
def source(tmp_path):
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    return source


@pytest.fixture
def found(source, tmp_path):
    compile_changed(tmp_path)
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_messages_are_found_with_context_plural_and_escapes(found):
    assert found.gettext("Filing") == "预留计划"
    assert found.pgettext("verb", "Filing") == "正在填报"
    assert found.ngettext("%(count)s unit", "%(count)s units", 1) == "%(count)s 家单位"
    assert found.ngettext("%(count)s unit", "%(count)s units", 2) == "%(count)s 家单位们"
    assert found.gettext('A "long" one\nin two lines') == '一段"长"文\n分两行'


@pytest.mark.parametrize("text", ["Guessed", "Untranslated", "Obsolete"])
def test_messages_without_a_sure_translation_are_left_out(found, text):
    assert found.gettext(text) == text


def test_only_changed_files_are_compiled(source, tmp_path):
    target = source.with_suffix(".mo")
    assert compile_changed(tmp_path) == [target]
    assert compile_changed(tmp_path) == []
    os.utime(target, (1, 1))
    assert compile_changed(tmp_path) == [target]
