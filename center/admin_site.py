from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _


def _is_unreadable(name: str, value: str) -> bool:
    if "\0" in name + value:
        return True
    return name.endswith("__year") and not re.fullmatch(r"(19|20)[0-9]{2}", value)


class CenterAdminSite(admin.AdminSite):
    """The admin behind the one log-in of the house."""

    site_header = _("Center administration")
    site_title = _("Center administration")
    index_title = _("Today")

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """Everything but keys and sessions, which allauth would show to superusers."""
        models = (
            model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        )
        if not {model._meta.app_label for model in models} & {"mfa", "usersessions"}:
            super().register(model_or_iterable, *args, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Refuse addresses that lists would choke on: NUL, and years no calendar has."""

        @functools.wraps(view)
        def readable(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if any(_is_unreadable(name, str(value)) for name, value in request.GET.items()):
                raise BadRequest
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        return super().admin_view(readable, cacheable)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send people to the house's log-in; somebody who may not enter hears so there."""
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
            target = resolve_url("admin:index")
        if request.user.is_authenticated and not self.has_permission(request):
            return redirect("staff_only")
        return redirect(f"{resolve_url('account_login')}?{urlencode({'next': target})}")
