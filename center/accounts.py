from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url


class AccountAdapter(DefaultAccountAdapter):
    """Our differences from allauth's defaults."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff start their day in the admin."""
        if request.user.is_staff:
            return resolve_url("admin:index")
        return str(super().get_login_redirect_url(request))

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)
