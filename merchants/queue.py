"""The queue of verification: what waits for staff, filtered and searched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from center import clock
from merchants import business_number, contacts, likeness
from merchants.models import (
    BusinessStanding,
    Document,
    JoinRequest,
    Merchant,
    MerchantState,
    Suspension,
)
from merchants.models.finding import MerchantQuerySet


class Show(StrEnum):
    """The filters above the queue."""

    ALL = "all"
    OVERDUE = "overdue"
    FLAGGED = "flagged"


@dataclass(frozen=True)
class Wanted:
    """What the address of the queue asks for; nonsense asks for everything."""

    show: Show
    term: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wanted:
        show = asked.get("show", "")
        return cls(Show(show) if show in set(Show) else Show.ALL, asked.get("q", "").strip()[:80])


@dataclass(frozen=True)
class Counts:
    waiting: int
    overdue: int
    flagged: int


def waiting(now: dt.datetime) -> MerchantQuerySet:
    """All that waits, oldest first. A flagged business that is suspended has been dealt with."""
    suspended = Suspension.objects.in_force(now).filter(merchant=OuterRef("pk"))
    only_flagged = Q(state=MerchantState.VERIFIED, review_asked_at=None)
    unchecked = Document.objects.current().filter(merchant=OuterRef("pk"), checked_at=None)
    return (
        Merchant.objects.waiting()
        .exclude(only_flagged & Q(Exists(suspended)))
        .annotate(has_new_papers=Exists(unchecked))
    )


def queue(wanted: Wanted, now: dt.datetime) -> MerchantQuerySet:
    """What waits and is wanted, oldest first."""
    rows = waiting(now)
    if wanted.show == Show.OVERDUE:
        rows = rows.filter(_overdue(now))
    elif wanted.show == Show.FLAGGED:
        rows = rows.flagged()
    return rows.filter(found_by(wanted.term)) if wanted.term else rows


def counts(now: dt.datetime) -> Counts:
    """The figures above the queue, whatever is filtered. 1 query."""
    flagged = Q(business_status__in=BusinessStanding.flagged)
    found = waiting(now).aggregate(
        waiting=Count("pk"),
        overdue=Count("pk", filter=_overdue(now)),
        flagged=Count("pk", filter=flagged),
    )
    return Counts(**found)


def _overdue(now: dt.datetime) -> Q:
    """See ``due_of``."""
    return Q(decide_until__lt=now)


def unanswered(now_shown: int) -> tuple[list[JoinRequest], int]:
    """Requests to join a business without an owner shown to be one, which staff answer: the
    oldest, and how many there are. 2 queries."""
    asked = JoinRequest.objects.open().for_staff()
    return list(asked.select_related("merchant", "user")[:now_shown]), asked.count()


def found_by(term: str) -> Q:
    """By name, business number or telephone, with or without hyphens."""
    found = Q(name__icontains=term) | Q(representative__icontains=term)
    digits = business_number.normalize(term)
    if digits.isascii() and digits.isdigit():
        found |= Q(number__startswith=digits)
        if len(digits) >= 4:
            found |= Q(pk__in=_with_phone(digits))
    return found


def _with_phone(digits: str) -> QuerySet[Any]:
    plain = contacts.with_plain_contacts(Merchant.objects.all())
    return plain.filter(plain_phone__contains=likeness.plain_phone(digits))


@dataclass(frozen=True)
class Row:
    """A case in the queue: what is new about it, and by when it is promised."""

    merchant: Merchant
    news: list[str]
    due: dt.datetime | None
    is_overdue: bool
    can_book: bool


def row(merchant: Merchant, now: dt.datetime) -> Row:
    due = due_of(merchant)
    renewed = merchant.has_new_papers  # type: ignore[attr-defined]
    can_book = merchant.is_verified_on(clock.day_of(now))
    return Row(merchant, news(merchant, renewed), due, due is not None and due < now, can_book)


def due_of(merchant: Merchant) -> dt.datetime | None:
    """What the business waits for carries a promise, until it is decided: a registration, and
    what a business hands in whose verification has ended. Any other verified business goes
    on booking meanwhile."""
    return merchant.decide_until


def news(merchant: Merchant, has_new_papers: bool) -> list[str]:
    """Why a case waits, in words."""
    found = []
    if merchant.state == MerchantState.SUBMITTED:
        found.append(
            _("First registration") if merchant.decided_at is None else _("Submitted again")
        )
    elif merchant.review_asked_at is not None:
        found.append(_("Renewed paper") if has_new_papers else _("Changed since verification"))
    if merchant.is_flagged:
        found.append(
            _("Tax office: %(standing)s") % {"standing": merchant.get_business_status_display()}
        )
    return found


def order_of(wanted: Wanted) -> list[int]:
    """The ids of the queue in its order. 1 query."""
    return list(queue(wanted, clock.now()).values_list("pk", flat=True))


def beside(order: list[int], pk: int) -> tuple[int | None, int | None]:
    """The cases before and after one; a case outside the queue is followed by its first."""
    if pk not in order:
        return None, order[0] if order else None
    at = order.index(pk)
    return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)


def following(before: list[int], pk: int, now_waiting: list[int]) -> int | None:
    """The case to go on with after ``pk`` was decided: the next one, or the oldest left."""
    at = before.index(pk) if pk in before else 0
    left = set(now_waiting) - {pk}
    return next((n for n in [*before[at:], *before[:at], *now_waiting] if n in left), None)
