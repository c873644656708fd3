"""Regular use: the same hours every week, and what became of each date."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.booking_states import BookingSource, BookingState
from bookings.models.bookings import Booking
from bookings.models.resources import Resource, Unit
from center import clock
from merchants.models import Merchant


class SeriesState(models.TextChoices):
    ACTIVE = "active", _("Running")
    ENDED = "ended", _("Has ended")


@pghistory.track()
class Series(models.Model):
    """A weekly use of one resource by one business, as it was planned."""

    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="series", verbose_name=_("business")
    )
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="series", verbose_name=_("resource")
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    purpose = models.CharField(_("purpose"), max_length=200)
    headcount = models.PositiveSmallIntegerField(_("people"), default=1)
    seat = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("seat wished for"),
    )
    source = models.CharField(
        _("booked through"), max_length=8, choices=BookingSource, default=BookingSource.WEB
    )
    override = models.CharField(_("reason for setting rules aside"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=SeriesState, default=SeriesState.ACTIVE
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("regular use")
        verbose_name_plural = _("regular uses")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="series_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="series_last_day_not_before_first",
            ),
            models.CheckConstraint(
                condition=models.Q(weekdays__len__gte=1)
                & models.Q(weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6]),
                name="series_on_some_weekday",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=SeriesState.values), name="series_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(headcount__gte=1), name="series_for_somebody"
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep_series", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.merchant} – {self.resource} {self.first_day}"


class DateOutcome(models.TextChoices):
    PLANNED = "planned", _("Not tried yet")
    TAKEN = "taken", _("Booked")
    REFUSED = "refused", _("Not possible")
    SKIPPED = "skipped", _("Left out")
    CANCELLED = "cancelled", _("Cancelled")

    addable: ClassVar[frozenset[DateOutcome]]
    given_up: ClassVar[frozenset[DateOutcome]]


#: has no booking and may get one
DateOutcome.addable = frozenset(
    {DateOutcome.PLANNED, DateOutcome.REFUSED, DateOutcome.SKIPPED, DateOutcome.CANCELLED}
)
#: somebody has said that there is to be none
DateOutcome.given_up = frozenset({DateOutcome.SKIPPED, DateOutcome.CANCELLED})


class SeriesDateQuerySet(models.QuerySet["SeriesDate"]):
    def to_come(self, at: dt.datetime) -> SeriesDateQuerySet:
        """By ``SeriesDate.hours``."""
        ended = models.Q(booking=None) | models.Q(booking__state__in=BookingState.ended)
        planned = ended & models.Q(starts__gt=at)
        return self.filter(planned | ~ended & models.Q(booking__starts__gt=at))

    def booked(self) -> SeriesDateQuerySet:
        """By ``SeriesDate.is_booked``."""
        return self.filter(booking__state__in=frozenset(BookingState) - BookingState.ended)


@pghistory.track()
class SeriesDate(models.Model):
    """One date of a series: its booking, or why there is none."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="dates")
    day = models.DateField(_("day"))
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, related_name="series_date"
    )
    outcome = models.CharField(
        _("outcome"), max_length=9, choices=DateOutcome, default=DateOutcome.PLANNED
    )
    codes = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("rules"))
    sentence = models.CharField(_("why not"), max_length=300, blank=True)

    objects = SeriesDateQuerySet.as_manager()

    class Meta:
        verbose_name = _("date of a regular use")
        verbose_name_plural = _("dates of regular uses")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "day"], name="series_date_once"),
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="series_date_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=DateOutcome.values),
                name="series_date_outcome_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="taken") | models.Q(booking__isnull=False),
                name="series_date_taken_has_a_booking",
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep_series_dates", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.day} {self.get_outcome_display()}"

    @property
    def is_booked(self) -> bool:
        """Has a booking that came to something; the booking may end without the series."""
        return self.booking is not None and self.booking.state not in BookingState.ended

    @property
    def hours(self) -> tuple[dt.datetime, dt.datetime]:
        """From and until: those of its booking, which may have been moved by itself."""
        it = self.booking if self.is_booked and self.booking is not None else self
        return it.starts, it.ends

    def is_to_come(self, now: dt.datetime) -> bool:
        return self.hours[0] > now

    @property
    def words(self) -> str:
        """What became of it: the booking's own state where there is one."""
        if self.outcome == DateOutcome.TAKEN and self.booking is not None:
            return str(self.booking.get_state_display())
        return str(self.get_outcome_display())


class ActKind(models.TextChoices):
    BOOKED = "booked", _("Booked")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")


class SeriesAct(models.Model):
    """One act upon many dates of a series, told of in one message when it is through.

    Each date is written down in the transaction that changes it. So an act that breaks off
    in between is told of all the same, with the dates it came to.
    """

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(_("what was done"), max_length=9, choices=ActKind)
    by_staff = models.BooleanField(_("by staff"))
    begun_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    told_at = models.DateTimeField(_("told"), null=True, editable=False)

    class Meta:
        verbose_name = _("act upon a regular use")
        verbose_name_plural = _("acts upon regular uses")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["begun_at"], condition=models.Q(told_at=None), name="series_act_untold"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ActKind.values), name="series_act_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.get_kind_display()}"


class SeriesActDate(models.Model):
    """A booking changed by an act; for one that was moved, when it was before."""

    act = models.ForeignKey(SeriesAct, on_delete=models.CASCADE, related_name="dates")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="+")
    old_starts = models.DateTimeField(_("from, before"), null=True)
    old_ends = models.DateTimeField(_("until, before"), null=True)

    class Meta:
        verbose_name = _("booking of an act")
        verbose_name_plural = _("bookings of acts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "booking"], name="series_act_date_once"),
            models.CheckConstraint(
                condition=models.Q(old_starts=None, old_ends=None)
                | models.Q(old_ends__gt=models.F("old_starts")),
                name="series_act_date_was_a_span",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.booking}"
