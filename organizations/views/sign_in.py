from allauth.account import views
from django.urls import reverse_lazy

from organizations.permissions import signed_in


class SignIn(views.LoginView):
    """Already signed in, one is led on."""


class SignOut(views.LogoutView):
    """By POST alone: a link of another site cannot sign anybody out."""

    http_method_names = ["post"]


class ChangePassword(views.PasswordChangeView):
    success_url = reverse_lazy("reports:home")


change_password = signed_in(ChangePassword.as_view())
