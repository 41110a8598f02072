"""The view that every address of the API is made of, with the guard that the pages have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from exchange.api.errors import Problem, Refused, form_refused, refused, too_large
from exchange.api.paging import PAGE_PARAMETERS
from exchange.api.schema import Description
from exchange.listing import AddressForm
from exchange.requests import user_id
from exchange.uploads import is_too_large
from organizations.api.authentication import TokenAuthentication, TokenThrottle
from organizations.models import AccessToken, User
from organizations.permissions import admit
from organizations.roles import Permission

#: The word of what concerns any person, as of the pages' ``signed_in``.
SIGNED_IN = "signed_in"
#: A row has some dozen values, a decision some hundred numbers.
_BODY_BYTES = 1024**2


class ApiRequest(Request):
    """What the method of a guarded view is given."""

    user: User


@dataclass(frozen=True)
class Guard:
    """The permission that a method needs, and how the thing at whose place it is held is found.

    With ``anywhere`` it is enough to have the permission at some place of one's own.
    """

    permission: str
    fetch: Callable[..., Any] | None = None
    anywhere: bool = False

    def admitted(self, request: Request, parts: Mapping[str, Any]) -> Any:
        """What is fetched for whoever may; Http404 or PermissionDenied for the others."""
        fetch = self.fetch
        find = None if fetch is None else lambda: fetch(request, **parts)
        if self.permission == SIGNED_IN or self.anywhere:
            if self.anywhere:
                admit(request.user, Permission(self.permission))
            return find() if find else None
        return admit(request.user, Permission(self.permission), find)


class JsonBody(JSONParser):
    """A body that is nested deeper than any of ours is no body either."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError from error


class Json(BaseContentNegotiation):
    """Every answer is JSON, whatever the client says that it likes best."""

    def select_parser(self, request: Request, parsers: list) -> Any:
        return next((p for p in parsers if _takes(p, request.content_type)), None)

    def select_renderer(self, request: Request, renderers: list, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


def _takes(parser: Any, content_type: str | None) -> bool:
    return (content_type or "").partition(";")[0].strip().lower() == parser.media_type


def reads_only(request: Request) -> bool:
    """Whether it comes with an access token that must not write anything."""
    return isinstance(request.auth, AccessToken) and not request.auth.writes


class ApiView(APIView):
    """An address: ``guards`` by method, the first one for every method that is not taken.

    ``form`` holds the filters of a list, ``page_only`` those of them that say how a page looks.
    After the guard, ``found`` is what it fetched.
    """

    guards: ClassVar[Mapping[str, Guard]] = {}
    form: ClassVar[type[AddressForm] | None] = None
    page_only: ClassVar[frozenset[str]] = frozenset()
    is_paged: ClassVar[bool] = False

    authentication_classes = (TokenAuthentication, SessionAuthentication)
    permission_classes = ()
    throttle_classes = (TokenThrottle,)
    parser_classes = (JsonBody,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = Json
    metadata_class = None
    schema = Description()
    request: ApiRequest
    found: Any = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view = super().as_view(**initkwargs)
        guards = initkwargs.get("guards", cls.guards)
        view.permission = next(iter(guards.values())).permission
        return view

    def initial(self, request: Request, *args: Any, **parts: Any) -> None:
        super().initial(request, *args, **parts)
        self._refuse_large(request)
        self.found = self._admitted(request, parts)
        self._refuse_unknown_filters(request)

    def _admitted(self, request: Request, parts: dict[str, Any]) -> Any:
        if not request.user.is_authenticated:
            raise NotAuthenticated
        user_id.set(request.user.pk)
        guard = self.guards.get(self._method(request)) or next(iter(self.guards.values()))
        found = guard.admitted(request, parts)
        if reads_only(request) and request.method not in SAFE_METHODS:
            raise refused("forbidden", _("This access token only reads."), status=403)
        return found

    @staticmethod
    def _method(request: Request) -> str:
        return "GET" if request.method == "HEAD" else request.method or ""

    def _refuse_large(self, request: Request) -> None:
        is_form = (request.content_type or "").startswith("multipart/")
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if is_too_large(request) if is_form else length > _BODY_BYTES:
            raise refused("too_large", too_large(), status=413)

    def _refuse_unknown_filters(self, request: Request) -> None:
        """A filter that is misspelt must not pass for one that lets everything through."""
        known = set(self._filters()) | set(PAGE_PARAMETERS if self.is_paged else ())
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            message = _("There is no such question here.")
            raise Refused(Problem("unknown_field", message, name) for name in unknown)

    def _filters(self) -> list[str]:
        if self.form is None or self.request.method not in SAFE_METHODS:
            return []
        return [name for name in self.form.base_fields if name not in self.page_only]

    def asked(self) -> SimpleNamespace:
        """The filters with their defaults; Refused for a bad one, which a page would pass over."""
        assert self.form is not None
        form = self.form(self.request.query_params)
        asked = form.asked()
        if form.errors:
            raise form_refused(form)
        return asked
