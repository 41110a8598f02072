from django.urls import path

from organizations.views import codes, people, roles, tokens, units

app_name = "organizations"

urlpatterns = [
    path("activate/", codes.activate, name="activate"),
    path("people/", people.people_list, name="people"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/codes/", codes.codes, name="codes"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("people/<int:pk>/stop/", people.person_stop, name="person-stop"),
    path("people/<int:pk>/readmit/", people.person_readmit, name="person-readmit"),
    path("people/<int:pk>/roles/", people.role_add, name="role-add"),
    path("people/<int:pk>/roles/<int:post>/take/", people.role_take, name="role-take"),
    path("roles/", roles.roles, name="roles"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("units/", units.unit_list, name="units"),
    path("units/new/", units.unit_new, name="unit-new"),
    # Codes of units are any text, a slash included.
    path("units/<path:code>/edit/", units.unit_edit, name="unit-edit"),
    path("units/<path:code>/contact/", units.unit_contact, name="unit-contact"),
    path("units/<path:code>/history/", units.unit_history, name="unit-history"),
]
