"""Acts upon many dates of a regular use: noted date by date, told of once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from bookings import messages
from bookings.models import ActKind, Booking, Series, SeriesAct, SeriesActDate
from center import clock

#: an act that is not through by then has broken off
_LONGEST = dt.timedelta(minutes=10)


@contextmanager
def act_upon(series: Series, kind: ActKind, *, by_staff: bool) -> Iterator[SeriesAct]:
    """What is changed within is told of in one message at the end. Should it break off, the
    dates it came to are told of by ``tell_unfinished``."""
    act = SeriesAct.objects.create(series=series, kind=kind, by_staff=by_staff)
    yield act
    tell(act)


def note(act: SeriesAct | None, booking: Booking, *, was: messages.Spot | None = None) -> bool:
    """Write down, in the transaction that changes it, that the act changed this booking,
    which was at ``was`` before it was moved. False where it has to be told by itself: there
    is no act, or it took so long that it has been told of."""
    if act is None:
        return False
    act = SeriesAct.objects.select_for_update(no_key=True).get(pk=act.pk)
    if act.told_at is not None:
        return False
    date = SeriesActDate(act=act, booking=booking)
    if was is not None:
        date.old_starts, date.old_ends = was.starts, was.ends
    date.save(force_insert=True)
    return True


@transaction.atomic
def tell(act: SeriesAct) -> None:
    """Tell of an act and of all its dates; twice changes nothing."""
    rows = SeriesAct.objects.select_for_update(no_key=True, of=("self",))
    act = rows.select_related("series__merchant", "series__resource").get(pk=act.pk)
    if act.told_at is None:
        act.told_at = clock.now()
        act.save(update_fields=["told_at"])
        messages.acted(act)


def tell_unfinished(*, now: dt.datetime) -> int:
    """Tell of acts that broke off before they could; how many. Safe to run twice and side by
    side."""
    untold = SeriesAct.objects.filter(told_at=None, begun_at__lt=now - _LONGEST)
    broken_off = list(untold.order_by("pk"))
    for act in broken_off:
        tell(act)
    return len(broken_off)
