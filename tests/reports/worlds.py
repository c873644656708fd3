"""Small houses with everything that makes figures hard, written row by row."""

import datetime as dt
import random

import pgtrigger
from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings import models as rows
from center import clock
from center.reports import corrections
from center.reports.content import canonical, digest
from center.reports.models import Edition
from tests import factories
from tests.conftest import kst

MINUTE = dt.timedelta(minutes=1)
#: the days bookings of a world fall on: from the end of October to the beginning of December
FIRST, DAYS = dt.date(2026, 10, 28), 40


class World:
    """Three spaces with their devices, six businesses, the house itself and a visitor."""

    def __init__(self):
        factories.open_house()
        self.staff = factories.staff()
        self.spaces = [
            factories.studio(2),
            factories.resource(rows.Category.CONFERENCE),
            factories.resource(rows.Category.OFFICE_SEAT, 2),
            factories.resource(rows.Category.RECORDING),  # idle unless somebody is sent there
            factories.studio(is_active=False),
        ]
        self.devices = [factories.resource(rows.Category.EQUIPMENT, 2) for _ in range(2)]
        self.firms = [
            factories.merchant(founded_on=dt.date(2026, 1, 5), women_owned=True),
            factories.merchant(district="27140", founded_on=dt.date(2023, 11, 30), section="I"),
            factories.merchant(district="47130", market_area="서문시장", youth_owned=True),
            factories.merchant(kind="corporation", founded_on=dt.date(2010, 2, 28)),
            factories.merchant(kind="pre_founder", number=None, women_owned=True, youth_owned=True),
            # registered at the counter: has not said where it is
            factories.merchant(state="draft", district="", section="", verified_until=None),
            None,
        ]
        # a visitor whose papers name the second of them
        twice = {"state": "draft", "district": "", "section": "", "verified_until": None}
        self.firms.append(factories.merchant(number=self.firms[1].number, **twice))
        self.taken = {}

    def unit(self, resource, low, high):
        """One that is free then; another is bought if there is none."""
        for unit in resource.units.all():
            spans = self.taken.setdefault(unit.pk, [])
            if all(high <= start or end <= low for start, end in spans):
                spans.append((low, high))
                return unit
        unit = rows.Unit.objects.create(resource=resource, name=f"x{len(self.taken)}")
        self.taken[unit.pk] = [(low, high)]
        return unit

    def book(self, *, space=0, firm=0, starts, minutes=60, state="completed", **more):
        """A booking as the services would leave it. ``left`` (minutes after the beginning) is
        when somebody left; ``noticed`` whether it was cancelled in time; ``source`` how it came."""
        ends = starts + minutes * MINUTE
        came, ended = state in rows.BookingState.used, state in rows.BookingState.ended
        left = starts + more.get("left", minutes) * MINUTE
        promised = starts - dt.timedelta(days=2)
        booking = rows.Booking.objects.create(
            resource=self.spaces[space],
            merchant=self.firms[firm],
            starts=starts,
            ends=ends,
            state=state,
            source=more.get("source", rows.BookingSource.WEB),
            headcount=more.get("people", 1),
            cancellable_until=promised,
            held_until=starts if state == "held" else None,
            reason_code="other" if state in ("cancelled", "rejected") else "",
            checked_in_at=starts if came else None,
            completed_at=left if state == "completed" else None,
            closed_at=promised + (0 if more.get("noticed") else 1) * MINUTE if ended else None,
        )
        if state in rows.BookingState.occupying:
            high = min(ends, max(left, starts + MINUTE)) if state == "completed" else ends
            used = [self.spaces[space], *(self.devices[n] for n in more.get("gear", ()))]
            for resource in used:
                self._take(booking, self.unit(resource, starts, high), starts, high)
        return booking

    def _take(self, booking, unit, low, high):
        during = DateTimeTZRange(low, high, "[)")
        rows.Allocation.objects.create(unit=unit, during=during, booking=booking)

    def answer(self, booking, space, help_, equipment=None):
        rows.Feedback.objects.create(booking=booking, space=space, help=help_, equipment=equipment)

    def hand_out(self, booking, *, back=None):
        """The first device of the booking; ``back`` minutes after the time promised."""
        taken = booking.allocations.filter(unit__resource__category="equipment").first()
        if taken is None or rows.HandOver.objects.filter(unit=taken.unit, back_at=None).exists():
            return
        returned = booking.ends + back * MINUTE if back is not None else None
        rows.HandOver.objects.create(
            booking=booking,
            unit=taken.unit,
            out_at=booking.starts,
            out_by=self.staff,
            out_condition="good",
            due_back=booking.ends,
            back_at=max(returned, booking.starts) if returned else None,
            back_by=self.staff if returned else None,
            back_condition="good" if returned else "",
        )

    def wait(self, *, firm, starts, space=None, category="", state="waiting"):
        rows.Waiting.objects.get_or_create(
            merchant=self.firms[firm],
            user=self.staff,
            resource=self.spaces[space] if space is not None else None,
            category=category,
            starts=starts,
            ends=starts + 60 * MINUTE,
            minutes=60,
            state=state,
            ended_at=None if state == "waiting" else starts,
        )

    def close(self, starts, minutes, *, space=None, unit=None):
        rows.Closure.objects.create(
            kind="maintenance",
            reason="점검",
            resource=self.spaces[space] if space is not None else None,
            unit=unit,
            starts=starts,
            ends=starts + minutes * MINUTE,
        )

    def damage(self, device, at):
        unit = self.devices[device].units.first()
        rows.Damage.objects.create(
            unit=unit, description="화면", reported_by=self.staff, reported_at=at
        )

    def history(self, firm, at, **changes):
        """The business said something else at ``at``; before that it was as registered."""
        business = self.firms[firm]
        events = apps.get_model("merchants", "MerchantEvent").objects.filter(pgh_obj=business)
        with pgtrigger.ignore("merchants.MerchantEvent:append_only"):
            events.filter(pgh_created_at__gte=clock.now()).update(pgh_created_at=kst(1, month=1))
            type(business).objects.filter(pk=business.pk).update(**changes)
            newest = events.order_by("-pgh_id")[:1].get()
            events.filter(pk=newest.pk).update(pgh_created_at=at)


def freeze(period):
    """The edition a worker would make, without trying the four formats."""
    content, corrected = corrections.count(period, as_of=clock.now().replace(microsecond=0))
    public = corrections.protect(period, content, corrected)
    versions = Edition.objects.of(period.key).count()
    return Edition.objects.create(
        period_key=period.key,
        starts=period.starts,
        ends=period.ends,
        version=versions + 1,
        reason="정정" if versions else "",
        content=canonical(content).decode(),
        digest=digest(content),
        public_content=canonical(public).decode(),
        public_digest=digest(public),
        as_of=clock.now(),
    )


def moment(day, minute):
    """A minute of the ``day``-th day of the world."""
    return clock.at(FIRST + day * clock.DAY) + minute * MINUTE


def crowded(seed, uses=150):
    """A loaded house: every kind of row, many of each."""
    draw, world = random.Random(seed), World()
    states = ["completed"] * 6 + ["checked_in", "no_show", "cancelled", "cancelled", "rejected"]
    for _ in range(uses):
        minutes = draw.choice([30, 60, 90, 180, 600, 1800])
        booking = world.book(
            space=draw.randrange(3),
            firm=draw.randrange(8),
            starts=moment(draw.randrange(DAYS), draw.choice([0, 540, 600, 780, 1020, 1430])),
            minutes=minutes,
            state=draw.choice(states),
            left=draw.randint(-5, minutes + 10),
            noticed=draw.random() < 0.6,
            people=draw.randint(1, 4),
            gear=[n for n in (0, 1) if draw.random() < 0.3],
        )
        if booking.state == "completed" and draw.random() < 0.5:
            world.answer(booking, *(draw.randint(1, 5) for _ in range(2)))
        if booking.state in rows.BookingState.used and draw.random() < 0.7:
            world.hand_out(booking, back=draw.choice([-20, 0, 1, 3000]))
    return world
