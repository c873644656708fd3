from __future__ import annotations

import datetime as dt
import secrets

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings.models.booking_states import (
    TRANSITIONS,
    BookingSource,
    BookingState,
    CancelReason,
    RejectReason,
    StaffCancelReason,
)
from bookings.models.hours import Closure
from bookings.models.resources import Resource, Unit
from center import clock, display
from merchants.models import Merchant

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Eight characters without look-alikes, as ``B7K2-9QXM``: 30^8, not to be guessed."""
    text = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> BookingQuerySet:
        return self.filter(state__in=BookingState.live)

    def counted(self) -> BookingQuerySet:
        return self.filter(state__in=BookingState.counted)

    def booked(self) -> BookingQuerySet:
        return self.filter(state__in=BookingState.booked)

    def of_merchant(self, merchant_id: int) -> BookingQuerySet:
        return self.filter(merchant_id=merchant_id)

    def holds_ended(self, at: dt.datetime) -> BookingQuerySet:
        return self.filter(state=BookingState.HELD, held_until__lte=at)


def _differs(booking: str) -> str:
    """PL/pgSQL that raises unless the booking is allocated exactly while it occupies."""
    occupying = ", ".join(f"'{state}'" for state in sorted(BookingState.occupying))
    return f"""
        IF EXISTS (
            SELECT 1 FROM bookings_booking b WHERE b.id = {booking} AND
            (b.state IN ({occupying})) <> EXISTS (
                SELECT 1 FROM bookings_allocation a WHERE a.booking_id = b.id)
        ) THEN
            RAISE EXCEPTION 'booking % : state and allocations differ', {booking}
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    """  # noqa: S608  (made of our own constants)


@pghistory.track()
class Booking(models.Model):
    """A use of one space, with or without equipment, by one business (or by the house)."""

    reference = models.CharField(
        _("booking number"), max_length=9, unique=True, default=new_reference, editable=False
    )
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("resource")
    )
    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        related_name="bookings",
        null=True,
        blank=True,
        verbose_name=_("business"),
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("booked by"),
    )
    user_name = models.CharField(_("who comes"), max_length=60, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    headcount = models.PositiveSmallIntegerField(_("people"), default=1)
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    buffer_before = models.PositiveSmallIntegerField(_("kept free before, minutes"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("kept free after, minutes"), default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=BookingState, default=BookingState.HELD
    )
    source = models.CharField(
        _("booked through"), max_length=8, choices=BookingSource, default=BookingSource.WEB
    )
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    cancellable_until = models.DateTimeField(
        _("can be cancelled until"), help_text=_("As promised when it was booked.")
    )
    decide_until = models.DateTimeField(_("decision due"), null=True, blank=True)
    reason_code = models.CharField(_("reason"), max_length=20, blank=True)
    reason_text = models.CharField(_("reason in words"), max_length=200, blank=True)
    expected_until = models.DateTimeField(
        _("called, expected until"), null=True, blank=True, editable=False
    )
    sequence = models.PositiveIntegerField(_("times changed"), default=0)
    created_at = models.DateTimeField(_("chosen"), default=clock.now, editable=False)
    requested_at = models.DateTimeField(_("requested"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    checked_in_at = models.DateTimeField(_("arrived"), null=True, editable=False)
    completed_at = models.DateTimeField(_("left"), null=True, editable=False)
    closed_at = models.DateTimeField(_("ended without use"), null=True, editable=False)
    released_units = models.ManyToManyField(
        Unit,
        blank=True,
        related_name="released_by",
        verbose_name=_("units given back"),
        help_text=_("What it had when it was cancelled or not approved."),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("decided by"),
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-starts", "-pk"]
        indexes = [
            models.Index(fields=["merchant", "starts"], name="booking_by_merchant"),
            models.Index(fields=["resource", "starts"], name="booking_by_resource"),
            models.Index(fields=["starts"], name="booking_by_start"),
            models.Index(
                fields=["held_until"], condition=models.Q(state="held"), name="booking_held"
            ),
            models.Index(
                fields=["decide_until"],
                condition=models.Q(state="requested"),
                name="booking_requested",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="booking_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=BookingState.values), name="booking_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(headcount__gte=1), name="booking_for_somebody"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="held") | models.Q(held_until__isnull=False),
                name="booking_hold_has_an_end",
            ),
            # Whoever asks is promised an answer by then.
            models.CheckConstraint(
                condition=~models.Q(state="requested") | models.Q(decide_until__isnull=False),
                name="booking_request_has_a_promise",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["rejected", "cancelled"])
                | ~models.Q(reason_code=""),
                name="booking_ended_for_a_reason",
            ),
            # A booking that is moved leaves the call about its old time behind.
            models.CheckConstraint(
                condition=models.Q(expected_until__isnull=True)
                | models.Q(expected_until__gt=models.F("starts")),
                name="booking_expected_after_its_start",
            ),
            # Whoever takes an entry back takes the arrival back with it.
            models.CheckConstraint(
                condition=models.Q(checked_in_at__isnull=True)
                | models.Q(state__in=["checked_in", "completed"]),
                name="booking_arrived_where_somebody_came",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="state_changes", field="state", transitions=TRANSITIONS),
            pgtrigger.Protect(name="keep_bookings", operation=pgtrigger.Delete),
            # At the end of each transaction: allocated exactly while it occupies a unit.
            pgtrigger.Trigger(
                name="allocated_while_occupying",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                timing=pgtrigger.Deferred,
                func=_differs("NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("booking", args=[self.reference])

    @property
    def is_live(self) -> bool:
        return self.state in BookingState.live

    @property
    def reason(self) -> str:
        """Why it was cancelled or not approved, in words."""
        choices = RejectReason.choices
        if self.state != BookingState.REJECTED:
            choices = [*CancelReason.choices, *StaffCancelReason.choices]
        known = {str(value): str(label) for value, label in choices}
        return known.get(self.reason_code, "")

    @property
    def blocked(self) -> tuple[dt.datetime, dt.datetime]:
        """The span its units are blocked for: the use and its buffers."""
        return (
            self.starts - dt.timedelta(minutes=self.buffer_before),
            self.ends + dt.timedelta(minutes=self.buffer_after),
        )


class Allocation(models.Model):
    """A unit is taken for a span, by a booking or a closure. The exclusion constraint is the
    one guard against double booking, on every write path."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("unit")
    )
    during = DateTimeRangeField(_("during"))
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="allocations", null=True
    )
    closure = models.ForeignKey(
        Closure, on_delete=models.CASCADE, related_name="allocations", null=True
    )

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            ExclusionConstraint(
                name="allocation_no_overlap",
                expressions=[("unit", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=models.Q(booking__isnull=True, closure__isnull=False)
                | models.Q(booking__isnull=False, closure__isnull=True),
                name="allocation_by_one_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    during__isempty=False,
                    during__lower_inc=True,
                    during__upper_inc=False,
                    during__lower_inf=False,
                    during__upper_inf=False,
                ),
                name="allocation_half_open_span",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="occupying_while_allocated",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=[("the_booking", "bigint")],
                func="IF TG_OP = 'DELETE' THEN the_booking = OLD.booking_id; "
                "ELSE the_booking = NEW.booking_id; END IF;" + _differs("the_booking"),
            ),
        ]

    def __str__(self) -> str:
        return f"{display.moment(self.during.lower)} – {display.time(self.during.upper)}"
