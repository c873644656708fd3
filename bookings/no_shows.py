"""The ledger of no-shows as pages read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from bookings.models import NoShow, NoShowDecision
from bookings.models.attendance import NoShowQuerySet
from bookings.services import no_shows as services
from center.models import User
from merchants.models import Merchant


@dataclass(frozen=True)
class Entry:
    """A no-show as it stands at an instant: in words, with a ban in force and its end."""

    row: NoShow
    words: str
    style: str
    banned_until: dt.datetime | None
    may_appeal: bool


def entry(row: NoShow, now: dt.datetime) -> Entry:
    words, style = _standing(row, now)
    suspension = row.suspension
    in_force = suspension is not None and suspension.is_in_force(now)
    return Entry(
        row=row,
        words=words,
        style=style,
        banned_until=suspension.ends if suspension is not None and in_force else None,
        may_appeal=services.may_appeal(row, now),
    )


def _standing(row: NoShow, now: dt.datetime) -> tuple[str, str]:
    if row.decision == NoShowDecision.WAIVED:
        return _("Not held against you"), "ok"
    if row.decision == NoShowDecision.UPHELD:
        return _("Upheld"), "no"
    if row.appealed_at is not None:
        return _("Appeal being looked at"), "go"
    return _("Counted"), "no"


def of_merchant(merchant: Merchant) -> QuerySet[NoShow]:
    """Everything the business missed, newest first."""
    return _rows().of_merchant(merchant.pk).order_by("-booking__starts", "-pk")


def of_person(user: User, reference: str) -> NoShow:
    """The no-show of that booking if the person acts for its business; else Http404."""
    mine = _rows().filter(booking__merchant__memberships__user=user)
    return get_object_or_404(mine, booking__reference=reference.upper())


class Show(StrEnum):
    """The filters above the list of staff."""

    WAITING = "waiting"
    APPEALS = "appeals"
    REVIEWS = "reviews"
    ALL = "all"

    @classmethod
    def of(cls, asked: str) -> Show:
        return cls(asked) if asked in set(cls) else cls.WAITING


def for_staff(show: Show) -> QuerySet[NoShow]:
    """What is asked for; what waits stands first, appeals before reviews, oldest first."""
    rows = _rows()
    if show == Show.ALL:
        return rows.order_by("-marked_at", "-pk")
    chosen = {
        Show.WAITING: rows.waiting,
        Show.APPEALS: rows.appealed,
        Show.REVIEWS: rows.to_review,
    }[show]()
    appeals_first = Case(When(appealed_at=None, then=1), default=0)
    return chosen.order_by(appeals_first, F("appealed_at").asc(), "marked_at", "pk")


def counts() -> dict[str, int]:
    """The figures beside the filters. 1 query."""
    open_rows = Q(decision="")
    return NoShow.objects.aggregate(
        appeals=Count("pk", filter=open_rows & Q(appealed_at__isnull=False)),
        reviews=Count("pk", filter=open_rows & Q(appealed_at=None, review_due=True)),
    )


def others_of(row: NoShow) -> list[NoShow]:
    """What else its business missed, newest first: the ten last."""
    assert row.booking.merchant is not None
    return list(of_merchant(row.booking.merchant).exclude(pk=row.pk)[:10])


def _rows() -> NoShowQuerySet:
    return NoShow.objects.select_related(
        "booking__resource", "booking__merchant", "suspension", "appealed_by", "decided_by"
    )
