"""What waits for staff and has a legal term: requests of people, months of the access log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.contrib import admin
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import access_review, clock
from center.admin_site import CenterAdminSite, Errand, Line
from center.models import RightsRequest

_site = cast("CenterAdminSite", admin.site)


def _requests() -> Iterator[Line]:
    late = Q(due_on__lt=clock.today())
    n = RightsRequest.objects.open().aggregate(open=Count("pk"), overdue=Count("pk", filter=late))
    address = reverse("admin:center_rightsrequest_changelist")
    if n["overdue"]:
        said = ngettext(
            "%(n)d rights request is overdue: answer it today.",
            "%(n)d rights requests are overdue: answer them today.",
            n["overdue"],
        )
        yield Line(said % {"n": n["overdue"]}, f"{address}?state=overdue", urgent=True)
    if n["open"] > n["overdue"]:  # all of them: so many the list has
        said = ngettext(
            "%(n)d rights request is to be answered.",
            "%(n)d rights requests are to be answered.",
            n["open"],
        )
        yield Line(said % {"n": n["open"]}, f"{address}?state=open")


def _months() -> Iterator[Line]:
    waiting = access_review.open_months()
    if not waiting:
        return
    said = ngettext(
        "%(n)d month of the access log is not signed off, the oldest %(month)s.",
        "%(n)d months of the access log are not signed off, the oldest %(month)s.",
        len(waiting),
    ) % {"n": len(waiting), "month": f"{waiting[0].month:%Y-%m}"}
    if waiting[0].is_overdue:
        said = f"{said} " + _("The time for it is over.")
    yield Line(said, reverse("admin:center_access_review"), urgent=waiting[0].is_overdue)


_site.add_errand(Errand("center.change_rightsrequest", _requests))
_site.add_errand(Errand("center.add_accessreview", _months))
