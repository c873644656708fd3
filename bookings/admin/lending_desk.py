"""Where the equipment desk stands in the admin: its addresses, and its lines of the first page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from bookings import equipment_desk as desk
from bookings.admin import devices, equipment, repair, trainings
from bookings.equipment_desk import Show
from center import clock
from center.admin_site import AdminPage, CenterAdminSite, Errand, Line

_site = cast("CenterAdminSite", admin.site)
_VIEW, _LEND, _MEND = "bookings.view_handover", "bookings.add_handover", "bookings.change_damage"
for _page in (
    AdminPage("equipment/", "equipment", equipment.equipment, _VIEW, gettext_lazy("Equipment")),
    AdminPage(
        "equipment/out/<int:booking_pk>/<int:unit_pk>/",
        "equipment_hand_out",
        equipment.hand_out,
        _LEND,
    ),
    AdminPage("equipment/<int:pk>/", "hand_over", equipment.hand_over, _LEND),
    AdminPage("equipment/photos/<int:pk>.jpg", "equipment_photo", equipment.photo, _VIEW),
    AdminPage("equipment/damage/<int:unit_pk>/", "equipment_damage", repair.damage, _MEND),
    AdminPage("equipment/repair/<int:unit_pk>/", "equipment_repair", repair.unit_repair, _MEND),
    AdminPage(
        "bookings/unit/ledger.csv", "device_ledger", devices.ledger, "bookings.view_devicecard"
    ),
    AdminPage(
        "trainings/",
        "trainings",
        trainings.trainings,
        "bookings.view_training",
        gettext_lazy("Trainings"),
    ),
    AdminPage(
        "trainings/add/<int:member_pk>/",
        "training_add",
        trainings.training_add,
        "bookings.add_training",
    ),
    AdminPage(
        "trainings/<int:pk>/revoke/",
        "training_revoke",
        trainings.training_revoke,
        "bookings.add_training",
    ),
):
    _site.add_page(_page)


def _errands() -> Iterator[Line]:
    """What is late, out, and in repair; what is not there is not said. 3 queries."""
    counts, address = desk.counts(clock.now()), reverse("admin:equipment")
    lines = (
        (
            counts.overdue,
            ngettext("%(n)d device is overdue.", "%(n)d devices are overdue.", counts.overdue),
            Show.OVERDUE,
        ),
        (
            counts.today,
            ngettext("%(n)d device goes out today.", "%(n)d devices go out today.", counts.today),
            Show.TODAY,
        ),
        (
            counts.out,
            ngettext("%(n)d device is out.", "%(n)d devices are out.", counts.out),
            Show.OUT,
        ),
        (
            counts.repair,
            ngettext("%(n)d device is in repair.", "%(n)d devices are in repair.", counts.repair),
            Show.REPAIR,
        ),
    )
    for n, words, show in lines:
        if n:
            yield Line(words % {"n": n}, f"{address}?show={show}", urgent=show == Show.OVERDUE)


_site.add_errand(Errand(_VIEW, _errands))
