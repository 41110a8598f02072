from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from config import health
from organizations.views import sign_in

#: Addresses that need no sign-in, each with its reason. Every other one declares a permission,
#: which a test walks through.
PUBLIC = {
    "account_login": "the way in",
    "organizations:activate": "sets a password with a one-time code, and is the first way in",
    "account_logout": "signs out whoever sends it, and only them",
    "health": "says that the process lives, and nothing else, to a load balancer",
    "ready": "says in a word each what the system needs and has, to a watch that has no account",
    "set_language": "writes a cookie of the reader's own browser",
}

handler400 = "config.api.bad_request"
handler404 = "config.api.not_found"
handler500 = "config.api.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    # allauth asks for these names.
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-out/", sign_in.SignOut.as_view(), name="account_logout"),
    path("password/", sign_in.change_password, name="account_change_password"),
    path("health/", health.health, name="health"),
    path("ready/", health.ready, name="ready"),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include("config.api")),
    path("", include("organizations.urls")),
    path("", include("suppliers.urls")),
    path("", include("procurement.urls")),
    path("", include("quotas.urls")),
    path("", include("reports.urls")),
]
