"""Names of demonstration files and the password that is printed."""

from pathlib import Path

import pytest

from config import demonstration
from organizations.models import Role, User
from tests.builders import person


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("01-units.csv", "units"),
        ("05-purchases-2.csv", "purchases"),
        ("02-policies.csv", "policies"),
    ],
)
def test_kind_stands_after_the_number(name, kind):
    assert demonstration.kind_of(Path("/out") / name) == kind


def test_file_without_number_and_kind_is_refused():
    with pytest.raises(ValueError, match=r"units\.csv"):
        demonstration.kind_of(Path("units.csv"))


def test_password_is_the_same_at_the_second_start(tmp_path, monkeypatch):
    monkeypatch.delenv("YULIU_DEMO_PASSWORD", raising=False)
    first = demonstration.password(tmp_path)
    assert len(first) >= 12
    assert demonstration.password(tmp_path) == first
    assert (tmp_path / "demo-password").stat().st_mode & 0o777 == 0o600


def test_password_of_the_environment_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("YULIU_DEMO_PASSWORD", "named")
    assert demonstration.password(tmp_path) == "named"
    assert list(tmp_path.iterdir()) == []


def test_people_of_the_file_get_the_password_and_keep_their_own(tmp_path, db):
    for username in ("new", "standing", "stranger"):
        person(username, Role.AUDITOR, region="450000")
    standing = User.objects.get(username="standing")
    standing.set_password("their own")
    standing.save()
    file = tmp_path / "07-people.csv"
    file.write_text("登录名,角色\nnew,审计\nstanding,审计\n", encoding="utf-8-sig")
    demonstration._activate(file, "given")
    opened = {user.username: user.check_password("given") for user in User.objects.all()}
    assert opened == {"new": True, "standing": False, "stranger": False}


def test_way_in_names_one_person_of_each_role(tmp_path, monkeypatch, db):
    monkeypatch.setenv("YULIU_DEMO_PASSWORD", "named")
    person("guanli450000", Role.BUREAU_ADMINISTRATOR, region="450000")
    person("shenji1", Role.AUDITOR, region="450000")
    person("shenji2", Role.AUDITOR, region="450000")
    stopped = person("xitong", Role.SYSTEM_ADMINISTRATOR, region="450000")
    User.objects.filter(pk=stopped.pk).update(is_active=False)
    demo = person("demo", Role.BUREAU_ADMINISTRATOR, region="450000")
    demo.set_password("named")
    demo.save()
    assert demonstration.sign_in(tmp_path).splitlines() == [
        "Sign in with the password named as",
        "  财政管理员    demo",
        "  审计          shenji1",
    ]
    User.objects.update(password="")
    assert "named" not in demonstration.sign_in(tmp_path)
