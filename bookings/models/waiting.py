from __future__ import annotations

import datetime as dt

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.booking_states import BookingState
from bookings.models.bookings import Booking
from bookings.models.resources import Category, Resource, Unit
from center import clock
from merchants.models import Membership, Merchant


class WaitingState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    TAKEN = "taken", _("Got a time")
    LEFT = "left", _("Left the waiting list")
    OVER = "over", _("Ended without a time")


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def open(self) -> WaitingQuerySet:
        return self.filter(state=WaitingState.WAITING)

    def without_offer(self, now: dt.datetime) -> WaitingQuerySet:
        """Those who have nothing to answer at the moment."""
        live = Offer.objects.open(now).filter(waiting=OuterRef("pk"))
        return self.filter(~Exists(live))

    def of_members_gone(self) -> WaitingQuerySet:
        """Whose person does not act for the business any more, or has no account in use."""
        member = Membership.objects.acting().filter(
            user=OuterRef("user"), merchant=OuterRef("merchant")
        )
        return self.filter(~Exists(member))

    def offered_all(self) -> WaitingQuerySet:
        """To whom the only time that fits was offered: nothing more can come, as nobody is offered
        the same time twice."""
        length = ExpressionWrapper(
            F("minutes") * dt.timedelta(minutes=1), output_field=models.DurationField()
        )
        only = self.filter(resource__isnull=False, ends__lte=F("starts") + length)
        offers = Offer.objects.filter(waiting=OuterRef("pk"), booking__booked_by=OuterRef("user"))
        return only.filter(Exists(offers))

    def in_line(self) -> WaitingQuerySet:
        return self.order_by("created_at", "pk")


@pghistory.track()
class Waiting(models.Model):
    """Somebody waits for a space, or for any space of a kind, within a span of one day."""

    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="waiting", verbose_name=_("business")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who waits"),
        help_text=_("Gets the offers."),
    )
    resource = models.ForeignKey(
        Resource,
        on_delete=models.PROTECT,
        related_name="waiting",
        null=True,
        verbose_name=_("space"),
    )
    category = models.CharField(
        _("any space of this kind"), max_length=12, choices=Category, blank=True
    )
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    minutes = models.PositiveSmallIntegerField(_("length of the use, minutes"))
    state = models.CharField(
        _("state"), max_length=8, choices=WaitingState, default=WaitingState.WAITING
    )
    offers_made = models.PositiveSmallIntegerField(_("offers so far"), default=0)
    created_at = models.DateTimeField(_("waiting since"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    #: not kept: what joining once more has just changed
    length_before: int | None = None

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["created_at", "id"], condition=Q(state="waiting"), name="waiting_in_line"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=models.F("starts")), name="waiting_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(resource__isnull=False, category="")
                | (Q(resource=None) & Q(category__in=Category.values)),
                name="waiting_for_a_space_or_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WaitingState.values), name="waiting_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="waiting_ended_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["merchant", "resource", "category", "starts", "ends"],
                condition=Q(state="waiting"),
                nulls_distinct=False,
                name="waiting_once_for_the_same",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} – {self.what}"

    @property
    def what(self) -> str:
        """The space, or the kind of space, waited for."""
        if self.resource is not None:
            return self.resource.display_name
        return str(_("Any space: %(kind)s") % {"kind": self.get_category_display()})


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self, now: dt.datetime) -> OfferQuerySet:
        return self.filter(booking__state=BookingState.HELD, booking__held_until__gt=now)

    def accepted(self) -> OfferQuerySet:
        return self.exclude(booking__state__in=[BookingState.HELD, BookingState.EXPIRED])


class Offer(models.Model):
    """A time that became free, held for somebody who waits.

    What became of it is the state of its hold: still held is open, run out or given up is
    missed or declined, anything later was accepted. So no second place can tell otherwise.
    """

    waiting = models.ForeignKey(Waiting, on_delete=models.PROTECT, related_name="offers")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="offer")
    made_at = models.DateTimeField(_("offered"), default=clock.now, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.waiting}: {self.booking}"

    def is_open(self, now: dt.datetime) -> bool:
        held_until = self.booking.held_until
        return (
            self.booking.state == BookingState.HELD and held_until is not None and held_until > now
        )

    @property
    def is_accepted(self) -> bool:
        return self.booking.state in BookingState.booked


class Freed(models.Model):
    """A unit's time that was given back and that somebody waits for: it is the line's until the
    list has been looked at. Written with what frees the unit, gone after the next look."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="+")
    during = DateTimeRangeField(_("during"))
    freed_at = models.DateTimeField(_("given back"))

    class Meta:
        verbose_name = _("time given back")
        verbose_name_plural = _("times given back")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.unit}: {self.during}"
