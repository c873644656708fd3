from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _


class CenterAdminSite(admin.AdminSite):
    """The admin behind the one log-in of the house."""

    site_header = _("Center administration")
    site_title = _("Center administration")
    index_title = _("Today")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send people to the house's log-in; somebody who may not enter hears so there."""
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
            target = resolve_url("admin:index")
        if request.user.is_authenticated and not self.has_permission(request):
            return redirect("staff_only")
        return redirect(f"{resolve_url('account_login')}?{urlencode({'next': target})}")
