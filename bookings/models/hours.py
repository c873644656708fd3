from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.resources import Resource, Unit
from center import clock

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
#: rows taken back are in the history too: reports of the past rest on them
_CHANGES = (pghistory.InsertEvent, pghistory.UpdateEvent, pghistory.DeleteEvent)
_WHOLE_HOUSE = _("Empty: the whole house.")
_CLOSES_AFTER_OPENING = _("The closing time is not after the opening time.")


@pghistory.track(*(change() for change in _CHANGES))
class OpeningHours(models.Model):
    """A weekly span in which a resource, or the house, is open.

    Several rows a weekday make breaks. Where a resource has rows of its own in force on a
    day, they replace the house's for that day.
    """

    resource = models.ForeignKey(
        Resource,
        verbose_name=_("resource"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text=_WHOLE_HOUSE,
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["resource_id", "weekday", "opens", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="hours_close_after_opening",
                violation_error_message=_CLOSES_AFTER_OPENING,
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__range=(0, 6)), name="hours_weekday_known"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="hours_end_after_start",
                violation_error_message=_("The last day in force lies before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


@pghistory.track(*(change() for change in _CHANGES))
class SpecialOpening(models.Model):
    """An extra span on one date; also opens a holiday or a weekend."""

    resource = models.ForeignKey(
        Resource,
        verbose_name=_("resource"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text=_WHOLE_HOUSE,
    )
    date = models.DateField(_("date"), db_index=True)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    reason = models.CharField(_("reason"), max_length=120)

    class Meta:
        verbose_name = _("special opening")
        verbose_name_plural = _("special openings")
        ordering = ["-date", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="special_opening_closes_after_opening",
                violation_error_message=_CLOSES_AFTER_OPENING,
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.opens:%H:%M}–{self.closes:%H:%M}"


@pghistory.track(*(change() for change in _CHANGES))
class HolidayOverride(models.Model):
    """A date that is a holiday although no calendar knows it, or an open day although one does.

    Temporary public holidays (임시공휴일) are announced weeks ahead; the house may also
    decide to work on a public one.
    """

    date = models.DateField(_("date"), unique=True)
    is_holiday = models.BooleanField(
        _("closed"), default=True, help_text=_("Untick to open on a public holiday.")
    )
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("holiday of our own")
        verbose_name_plural = _("holidays of our own")
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class ClosureKind(models.TextChoices):
    MAINTENANCE = "maintenance", _("Maintenance")
    PARTNER = "partner", _("Reserved for a partner")
    HOUSE = "house", _("The house's own use")
    OTHER = "other", _("Other")


class Closure(models.Model):
    """A span in which the house, a resource or one unit cannot be booked.

    Its allocations block the units under the same constraint that guards bookings.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=ClosureKind)
    resource = models.ForeignKey(
        Resource,
        verbose_name=_("resource"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text=_WHOLE_HOUSE,
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text=_("Only this one; leave the resource empty then."),
    )
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    reason = models.CharField(
        _("reason"), max_length=120, help_text=_("Shown to everybody on the space's page.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["-starts"]
        indexes = [models.Index(fields=["ends", "starts"], name="closure_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="closure_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(resource=None) | models.Q(unit=None),
                name="closure_of_one_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({clock.local(self.starts):%Y-%m-%d %H:%M})"

    def concerns(self, unit: Unit) -> bool:
        """Whether it closes this unit: itself, its resource, or the whole house."""
        if self.unit_id is not None:
            return self.unit_id == unit.pk
        return self.resource_id in (None, unit.resource_id)
