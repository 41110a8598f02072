from django.http import HttpResponse
from django.shortcuts import render

from organizations.models import Role
from organizations.permissions import signed_in
from organizations.roles import ROLES, Permission
from organizations.scope import SignedInRequest


@signed_in
def roles(request: SignedInRequest) -> HttpResponse:
    """The table of roles: what each is for, where it is held, what it may do there."""
    own = {post.role for post in request.user.posts()}
    rows = [
        {
            "label": role.label,
            "terms": ROLES[role],
            "places": [place.label for place in ROLES[role].places],
            "is_own": role in own,
        }
        for role in Role
    ]
    matrix = [
        {
            "label": permission.label,
            "cells": [permission in row["terms"].permissions for row in rows],
        }
        for permission in Permission
    ]
    return render(request, "organizations/roles.html", {"roles": rows, "matrix": matrix})
