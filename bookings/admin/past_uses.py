"""Where the import of past uses stands inside the admin, and who may open it."""

from __future__ import annotations

from typing import cast

from django.contrib import admin

from bookings.past_import import views
from center.admin_site import AdminPage, CenterAdminSite

_site = cast("CenterAdminSite", admin.site)
for _address, _name, _view in (
    ("", "", views.choose),
    ("template.xlsx", "_template", views.template),
    ("<int:pk>/", "_tried", views.tried),
    ("<int:pk>/run/", "_run", views.run),
    ("<int:pk>/errors.csv", "_errors", views.errors),
):
    _site.add_page(
        AdminPage(
            address=f"bookings/booking/import/{_address}",
            name=f"past_uses{_name}",
            view=_view,
            permission="merchants.add_registerimport",
        )
    )
