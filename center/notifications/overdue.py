"""Telling staff each working morning which of their queues are overdue."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from center import business_days, clock
from center.admin_site import CenterAdminSite
from center.models import User
from center.notifications import services
from center.notifications.messages import OVERDUE


@transaction.atomic
def tell(*, now: dt.datetime) -> int:
    """Write to everybody of the staff for whom something urgent waits, as the first page of the
    admin says it; numbers only, nobody's data. Once a day, none on days off; how many people."""
    day = clock.day_of(now)
    if not business_days.current().is_business_day(day):
        return 0
    staff = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    return sum(_tell(person, day) for person in staff)


def _tell(person: User, day: dt.date) -> bool:
    site = cast("CenterAdminSite", admin.site)
    with translation.override(person.language):
        lines = [str(line.said) for line in site.lines_for(person) if line.urgent]
    if lines:
        services.queue(
            kind=OVERDUE,
            recipient=person,
            context={"name": person.get_short_name(), "lines": lines},
            dedupe_key=f"overdue:{person.pk}:{day}",
            link=reverse("admin:index"),
        )
    return bool(lines)
