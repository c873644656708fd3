from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.resources import Unit
from center import clock

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Photo(models.Model):
    """A picture of a device, made anew from what a camera sent; a JPEG without metadata.

    It lies in the row and not in a folder: it comes, goes and is backed up with what it
    proves, and there is no file without its row. ``bookings.photos`` keeps it small.
    """

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    taken_at = models.DateTimeField(_("taken"), default=clock.now, editable=False, db_index=True)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def of(cls, content: bytes, **fields: Any) -> Photo:
        """A row for a picture, not saved yet."""
        return cls(content=content, sha256=hashlib.sha256(content).hexdigest(), **fields)


def photo_field(label: _StrPromise) -> models.ForeignKey:
    """What is left of a photo whose time is over is nothing."""
    return models.ForeignKey(
        Photo,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=label,
    )


@pghistory.track()
class DeviceCard(models.Model):
    """What the ledger of devices says of a unit besides its numbers. ``value`` is in won."""

    unit = models.OneToOneField(
        Unit, on_delete=models.PROTECT, related_name="card", verbose_name=_("unit")
    )
    value = models.PositiveIntegerField(_("value, won"), null=True, blank=True)
    purchased_on = models.DateField(_("bought on"), null=True, blank=True)
    supplier = models.CharField(_("supplier"), max_length=60, blank=True)
    last_service_on = models.DateField(_("last serviced on"), null=True, blank=True)
    next_service_on = models.DateField(_("next service on"), null=True, blank=True)
    photo = photo_field(_("photo"))
    notes = models.TextField(_("notes"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("card of the ledger")
        verbose_name_plural = _("cards of the ledger")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_service_on=None)
                | models.Q(next_service_on=None)
                | models.Q(next_service_on__gt=models.F("last_service_on")),
                name="device_serviced_before_the_next",
            )
        ]

    def __str__(self) -> str:
        return str(self.unit)


class Accessory(models.Model):
    """What belongs to a device and is counted when it goes out and comes back."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="accessories", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=60)
    quantity = models.PositiveSmallIntegerField(_("how many"), default=1)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)

    class Meta:
        verbose_name = _("accessory")
        verbose_name_plural = _("accessories")
        ordering = ["unit_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="accessory_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="accessory_of_at_least_one"
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.quantity == 1 else f"{self.name} × {self.quantity}"
