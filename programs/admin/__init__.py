"""The staff's side: building calls, looking applications over."""

from __future__ import annotations

from typing import cast

from django.contrib import admin

from center.admin_site import AdminPage, CenterAdminSite, Errand
from programs.admin import applications, calls, cases, errands, exports, steps

__all__ = ["applications", "calls"]

_site = cast("CenterAdminSite", admin.site)
_VIEW, _CHANGE = "programs.view_application", "programs.change_program"

for page in (
    AdminPage("programs/<int:pk>/publish/", "program_publish", steps.program_publish, _CHANGE),
    AdminPage("programs/<int:pk>/form/", "program_form", steps.program_form, _CHANGE),
    AdminPage("programs/<int:pk>/copy/", "program_copy", steps.program_copy, _CHANGE),
    AdminPage("programs/<int:pk>/call-off/", "program_call_off", steps.program_call_off, _CHANGE),
    AdminPage("applications/<int:pk>/", "application_case", cases.application_case, _VIEW),
    AdminPage(
        "programs/<int:pk>/applications.csv", "applications_csv", exports.applications_csv, _VIEW
    ),
):
    _site.add_page(page)
_site.add_errand(Errand(_VIEW, errands.to_do))
