"""The staff's side of messages: the outbox, the ways a kind may take, and its words."""

from typing import cast

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from center.admin_site import AdminPage, CenterAdminSite
from center.notifications.admin import ways, wording
from center.notifications.admin.outbox import MessageAdmin

__all__ = ["MessageAdmin"]

_site = cast("CenterAdminSite", admin.site)
_site.add_page(
    AdminPage(
        address="messages/ways/",
        name="message_ways",
        view=ways.page,
        permission="notifications.change_kindrule",
        title=_("Ways of messages"),
    )
)
_site.add_page(
    AdminPage(
        address="messages/wording/",
        name="message_wordings",
        view=wording.index,
        permission="notifications.add_messagetext",
        title=_("Wording of messages"),
    )
)
_site.add_page(
    AdminPage(
        address="messages/wording/<str:key>/<str:language>/",
        name="message_wording",
        view=wording.edit,
        permission="notifications.add_messagetext",
    )
)
