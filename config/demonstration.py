"""The demonstration: a province with its units, filings, purchases, products, notices and people.

Figures and names are made up by the command demo_data; regions and designated counties are real.
"""

import csv
import os
import re
import tempfile
from pathlib import Path

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import translation
from django.utils.module_loading import import_string

import embedded
from organizations.roles import Role

USERNAME = "demo"
PROVINCE = "450000"
SIZE = ("--province", PROVINCE, "--units", "600", "--purchases", "40000", "--seed", "1")
LONGEST_ROLE = 6
KIND_IN_NAME = re.compile(r"\d+-([a-z_]+)")


def password(data: Path) -> str:
    """Return the demonstration's password: YULIU_DEMO_PASSWORD, else one kept below `data`."""
    named = os.environ.get("YULIU_DEMO_PASSWORD")
    return named or embedded.kept_secret(data / "demo-password", size=9)


def load(data: Path) -> None:
    """Load the demonstration unless its person exists, who is made last.

    An interrupted load is repeated from the start: rows that are already there stay as they are.
    """
    if get_user_model().objects.filter(username=USERNAME).exists():
        return
    with tempfile.TemporaryDirectory(dir=data, prefix="demo-") as folder:
        call_command("demo_data", *SIZE, "--out", folder)
        for file in sorted(Path(folder).iterdir()):
            print(f"Loading {file.name}", flush=True)
            call_command("import_file", kind_of(file), str(file))
            if kind_of(file) == "people":
                _activate(file, password(data))
    os.environ["YULIU_PASSWORD"] = password(data)
    call_command("first_run", "--username", USERNAME, "--region", PROVINCE)
    del os.environ["YULIU_PASSWORD"]
    import_string("config.demonstration_products.list_products")()
    import_string("config.demonstration_notices.make_notices")(PROVINCE)
    import_string("config.demonstration_files.send_units")(USERNAME)


def kind_of(file: Path) -> str:
    """Return the kind of a demonstration file: `05-purchases-2.csv` holds purchases."""
    match = KIND_IN_NAME.match(file.name)
    if match is None:
        raise ValueError(f"{file.name} does not begin with a number and a kind")
    return match[1]


def _activate(file: Path, given: str) -> None:
    """Give the people of a file the password, save those who have one of their own."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        names = [row["登录名"] for row in csv.DictReader(opened)]
    people = get_user_model().objects.filter(username__in=names)
    waiting = [person.pk for person in people if not person.has_usable_password()]
    people.filter(pk__in=waiting).update(password=make_password(given))


def sign_in(data: Path) -> str:
    """Return how to sign in: the password, and a sign-in name for each role."""
    person = get_user_model().objects.get(username=USERNAME)
    said = "with the password they were given; that of demo was changed since the first start:"
    if person.check_password(password(data)):
        said = f"with the password {password(data)} as"
    lines = [f"  {_padded(label)}{username}" for label, username in names_by_role()]
    return "\n".join([f"Sign in {said}", *lines])


def names_by_role() -> list[tuple[str, str]]:
    """The name of each role, in Chinese, and the sign-in name of its first person."""
    first = {Role.BUREAU_ADMINISTRATOR: USERNAME}
    posts = (
        apps.get_model("organizations.Membership")
        .objects.filter(user__is_active=True)
        .order_by("user_id")
    )
    for role, username in posts.values_list("role", "user__username"):
        first.setdefault(role, username)
    with translation.override("zh-hans"):
        return [(str(role.label), first[role]) for role in Role if role in first]


def _padded(label: str) -> str:
    """A label as wide as the longest: on a terminal a Chinese character takes two columns."""
    return label + "  " * (LONGEST_ROLE - len(label)) + "  "
