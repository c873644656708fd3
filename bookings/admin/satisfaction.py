"""Satisfaction to read: how spaces are judged, and what was written."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bookings import satisfaction
from center import access
from center.admin_site import AdminPage, CenterAdminSite
from center.models import AccessAction

PAGE = 50

_site = cast("CenterAdminSite", admin.site)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Averages of each space, then the answers, newest first."""
    shown = Paginator(satisfaction.answers(), PAGE).get_page(request.GET.get("page"))
    given = list(shown.object_list)
    access.record(request, action=AccessAction.VIEW, subjects=[answer.booking for answer in given])
    context = {
        "title": _("Satisfaction"),
        "spaces": satisfaction.averages(),
        "answers": given,
        "page": shown,
    }
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, "admin/satisfaction/list.html", whole)


_site.add_page(
    AdminPage(
        address="satisfaction/",
        name="satisfaction",
        view=page,
        permission="bookings.view_feedback",
        title=gettext_lazy("Satisfaction"),
    )
)
