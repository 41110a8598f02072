"""The demonstration: one province with its units, filings and purchases, and a person to sign in.

Figures and names are made up by the command demo_data; regions and designated counties are real.
"""

import os
import re
import tempfile
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command

import embedded

USERNAME = "demo"
PROVINCE = "450000"
SIZE = ("--province", PROVINCE, "--units", "600", "--purchases", "40000", "--seed", "1")
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
    os.environ["YULIU_PASSWORD"] = password(data)
    call_command("first_run", "--username", USERNAME, "--region", PROVINCE)
    del os.environ["YULIU_PASSWORD"]


def kind_of(file: Path) -> str:
    """Return the kind of a demonstration file: `05-purchases-2.csv` holds purchases."""
    match = KIND_IN_NAME.match(file.name)
    if match is None:
        raise ValueError(f"{file.name} does not begin with a number and a kind")
    return match[1]


def sign_in(data: Path) -> str:
    """Return one line that says how to sign in, true also after the password was changed."""
    person = get_user_model().objects.get(username=USERNAME)
    if person.check_password(password(data)):
        return f"Sign in as {USERNAME} with the password {password(data)}"
    return f"Sign in as {USERNAME}; the password was changed since the first start."
