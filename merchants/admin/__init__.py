"""The staff's side of businesses: the queue and its cases, the businesses, kinds of papers."""

from typing import cast

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from center.admin_site import AdminPage, CenterAdminSite
from merchants.admin import verification
from merchants.admin.businesses import MerchantAdmin
from merchants.admin.kinds import DocumentKindAdmin

__all__ = ["DocumentKindAdmin", "MerchantAdmin"]

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
