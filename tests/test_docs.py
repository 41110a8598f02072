"""The documentation says what the code says: names, commands, links and columns are compared.

With WRITE_DOCS=1 in the environment the table of columns is written anew instead.
"""

import os
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from inspect import isclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db.models import Choices

from exchange.columns import Column
from exchange.resources import kinds, resource_of
from quotas import pace, progress

PROJECT = Path(__file__).resolve().parents[1]
APPS = ("exchange", "organizations", "suppliers", "procurement", "quotas", "reports")
PAGES = [
    PROJECT / "README.md",
    PROJECT / "CHANGELOG.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]
FILES_PAGE = PROJECT / "docs" / "files.md"

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAMED_PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")
MAKE = re.compile(r"\bmake ([a-z-]+)\b")
TARGET = re.compile(r"^([a-z-]+):.*## ", re.MULTILINE)
COMMAND = re.compile(r"manage\.py ([a-z_]+)(.*)$", re.MULTILINE)
VARIABLE = re.compile(r"\b([A-Z]+(?:_[A-Z]+)+)\b")
GLOSSARY_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
IDENTIFIER = re.compile(r"`([\w.]+)`")

CHANGES = {"conflict": "conflict", "fills": "may fill", "grows": "may fill or move on"}

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def prose(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The fragments that the headings of a page answer to, as GitHub makes them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(prose(page))
    }


@pages
def test_every_link_resolves(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if link.startswith("https://"):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not fragment or fragment in anchors(target), link


@pages
def test_every_path_that_is_named_exists(page: Path) -> None:
    assert [path for path in NAMED_PATH.findall(prose(page)) if not (PROJECT / path).exists()] == []


@pages
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = TARGET.findall((PROJECT / "Makefile").read_text(encoding="utf-8"))
    # In running text `make` is a verb, too.
    code = " ".join(re.findall(r"`[^`]+`", prose(page)))
    assert set(MAKE.findall(code)) <= set(targets)


@pages
def test_every_command_line_is_accepted(page: Path) -> None:
    """Each line `manage.py NAME OPTIONS` of a code block is one that the command takes."""
    for block in re.findall(r"^```sh\n(.*?)^```", prose(page), re.MULTILINE | re.DOTALL):
        for name, options in COMMAND.findall(block):
            command = load_command_class(get_commands()[name], name)
            parser = command.create_parser("manage.py", name)
            parser.parse_args(shlex.split(options, comments=True))


def test_readme_names_every_target_and_every_command_of_ours() -> None:
    text = prose(PROJECT / "README.md")
    targets = TARGET.findall((PROJECT / "Makefile").read_text(encoding="utf-8"))
    ours = {name for name, app in get_commands().items() if app in (*APPS, "demo")}
    assert {name for name in targets if f"make {name}" not in text} == set()
    assert ours - {name for name, _options in COMMAND.findall(text)} == set()


def test_readme_names_variables_of_the_example() -> None:
    named = set(VARIABLE.findall(prose(PROJECT / "README.md")))
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    assert named <= set(VARIABLE.findall(example))


def modules() -> Iterator[Any]:
    """Where the words of the field are: models, choices and the figures of progress."""
    for app in APPS:
        for name in ("models", "choices"):
            if find_spec(f"{app}.{name}"):
                yield import_module(f"{app}.{name}")
    yield pace
    yield progress


def vocabulary() -> dict[str, Any]:
    return {name: value for module in modules() for name, value in vars(module).items()}


def identifiers() -> list[str]:
    page = prose(PROJECT / "docs" / "glossary.md")
    return [name for _, cell in GLOSSARY_ROW.findall(page) for name in IDENTIFIER.findall(cell)]


def test_every_identifier_of_the_glossary_exists() -> None:
    known = vocabulary()
    missing = []
    for identifier in identifiers():
        name, *attributes = identifier.split(".")
        value = known.get(name)
        for attribute in attributes:
            value = getattr(value, attribute, None)
        if value is None:
            missing.append(identifier)
    assert missing == []


def test_every_model_and_every_list_of_choices_is_in_the_glossary() -> None:
    named = {identifier.partition(".")[0] for identifier in identifiers()}
    models = {model.__name__ for app in APPS for model in apps.get_app_config(app).get_models()}
    # The history's tables hold what the tables beside them hold.
    models = {name for name in models if not name.endswith("Event")}
    choices = {
        name
        for name, value in vocabulary().items()
        if isclass(value) and issubclass(value, Choices) and value.__module__.startswith(APPS)
    }
    assert models | choices <= named


def test_glossary_says_each_word_of_a_heading_as_the_files_do() -> None:
    """A heading that the glossary lists stands beside a field that its column fills."""
    fields: dict[str, set[str]] = defaultdict(set)
    for column in (column for kind in kinds() for column in resource_of(kind).columns()):
        fields[column.heading].add(column.field)
    page = prose(PROJECT / "docs" / "glossary.md")
    listed = {
        word: {name.rpartition(".")[2] for name in IDENTIFIER.findall(cell)}
        for words, cell in GLOSSARY_ROW.findall(page)
        for word in words.split("、")
    }
    for heading in fields.keys() & listed.keys():
        found = {name.removesuffix("_code") for name in listed[heading]}
        assert fields[heading] & found, heading


def files_page() -> str:
    """The page of all columns, from the resources that read and write the files."""
    return "\n".join([FILES_INTRODUCTION, *(_kind(kind) for kind in kinds())])


FILES_INTRODUCTION = """\
# Columns of the files

Written from the resources by `tests/test_docs.py` (`WRITE_DOCS=1`), and compared with them there.

*Kind* is how a cell is read. `key` and `uscc` are codes, kept as text; `amount` is yuan with two
places (a heading in 万元 is scaled); `percent` is the number before the sign; `day` is a date,
`moment` a date with or without a time; a `choice` takes the words beside it, those after a slash
being other spellings.

*Required*: “key” parts make the row's key; “yes” must not be blank. Others may be required by a
rule that depends on the row, which the error then says.

*Another value* is what it means when the same key comes again with another value here.
**conflict**: the file is refused unless it is sent as an update (`--update`). **may fill**: a
value where there was none is taken, anything else is a conflict. **may fill or move on**: a later
day, a larger refund or the end of an open order is taken as well. A blank cell over a value is a
conflict; with `--update` it clears the value, and an absent column leaves what stands.

The role of a person decides which of the two places it needs; who has several roles is written with
the first, and changed on pages alone. No password travels in a file.

Two columns of the filings differ: a blank 预留金额(元) is computed, and 状态 is no content, so that
已确认 confirms a filing that is otherwise unchanged without an update.
"""

TITLES = {
    "units": "预算单位台账",
    "people": "人员",
    "suppliers": "供应商名录",
    "purchases": "采购记录",
    "policies": "年度政策",
    "filings": "预留份额填报",
}


def _kind(kind: str) -> str:
    lines = [
        f"## {kind} ({TITLES[kind]})",
        "",
        "| heading | field | kind | required | another value |",
        "|---|---|---|---|---|",
        *(_line(column) for column in resource_of(kind).columns()),
        "",
    ]
    return "\n".join(lines)


def _line(column: Column) -> str:
    cells = (column.heading, f"`{column.field}`", _cell(column), _need(column), _change(column))
    return f"| {' | '.join(cells)} |"


def _cell(column: Column) -> str:
    if column.choices:
        spellings: dict[str, list[str]] = {}
        for text, value in column.choices.items():
            spellings.setdefault(value, []).append(text)
        return f"choice: {', '.join(' / '.join(texts) for texts in spellings.values())}"
    return f"{column.kind}{_bounds(column)}"


def _bounds(column: Column) -> str:
    bounds = []
    if column.minimum is not None:
        bounds.append(f"{'more than' if column.above else 'from'} {column.minimum}")
    if column.kind == "percent":
        bounds.append(f"to {column.maximum}")
    if column.not_after_today:
        bounds.append("not after today")
    return f", {' '.join(bounds)}" if bounds else ""


def _need(column: Column) -> str:
    if column.key:
        blank = "" if column.blank_means is None else f", blank means {column.blank_means}"
        return f"key{blank}"
    return "yes" if column.required else ""


def _change(column: Column) -> str:
    if column.export_only:
        return "only written; ignored when read"
    return "" if column.key else CHANGES[column.change]


def test_page_of_columns_is_up_to_date() -> None:
    if os.environ.get("WRITE_DOCS"):
        FILES_PAGE.write_text(files_page(), encoding="utf-8")
    assert prose(FILES_PAGE) == files_page()
