"""`.env.example`, the sources and the composition of containers name the same variables."""

import re
from pathlib import Path

from config import celery

PROJECT = Path(__file__).resolve().parents[2]
APPS = "organizations suppliers procurement quotas reports exchange demo embedded config"
READ = re.compile(r"""(?:\benv(?:\.\w+)?\(|\benviron\.get\(|\bgetenv\(|\benviron\[)\s*["'](\w+)""")
MEMBERSHIP = re.compile(r"""["'](\w+)["'] (?:not )?in os\.environ""")
# Where the settings are is no setting of the site.
OF_THE_FRAMEWORK = {"DJANGO_SETTINGS_MODULE"}


def sources():
    yield PROJECT / "manage.py"
    for app in APPS.split():
        yield from (PROJECT / app).rglob("*.py")


def test_example_names_what_sources_and_composition_read():
    texts = [path.read_text(encoding="utf-8") for path in sources()]
    read = {name for text in texts for name in READ.findall(text) + MEMBERSHIP.findall(text)}
    composition = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    read |= set(re.findall(r"(?<!\$)\$\{(\w+)", composition))
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^#(\w+)=", example, re.MULTILINE)
    assert sorted(named) == sorted(read - OF_THE_FRAMEWORK)


def table(heading: str) -> str:
    """A section of the operator's page."""
    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    return page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_operators_table_names_what_the_example_names():
    rows = re.findall(r"^\| (`.+?`) \|", table("Settings"), re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    assert sorted(listed) == sorted(re.findall(r"^#(\w+)=", example, re.MULTILINE))


def test_operators_table_names_what_the_beat_sends():
    named = set(re.findall(r"^\| ([\w-]+) \|", table("Scheduled tasks"), re.MULTILINE))
    assert set(celery.app.conf.beat_schedule) - named == set()
