"""Asking the API as a program does: with a token, and JSON both ways."""

import json
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from organizations.models import User
from organizations.tokens import make_token


def key_for(user: User, scope: str = "write") -> str:
    day = timezone.localdate() + timedelta(days=30)
    return make_token(name="程序", scope=scope, expires_on=day, by=user).key


class Api:
    """A program with a token of the user's; of nobody's without one."""

    def __init__(self, user: User | None, scope: str = "write") -> None:
        self.client = Client()
        self.headers = {"Accept-Language": "en"}
        if user:
            self.headers["Authorization"] = f"Bearer {key_for(user, scope)}"

    def ask(self, method: str, path: str, body: Any = None, **asked: Any) -> Any:
        address = f"/api/v1/{path}" if not path.startswith(("/", "http")) else path
        data = {} if body is None else {"data": json.dumps(body)}
        return self.client.generic(
            method, address, content_type="application/json", headers=self.headers,
            query_params=asked or None, **data,
        )  # fmt: skip

    def get(self, path: str, **asked: Any) -> Any:
        return self.ask("GET", path, **asked)

    def post(self, path: str, body: Any) -> Any:
        return self.ask("POST", path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self.ask("PATCH", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self.ask("PUT", path, body)

    def delete(self, path: str) -> Any:
        return self.ask("DELETE", path)


def codes_of(response: Any) -> list[tuple[str | None, str]]:
    """The errors of an answer as (field, code)."""
    return [(error["field"], error["code"]) for error in response.json()["errors"]]
