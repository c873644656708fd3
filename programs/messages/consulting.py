"""What becomes of a consultation, told in the same transaction.

That it is arranged, moved or called off with its session the business hears from
``messages.sessions``; here is what a session does not say, and what the consultant hears.
"""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center import clock
from center.models import User
from center.notifications.kinds import ForReader, Kind, Value, register
from center.notifications.services import queue
from merchants.models import Membership
from programs.models import Consultation, ConsultingField, Session

_MOMENT = dt.datetime(2026, 12, 3, 14, tzinfo=clock.KST)
FACTS: dict[str, Value] = {
    "business": "달구벌 수제청",
    "number": "CB7K2-9QXM",
    "field": "상품 페이지",
}

RECEIVED = register(
    Kind("programs.consultation_received", name=_("Consultation asked for"), example=FACTS)
)
GIVEN = register(
    Kind(
        "programs.consultation_given",
        name=_("Consultation given to a consultant"),
        example={**FACTS, "starts": _MOMENT},
    )
)
TAKEN_BACK = register(
    Kind(
        "programs.consultation_taken_back",
        name=_("Consultation no longer with a consultant"),
        example={**FACTS, "starts": _MOMENT, "reason": "사업체 사정"},
    )
)
CALLED_OFF = register(
    Kind(
        "programs.consultation_called_off",
        name=_("Consultation called off"),
        example={**FACTS, "reason": "담당할 전문가가 없습니다"},
    )
)
REPORT = register(
    Kind("programs.consultation_report", name=_("Report of a consultation"), example=FACTS)
)


def received(consultation: Consultation) -> None:
    _tell_business(consultation, RECEIVED, facts_of(consultation))


def report_ready(consultation: Consultation) -> None:
    _tell_business(consultation, REPORT, facts_of(consultation))


def called_off(consultation: Consultation) -> None:
    """For one that had no session to speak for it."""
    facts = {**facts_of(consultation), "reason": consultation.cancel_reason}
    _tell_business(consultation, CALLED_OFF, facts)


def given(consultation: Consultation, session: Session, consultant: User) -> None:
    _tell_consultant(consultation, GIVEN, session, consultant)


def taken_back(consultation: Consultation, session: Session, consultant: User) -> None:
    """``session``: the one that was called off, with its reason."""
    _tell_consultant(consultation, TAKEN_BACK, session, consultant, reason=session.reason)


def facts_of(consultation: Consultation) -> dict[str, Value]:
    """The values of ``FACTS``."""
    return {
        "business": consultation.merchant.name,
        "number": consultation.reference,
        "field": ForReader(lambda: str(ConsultingField(consultation.field).label)),
    }


def _tell_consultant(
    consultation: Consultation, kind: Kind, session: Session, person: User, **more: Value
) -> None:
    queue(
        kind=kind,
        recipient=person,
        context={**facts_of(consultation), "starts": session.starts, **more},
        link=reverse("consulting_session", args=[consultation.reference]),
        dedupe_key=f"{kind.key}:{consultation.pk}:{session.pk}:{person.pk}",
    )


def _tell_business(consultation: Consultation, kind: Kind, facts: dict[str, Value]) -> None:
    """The owner, and the member who asked."""
    members = Membership.objects.filter(merchant=consultation.merchant_id).select_related("user")
    for member in members.order_by("pk"):
        if member.is_owner or member.user_id == consultation.requested_by_id:
            queue(
                kind=kind,
                recipient=member.user,
                context=facts,
                link=consultation.get_absolute_url(),
                dedupe_key=f"{kind.key}:{consultation.pk}:{member.user_id}",
            )
