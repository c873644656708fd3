"""Whom to propose for a consultation: pure functions over what was read, and the reading.

A consultant is proposed for a wished time where the field is his, the time is within his
working hours, neither a session nor an absence of his stands in the way and none of the
businesses is his own; those with the fewest sessions of the month first.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from bookings.intervals import Interval
from center import clock
from merchants.models import Membership
from programs.models import (
    CoApplicant,
    Consultant,
    ConsultantAbsence,
    ConsultantHours,
    Consultation,
    ConsultationState,
    ConsultationWish,
    ConsultingRule,
    Session,
)
from programs.parties import parties_of

#: how far ahead a business may wish
HORIZON_DAYS = 60


@dataclass(frozen=True)
class Rules:
    """The numbers in force on a day; the defaults of ``ConsultingRule`` where there is none."""

    per_year: int = 3
    minutes: int = 60
    notice_days: int = 2


def rules_on(day: dt.date) -> Rules:
    """1 query."""
    row = ConsultingRule.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return Rules(row.per_year, row.minutes, row.notice_days) if row else Rules()


def used_in(year: int, merchants: Collection[int]) -> Counter[int]:
    """How many consultations of a Korean year count toward the limit of each business: its own,
    and those of joint applications it has part in, because each of their businesses is
    supported by them. 1 query."""
    alone = Consultation.objects.filter(merchant__in=merchants, **_counted_in(year)).order_by()
    rows = alone.values_list("merchant_id", "pk").union(
        _together(year, merchants).values_list("merchant_id", "application__consultations__pk")
    )
    return Counter(merchant for merchant, _pk in rows)


def programs_together(year: int, merchant: int) -> list[str]:
    """The titles of programs others led a business in whose consultations count toward its
    limit. 1 query."""
    rows = _together(year, [merchant]).select_related("application__program")
    return list(dict.fromkeys(row.application.program.display_title for row in rows))


def _counted_in(year: int) -> dict[str, Any]:
    return {
        "state__in": ConsultationState.counted,
        "requested_at__gte": clock.at(dt.date(year, 1, 1)),
        "requested_at__lt": clock.at(dt.date(year + 1, 1, 1)),
    }


def _together(year: int, merchants: Collection[int]) -> QuerySet[CoApplicant]:
    """Once for each counted consultation of an application others lead."""
    of_theirs = {
        f"application__consultations__{name}": value for name, value in _counted_in(year).items()
    }
    return CoApplicant.objects.confirmed().filter(merchant__in=merchants, **of_theirs).order_by()


@dataclass(frozen=True)
class Advisor:
    """A consultant as choosing sees him. ``busy``: spans of standing sessions and absences;
    ``load``: how many sessions the month has for him."""

    consultant: Consultant
    hours: Mapping[int, Sequence[tuple[dt.time, dt.time]]]
    busy: Sequence[Interval[dt.datetime]] = field(default_factory=list)
    load: int = 0


def works_at(
    hours: Mapping[int, Sequence[tuple[dt.time, dt.time]]], span: Interval[dt.datetime]
) -> bool:
    """Whether one stretch of work holds all of a span; never across midnight in Korea."""
    starts, ends = clock.local(span.start), clock.local(span.end)
    if starts.date() != ends.date():
        return False
    day = hours.get(starts.weekday(), ())
    return any(opens <= starts.time() and ends.time() <= closes for opens, closes in day)


def is_free(advisor: Advisor, span: Interval[dt.datetime]) -> bool:
    """At work, and neither away nor in a session that overlaps."""
    clear = all(span.end <= busy.start or busy.end <= span.start for busy in advisor.busy)
    return clear and works_at(advisor.hours, span)


def choose(advisors: Iterable[Advisor], span: Interval[dt.datetime]) -> list[Consultant]:
    """Who could take it, the least loaded first, then by name."""
    fit = [advisor for advisor in advisors if is_free(advisor, span)]
    fit.sort(key=lambda advisor: (advisor.load, advisor.consultant.user.name))
    return [advisor.consultant for advisor in fit]


@dataclass(frozen=True)
class Proposal:
    """A wished time with those who could take it."""

    wish: ConsultationWish
    consultants: Sequence[Consultant]


def proposals_for(consultation: Consultation) -> list[Proposal]:
    """The wished times in their order, each with the consultants for it. 6 queries, 1 more
    where several may apply together; the consultation comes with its application's program."""
    wishes = list(consultation.wishes.all())
    spans = [Interval(wish.starts, wish.ends) for wish in wishes]
    advisors = _advisors(consultation, spans)
    pairs = zip(wishes, spans, strict=True)
    return [Proposal(wish, choose(advisors, span)) for wish, span in pairs]


def _advisors(consultation: Consultation, spans: Sequence[Interval[dt.datetime]]) -> list[Advisor]:
    parties = parties_of([consultation.application])
    theirs = [party.merchant_id for party in parties]
    own = Membership.objects.filter(merchant__in=theirs).values("user")
    able = Consultant.objects.filter(
        is_active=True, user__is_active=True, fields__contains=[consultation.field]
    )
    able = able.exclude(user__in=own).select_related("user").prefetch_related("hours")
    people = {consultant.user_id: consultant for consultant in able}
    busy, load = _busy(people, spans), _load(people, spans)
    return [
        Advisor(person, hours_of(person.hours.all()), busy.get(pk, []), load.get(pk, 0))
        for pk, person in people.items()
    ]


def hours_of(rows: Iterable[ConsultantHours]) -> dict[int, list[tuple[dt.time, dt.time]]]:
    """Working hours by weekday, Monday is 0."""
    found: dict[int, list[tuple[dt.time, dt.time]]] = {}
    for row in rows:
        found.setdefault(row.weekday, []).append((row.opens, row.closes))
    return found


def _busy(
    people: Collection[int], spans: Sequence[Interval[dt.datetime]]
) -> dict[int, list[Interval[dt.datetime]]]:
    any_of = Q()
    for span in spans:
        any_of |= Q(starts__lt=span.end, ends__gt=span.start)
    found: dict[int, list[Interval[dt.datetime]]] = {}
    if not spans:
        return found
    rows = Session.objects.standing().filter(any_of, consultant__in=people)
    away = ConsultantAbsence.objects.standing().filter(any_of, consultant__user__in=people)
    for user_id, starts, ends in (
        *rows.values_list("consultant_id", "starts", "ends"),
        *away.values_list("consultant__user_id", "starts", "ends"),
    ):
        if user_id is not None:
            found.setdefault(user_id, []).append(Interval(starts, ends))
    return found


def _load(people: Collection[int], spans: Sequence[Interval[dt.datetime]]) -> dict[int, int]:
    if not spans:
        return {}
    first, last = clock.month_bounds(clock.day_of(spans[0].start))
    rows = Session.objects.standing().filter(
        consultant__in=people, starts__gte=first, starts__lt=last
    )
    counted = rows.order_by().values_list("consultant_id").annotate(n=Count("pk"))
    return {user_id: n for user_id, n in counted if user_id is not None}
