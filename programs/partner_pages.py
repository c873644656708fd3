"""The directory of partners and joint applications, for pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.http import Http404

from center import clock
from center.models import User
from merchants import regions
from merchants.models import Merchant, MerchantState
from merchants.selectors import merchant_of
from programs import own_sessions
from programs.models import (
    Application,
    ApplicationState,
    CoApplicant,
    CoState,
    Partner,
    ProgramState,
)
from programs.own_sessions import Own


def verified_business(user: User) -> Merchant | None:
    """The business a person acts for, if it may read the directory."""
    merchant = merchant_of(user)
    if merchant is None or not merchant.is_verified_on(clock.today()):
        return None
    return merchant


def directory(*, without: Merchant, district: str = "") -> QuerySet[Partner]:
    """Who is in it and verified, by trade name; nothing but what is shown is read."""
    rows = Partner.objects.filter(
        joined_at__isnull=False,
        merchant__state=MerchantState.VERIFIED,
        merchant__verified_until__gte=clock.today(),
    ).exclude(merchant=without)
    if district:
        rows = rows.filter(merchant__district=district)
    return (
        rows.select_related("merchant")
        .only("offers", "looks_for", "merchant__name", "merchant__district")
        .order_by("merchant__name", "pk")
    )


def partner_for(merchant: Merchant, pk: int) -> Partner:
    """One entry somebody may write to, or 404."""
    row = directory(without=merchant).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def districts(*, without: Merchant) -> list[tuple[str, str]]:
    """Codes and names of the districts somebody of the directory is in."""
    codes = directory(without=without).values_list("merchant__district", flat=True)
    found = {code for code in codes.order_by().distinct() if code}
    return sorted(((code, regions.district_name(code)) for code in found), key=lambda d: d[1])


@dataclass(frozen=True)
class JointPart:
    """Who applies together; ``may_change`` until the handing in."""

    application: Application
    rows: Sequence[CoApplicant]
    may_change: bool


def joint_part(application: Application) -> JointPart | None:
    """Of a program several may apply for together; None for all others. 1 query."""
    if not application.program.is_joint:
        return None
    rows = application.co_applicants.select_related("merchant")
    is_draft = application.state == ApplicationState.DRAFT
    shown = rows if is_draft else rows.filter(state=CoState.CONFIRMED)
    return JointPart(application, list(shown), is_draft)


def confirmed_businesses(application: Application) -> list[Merchant]:
    """The lead and everybody who confirmed: who counts as applying. 1 query."""
    rows = application.co_applicants.filter(state=CoState.CONFIRMED).select_related("merchant")
    return [application.merchant, *(row.merchant for row in rows)]


def led_by_others(user: User) -> QuerySet[CoApplicant]:
    """Applications others lead for which a business of the person is asked, or takes part: what
    waits for an answer before all, then what goes on, then what is over, each the latest
    first. 1 query."""
    mine = CoApplicant.objects.filter(merchant__memberships__user=user)
    waits = Q(state=CoState.ASKED, application__state=ApplicationState.DRAFT)
    rows = mine.filter(waits | Q(state=CoState.CONFIRMED))
    rows = rows.select_related("application__program", "application__merchant", "merchant")
    rows = rows.defer("application__program__body", "application__program__body_en")
    ended = ApplicationState.given_up | ApplicationState.judged
    ended |= {ApplicationState.INELIGIBLE, ApplicationState.NOT_SELECTED}
    over = {ProgramState.CANCELLED, ProgramState.FINISHED}
    is_over = Q(application__state__in=ended) | Q(application__program__state__in=over)
    rank = Case(When(waits, then=0), When(is_over, then=2), default=1, output_field=IntegerField())
    return rows.annotate(rank=rank).order_by("rank", "-asked_at", "-pk")


def own_of(row: CoApplicant, now: dt.datetime) -> Own | None:
    """The sessions, attendance and papers of a business that applied together with a lead; None
    unless it confirmed and while there is no place. 5 or 6 queries."""
    if row.state != CoState.CONFIRMED:
        return None
    return own_sessions.own_of(row.application, now, row)


def asked_for(user: User, pk: int) -> CoApplicant:
    """What a member of the named business is asked, or 404."""
    rows = CoApplicant.objects.filter(merchant__memberships__user=user)
    row = rows.select_related("application__program", "application__merchant", "merchant")
    found = row.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
