"""What of businesses is destroyed when its time is over (PIPA §21; domain.md §3).

Identity papers are not here: their files go with the verification itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from center import clock, retention
from center.retention import Rule
from merchants import selectors
from merchants.models import (
    Document,
    DocumentPage,
    Invitation,
    JoinRequest,
    Merchant,
    MerchantState,
)
from merchants.services import papers, register


def _ended_papers(at: dt.datetime) -> QuerySet[DocumentPage]:
    """Files of papers that ran out, were replaced or taken back: §21 wants them gone without
    delay, which is held to mean five days. The rule runs once a night, so a file goes in the
    last night before ``PAPERS_KEEP_DAYS`` are over."""
    until = at - (settings.PAPERS_KEEP_DAYS - 1) * clock.DAY
    return DocumentPage.objects.filter(
        Q(document__ended_at__lt=until) | Q(document__valid_until__lt=clock.day_of(until)),
        stored_name__isnull=False,
    )


def _papers_of_former_users(at: dt.datetime) -> QuerySet[DocumentPage]:
    """Files of businesses that were not verified again for ``PAPERS_KEEP_YEARS``; that they
    were verified, and on which papers, stays noted as evidence of public support."""
    until = clock.years_before(at, settings.PAPERS_KEEP_YEARS)
    lapsed = Q(document__merchant__verified_until__lt=clock.day_of(until))
    never = Q(
        document__merchant__state=MerchantState.RETURNED, document__merchant__decided_at__lt=until
    )
    # What somebody who comes back hands in is new.
    return DocumentPage.objects.filter(
        lapsed | never, document__uploaded_at__lt=until, stored_name__isnull=False
    )


def _left_alone(at: dt.datetime) -> QuerySet[Merchant]:
    """Drafts nobody wrote in for ``DRAFT_KEEP_DAYS``, and those whose person left before."""
    since = at - settings.DRAFT_KEEP_DAYS * clock.DAY
    written_since = apps.get_model("merchants", "MerchantEvent").objects.filter(
        pgh_obj_id=OuterRef("pk"), pgh_created_at__gte=since
    )
    untouched = Q(created_at__lt=since) & ~Exists(written_since)
    drafts = Merchant.objects.filter(state=MerchantState.DRAFT)
    return drafts.filter(untouched | Q(emptied_at__isnull=False))


def _abandoned_drafts(at: dt.datetime) -> QuerySet[Merchant]:
    """Those on which nothing hangs, whether somebody began them or staff did at the counter."""
    return selectors.unused().filter(pk__in=_left_alone(at))


def _papers_of_abandoned_drafts(at: dt.datetime) -> QuerySet[DocumentPage]:
    """A visitor of the counter stays with the bookings made for it, without papers nobody ever
    looked at."""
    return DocumentPage.objects.filter(
        document__merchant__in=_left_alone(at), stored_name__isnull=False
    )


def _history_of_drafts(at: dt.datetime) -> QuerySet[Any]:
    """What stood in drafts that were destroyed or emptied: their history would name the person
    for ever. Businesses the center came to know keep theirs, and are never deleted."""
    merchant = Merchant.objects.filter(pk=OuterRef("pgh_obj_id"))
    before = Q(Exists(merchant.filter(emptied_at__isnull=False)), emptied_at=None)
    events = apps.get_model("merchants", "MerchantEvent").objects
    return events.filter(before | ~Exists(merchant))


def _history_of_papers(at: dt.datetime) -> QuerySet[Any]:
    """Numbers and dates of papers that went with their draft."""
    paper = Document.objects.filter(pk=OuterRef("pgh_obj_id"))
    return apps.get_model("merchants", "DocumentEvent").objects.filter(~Exists(paper))


def _erase_history(events: QuerySet[Any]) -> None:
    """History is never changed, and only goes with what it is the history of."""
    with pgtrigger.ignore(f"{events.model._meta.label}:append_only"):
        events.delete()


def _ended_invitations(at: dt.datetime) -> QuerySet[Invitation]:
    """Invitations accepted, withdrawn or run out ``INVITATION_KEEP_DAYS`` ago."""
    until = at - settings.INVITATION_KEEP_DAYS * clock.DAY
    ended = Q(accepted_at__lt=until) | Q(withdrawn_at__lt=until) | Q(expires_at__lt=until)
    return Invitation.objects.filter(ended)


def _answered_requests(at: dt.datetime) -> QuerySet[JoinRequest]:
    until = at - settings.INVITATION_KEEP_DAYS * clock.DAY
    return JoinRequest.objects.filter(decided_at__lt=until)


def _destroy_files(files: QuerySet[Any]) -> None:
    papers.destroy_files(files)


def _discard(drafts: QuerySet[Any]) -> None:
    for draft in drafts:
        register.discard(merchant=draft)


_OVER = "개인정보 보호법 제21조"

for rule in (
    Rule(
        "ended_papers",
        "paper",
        f"{_OVER} (유효기간이 끝났거나 교체·회수한 서류)",
        _ended_papers,
        _destroy_files,
    ),
    Rule(
        "papers_of_former_users",
        "paper",
        f"{_OVER} (확인 기간이 끝난 사업체의 서류)",
        _papers_of_former_users,
        _destroy_files,
    ),
    Rule(
        "abandoned_drafts", "business", f"{_OVER} (제출하지 않은 등록)", _abandoned_drafts, _discard
    ),
    Rule(
        "papers_of_abandoned_drafts",
        "paper",
        f"{_OVER} (제출하지 않은 등록의 서류)",
        _papers_of_abandoned_drafts,
        _destroy_files,
    ),
    Rule(
        "history_of_drafts",
        "history of a business",
        f"{_OVER} (파기한 등록의 변경 이력)",
        _history_of_drafts,
        _erase_history,
    ),
    Rule(
        "history_of_papers",
        "history of a paper",
        f"{_OVER} (파기한 등록의 변경 이력)",
        _history_of_papers,
        _erase_history,
    ),
    Rule("ended_invitations", "invitation", f"{_OVER} (목적 달성)", _ended_invitations),
    Rule("answered_requests", "request to join", f"{_OVER} (목적 달성)", _answered_requests),
):
    retention.register(rule)
