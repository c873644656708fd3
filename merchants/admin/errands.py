"""What the first page of the admin says of businesses: verifications that wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import ngettext

from center import clock
from center.admin_site import CenterAdminSite, Errand, Line
from merchants import queue


def _verifications() -> Iterator[Line]:
    """1 query."""
    n, address = queue.counts(clock.now()), reverse("admin:verifications")
    if n.overdue:
        said = ngettext(
            "%(n)d verification is overdue.", "%(n)d verifications are overdue.", n.overdue
        )
        yield Line(said % {"n": n.overdue}, f"{address}?show=overdue", urgent=True)
    if n.waiting > n.overdue:  # all of them: so many the queue has
        said = ngettext(
            "%(n)d verification is to be decided.",
            "%(n)d verifications are to be decided.",
            n.waiting,
        )
        yield Line(said % {"n": n.waiting}, address)


cast("CenterAdminSite", admin.site).add_errand(Errand("merchants.verify_merchant", _verifications))
