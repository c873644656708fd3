"""The staff's side of businesses: the queue and its cases, the businesses, kinds of papers."""

from typing import cast

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from center.admin_site import AdminPage, CenterAdminSite
from merchants.admin import errands, verification
from merchants.admin.businesses import MerchantAdmin
from merchants.admin.kinds import DocumentKindAdmin
from merchants.register_import import views as register_import

__all__ = ["DocumentKindAdmin", "MerchantAdmin", "errands"]

_site = cast("CenterAdminSite", admin.site)
_site.add_page(
    AdminPage(
        address="verifications/",
        name="verifications",
        view=verification.queue,
        permission="merchants.verify_merchant",
        title=_("Verifications"),
    )
)
_site.add_page(
    AdminPage(
        address="verifications/<int:pk>/",
        name="verification",
        view=verification.case,
        permission="merchants.verify_merchant",
    )
)
for _address, _name, _view in (
    ("", "", register_import.choose),
    ("template.xlsx", "_template", register_import.template),
    ("<int:pk>/", "_tried", register_import.tried),
    ("<int:pk>/run/", "_run", register_import.run),
    ("<int:pk>/errors.csv", "_errors", register_import.errors),
):
    _site.add_page(
        AdminPage(
            address=f"merchants/merchant/import/{_address}",
            name=f"merchants_import{_name}",
            view=_view,
            permission="merchants.add_registerimport",
        )
    )
