"""Every message of the interface has its Chinese, sure and with the same placeholders."""

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.template import Node, engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

PROJECT = Path(__file__).parent.parent
CATALOG = polib.pofile(
    str(PROJECT / "locale/zh_Hans/LC_MESSAGES/django.po"), encoding="utf-8"
)  # fmt: skip
CHINESE = {entry.msgid for entry in CATALOG.translated_entries() if "fuzzy" not in entry.flags}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
#: Names of formats and of languages.
UNTRANSLATED = {"Excel", "csv", "English", "Word", "PDF"}
#: What of a template is no text: comments, translations, names of classes, tags and variables.
NOT_SPOKEN = re.compile(
    r"\{#.*?#\}|\{%\s*(blocktranslate|comment)\b.*?\{%\s*end\1\s*%\}"
    r"|\{%\s*block \w+_class\s*%\}.*?\{%\s*endblock\b.*?%\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
APPS = "config demo exchange organizations procurement quotas reports suppliers".split()
SOURCES = sorted(file for app in APPS for file in (PROJECT / app).rglob("*.py"))
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))


def messages_of_source(file: Path) -> Iterator[str]:
    """The texts given to gettext; what is not a text there cannot be extracted, and is refused."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKERS and node.args:
            assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno} is no plain text"
            yield node.args[0].value


def messages_of_template(file: Path) -> Iterator[str]:
    template = engines["django"].get_template(str(file.relative_to(PROJECT / "templates")))
    nodes = template.template.nodelist
    for node in nodes.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode) and isinstance(node.filter_expression.var, str):
            yield node.filter_expression.var
        elif isinstance(node, TranslateNode):
            # A literal is kept as the variable that translates it.
            literal = getattr(node.filter_expression.var, "literal", None)
            if isinstance(literal, str):
                yield literal
        elif isinstance(node, BlockTranslateNode):
            yield node.render_token_list(node.singular)[0]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_messages_of_sources_have_their_chinese(file: Path) -> None:
    assert set(messages_of_source(file)) - CHINESE == set()


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_messages_of_templates_have_their_chinese(file: Path) -> None:
    assert set(messages_of_template(file)) - CHINESE == set()


def test_templates_say_nothing_outside_translations() -> None:
    """Text between tags is translated, or no word: the name of a format, a sign, a figure."""
    spoken = {}
    for file in TEMPLATES:
        between = re.findall(r">([^<]+)<", NOT_SPOKEN.sub("", file.read_text(encoding="utf-8")))
        texts = {html.unescape(text).strip() for text in between}
        words = {text for text in texts if re.search(r"[A-Za-z]{2,}", text)}
        if words - UNTRANSLATED:
            spoken[file.name] = words - UNTRANSLATED
    assert spoken == {}


def test_every_message_is_translated() -> None:
    assert [entry.msgid for entry in CATALOG.untranslated_entries()] == []
    assert [entry.msgid for entry in CATALOG.fuzzy_entries()] == []


@pytest.mark.parametrize("entry", list(CATALOG), ids=lambda entry: entry.msgid[:40])
def test_translation_keeps_the_placeholders(entry: polib.POEntry) -> None:
    if not entry.msgid_plural:
        assert set(PLACEHOLDER.findall(entry.msgstr)) == set(PLACEHOLDER.findall(entry.msgid))
