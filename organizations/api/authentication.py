"""Who sends a request to the API: the owner of an access token, or whoever is signed in."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from organizations.models import AccessToken, User
from organizations.tokens import token_of

#: Longer than any key of ours.
_LONGEST_KEY = 200


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer yuliu_…``; 401 for a key that opens nothing."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        word, _blank, key = get_authorization_header(request).partition(b" ")
        if word.lower() != b"bearer":
            return None
        token = token_of(key.decode("latin-1").strip()) if len(key) < _LONGEST_KEY else None
        if token is None:
            raise AuthenticationFailed
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="yuliu"'


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class TokenThrottle(SimpleRateThrottle):
    """So many requests a minute for a token, else for a person; counted in each web process."""

    scope = "api"

    def get_rate(self) -> str:
        return f"{settings.API_REQUESTS_PER_MINUTE}/min"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if isinstance(request.auth, AccessToken):
            return f"api-token-{request.auth.pk}"
        return f"api-person-{request.user.pk}" if request.user.is_authenticated else None
