from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    STUDIO = "studio", _("Studio")
    OFFICE_SEAT = "office_seat", _("Office seat")
    RECORDING = "recording", _("Recording room")
    CONFERENCE = "conference", _("Conference room")
    EQUIPMENT = "equipment", _("Equipment")


class ResourceQuerySet(models.QuerySet["Resource"]):
    def active(self) -> ResourceQuerySet:
        return self.filter(is_active=True)

    def spaces(self) -> ResourceQuerySet:
        return self.exclude(category=Category.EQUIPMENT)

    def equipment(self) -> ResourceQuerySet:
        return self.filter(category=Category.EQUIPMENT)


class Resource(models.Model):
    """What people choose: a kind of studio, the office seats, a kind of camera."""

    slug = models.SlugField(
        pgettext_lazy("of a page", "address"),
        unique=True,
        help_text=_("Part of the page's address."),
    )
    category = models.CharField(_("category"), max_length=12, choices=Category)
    name = models.CharField(_("name (Korean)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    summary = models.CharField(_("in a few words (Korean)"), max_length=120, blank=True)
    summary_en = models.CharField(_("in a few words (English)"), max_length=120, blank=True)
    description = models.TextField(_("description (Korean)"), max_length=2000, blank=True)
    description_en = models.TextField(_("description (English)"), max_length=2000, blank=True)
    location = models.CharField(_("location (Korean)"), max_length=80, blank=True)
    location_en = models.CharField(_("location (English)"), max_length=80, blank=True)
    accessibility = models.CharField(_("access notes (Korean)"), max_length=200, blank=True)
    accessibility_en = models.CharField(_("access notes (English)"), max_length=200, blank=True)
    capacity = models.PositiveSmallIntegerField(_("people at most"), default=1)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)
    used_in = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="equipment",
        verbose_name=_("lent with these spaces"),
        help_text=_("For equipment: the spaces it can be booked with."),
        limit_choices_to=~models.Q(category=Category.EQUIPMENT),
    )

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(capacity__gte=1),
                name="resource_for_somebody",
                violation_error_message=_("The capacity is at least one person."),
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=Category.values), name="resource_category_known"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("space", args=[self.slug])

    @property
    def is_equipment(self) -> bool:
        return self.category == Category.EQUIPMENT

    @property
    def display_name(self) -> str:
        return self._in_language("name")

    @property
    def display_summary(self) -> str:
        return self._in_language("summary")

    @property
    def display_description(self) -> str:
        return self._in_language("description")

    @property
    def display_location(self) -> str:
        return self._in_language("location")

    @property
    def display_accessibility(self) -> str:
        return self._in_language("accessibility")

    def _in_language(self, field: str) -> str:
        korean: str = getattr(self, field)
        return korean if get_language() == "ko" else getattr(self, f"{field}_en") or korean


# By the clock and not by the beginning of the transaction: who waited for the lock of the resource
# may have begun before the one he waited for.
_ABSENCE_BEGINS = """
    INSERT INTO bookings_unitabsence (unit_id, starts) VALUES (NEW.id, clock_timestamp());
    RETURN NULL;
"""
_ABSENCE_ENDS = """
    UPDATE bookings_unitabsence SET ends = clock_timestamp() WHERE unit_id = NEW.id AND ends IS NULL;
    RETURN NULL;
"""


class UnitQuerySet(models.QuerySet["Unit"]):
    def spaces_out_of_service(self) -> UnitQuerySet:
        """Of what is on offer; devices have their own list, and some are gone for good."""
        on_offer = self.filter(in_service=False, resource__is_active=True)
        return on_offer.exclude(resource__category=Category.EQUIPMENT)


class Unit(models.Model):
    """One physical instance: studio A, seat 12, camera #3."""

    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="units", verbose_name=_("resource")
    )
    name = models.CharField(_("name"), max_length=40)
    capacity = models.PositiveSmallIntegerField(
        _("people at most"), null=True, blank=True, help_text=_("Empty: as the resource.")
    )
    asset_number = models.CharField(_("asset number"), max_length=40, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=60, blank=True)
    serves_from = models.DateField(
        _("first day in service"),
        null=True,
        blank=True,
        help_text=_("Empty: since before the records. Hours before it count as not offered."),
    )
    in_service = models.BooleanField(_("in service"), default=True)
    out_of_service_reason = models.CharField(_("why out of service"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["resource", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "name"], name="unit_name_once"),
            models.UniqueConstraint(
                fields=["asset_number"],
                condition=~models.Q(asset_number=""),
                name="unit_asset_number_once",
            ),
        ]
        # Whoever takes a unit out of service or puts it back, reports know from when to when.
        triggers = [
            pgtrigger.Trigger(
                name="absent_from_the_start",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NOT NEW.in_service"),
                func=_ABSENCE_BEGINS,
            ),
            pgtrigger.Trigger(
                name="absence_begins",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("in_service"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition("OLD.in_service AND NOT NEW.in_service"),
                func=_ABSENCE_BEGINS,
            ),
            pgtrigger.Trigger(
                name="absence_ends",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("in_service"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition("NEW.in_service AND NOT OLD.in_service"),
                func=_ABSENCE_ENDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.name}"


class UnitAbsence(models.Model):
    """A time in which a unit was out of service: it could not be booked, so that its hours are
    not among those offered. Written by the triggers of ``Unit`` alone."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="absences", verbose_name=_("unit")
    )
    starts = models.DateTimeField(
        _("from"), null=True, help_text=_("Empty: since before the records.")
    )
    ends = models.DateTimeField(_("until"), null=True, help_text=_("Empty: until now."))

    class Meta:
        verbose_name = _("unit out of service")
        verbose_name_plural = _("units out of service")
        ordering = ["unit", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")),
                name="unit_absence_forwards",
            ),
            ExclusionConstraint(
                name="unit_absent_once_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts",
                            "ends",
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.starts} – {self.ends}"
