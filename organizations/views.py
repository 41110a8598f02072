from django.contrib.auth import views

from organizations.forms import SignInForm


class SignIn(views.LoginView):
    template_name = "organizations/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(views.LogoutView):
    """By POST alone: a link of another site cannot sign anybody out."""
