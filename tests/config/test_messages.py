"""Our .mo files say what msgfmt's would say."""

import gettext
import io
import os
import shutil
import subprocess

import pytest

from config.messages import compile_changed, encode, read_messages

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


def catalog(data):
    return gettext.GNUTranslations(io.BytesIO(data))


def test_messages_are_found_with_context_plural_and_escapes():
    found = catalog(encode(read_messages(PO)))
    assert found.gettext("Filing") == "预留计划"
    assert found.pgettext("verb", "Filing") == "正在填报"
    assert found.ngettext("%(count)s unit", "%(count)s units", 1) == "%(count)s 家单位"
    assert found.ngettext("%(count)s unit", "%(count)s units", 2) == "%(count)s 家单位们"
    assert found.gettext('A "long" one\nin two lines') == '一段"长"文\n分两行'


@pytest.mark.parametrize("text", ["Guessed", "Untranslated", "Obsolete"])
def test_messages_without_a_sure_translation_are_left_out(text):
    assert catalog(encode(read_messages(PO))).gettext(text) == text


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext is not installed")
def test_messages_equal_those_of_msgfmt(tmp_path):
    source, target = tmp_path / "django.po", tmp_path / "django.mo"
    source.write_text(PO, encoding="utf-8")
    subprocess.run(["msgfmt", "-o", target, source], check=True)
    theirs = catalog(target.read_bytes())
    assert catalog(encode(read_messages(PO)))._catalog == theirs._catalog


def test_messages_that_run_together_are_refused():
    with pytest.raises(ValueError, match="no empty line"):
        read_messages('msgid "a"\nmsgstr "b"\nmsgid "c"\nmsgstr "d"\n')


def test_only_changed_files_are_compiled(tmp_path):
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    target = source.with_suffix(".mo")
    assert compile_changed(tmp_path) == [target]
    assert compile_changed(tmp_path) == []
    os.utime(target, (1, 1))
    assert compile_changed(tmp_path) == [target]
