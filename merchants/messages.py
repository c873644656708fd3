"""What the portal tells people about their business, and whom."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center import clock
from center.models import User
from center.notifications.kinds import ForReader, Kind, Value, register
from center.notifications.services import queue
from merchants.models import (
    Document,
    Invitation,
    JoinRequest,
    Membership,
    Merchant,
    ReturnReason,
    Suspension,
)

_BUSINESS, _PERSON = "달구벌 수제청", "김달구"
_MOMENT = dt.datetime(2026, 11, 25, 18, tzinfo=clock.KST)

INVITED = register(
    Kind(
        "merchants.invited",
        name=_("Invitation to a business"),
        channels=("email",),
        example={"inviter": _PERSON, "business": _BUSINESS, "until": _MOMENT},
    )
)
VISITOR_INVITED = register(
    Kind(
        "merchants.visitor_invited",
        name=_("Invitation to complete a registration"),
        channels=("email",),
        example={"business": _BUSINESS, "until": _MOMENT},
    )
)
JOIN_ASKED = register(
    Kind(
        "merchants.join_asked",
        name=_("Somebody asks to join"),
        example={"person": "이새로", "business": _BUSINESS, "note": "매장 직원입니다."},
    )
)
JOIN_ACCEPTED = register(
    Kind("merchants.join_accepted", name=_("Let into a business"), example={"business": _BUSINESS})
)
JOIN_DECLINED = register(
    Kind("merchants.join_declined", name=_("Not let in"), example={"business": _BUSINESS})
)
SUBMITTED = register(
    Kind(
        "merchants.submitted",
        name=_("Registration received"),
        example={"business": _BUSINESS, "due": _MOMENT},
    )
)
VERIFIED = register(
    Kind(
        "merchants.verified",
        name=_("Business verified"),
        example={"business": _BUSINESS, "until": dt.date(2027, 3, 31)},
    )
)
RETURNED = register(
    Kind(
        "merchants.returned",
        name=_("Registration returned"),
        example={
            "business": _BUSINESS,
            "reasons": ["서류를 읽을 수 없음"],
            "note": "두 번째 쪽이 흐립니다.",
        },
    )
)
SUSPENDED = register(
    Kind(
        "merchants.suspended",
        name=_("Business suspended"),
        example={"business": _BUSINESS, "until": _MOMENT, "reason": "예약 후 미이용"},
    )
)
SUSPENSION_LIFTED = register(
    Kind(
        "merchants.suspension_lifted",
        name=_("Suspension lifted"),
        example={"business": _BUSINESS},
    )
)
EXPIRING = register(
    Kind(
        "merchants.expiring",
        name=_("Paper runs out"),
        example={
            "business": _BUSINESS,
            "paper": "소상공인확인서",
            "until": dt.date(2027, 3, 31),
        },
        mass=True,
    )
)
VERIFICATION_ENDS = register(
    Kind(
        "merchants.verification_ends",
        name=_("Verification ends"),
        example={"business": _BUSINESS, "until": dt.date(2027, 3, 31)},
        mass=True,
    )
)


def invited(invitation: Invitation, path: str) -> None:
    queue(
        kind=INVITED,
        address=invitation.email,
        context={
            "inviter": invitation.invited_by.name,
            "business": invitation.merchant.name,
            "until": invitation.expires_at,
        },
        link=path,
        dedupe_key=f"merchants.invited:{invitation.pk}",
    )


def visitor_invited(invitation: Invitation, path: str) -> None:
    """To somebody the center knows by name and telephone only, so far."""
    queue(
        kind=VISITOR_INVITED,
        address=invitation.email,
        context={"business": invitation.merchant.name, "until": invitation.expires_at},
        link=path,
        dedupe_key=f"merchants.visitor_invited:{invitation.pk}",
    )


def join_asked(request: JoinRequest) -> None:
    """To the owner; where nobody has shown to be one, staff find it on their desk."""
    if not request.merchant.is_proven:
        return
    context: dict[str, Value] = {
        "person": request.user.name,
        "business": request.merchant.name,
        "note": request.note,
    }
    _tell_owner(request.merchant, JOIN_ASKED, context, f"{request.pk}")


def join_answered(request: JoinRequest) -> None:
    accepted = request.state == JoinRequest.State.ACCEPTED
    kind = JOIN_ACCEPTED if accepted else JOIN_DECLINED
    _tell(request.user, kind, {"business": request.merchant.name}, f"{request.pk}")


def submitted(merchant: Merchant) -> None:
    assert merchant.decide_until is not None
    _tell_owner(
        merchant,
        SUBMITTED,
        {"business": merchant.name, "due": merchant.decide_until},
        f"{merchant.pk}:{merchant.revision}",
    )


def verified(merchant: Merchant) -> None:
    assert merchant.verified_until is not None
    _tell_owner(
        merchant,
        VERIFIED,
        {"business": merchant.name, "until": merchant.verified_until},
        f"{merchant.pk}:{merchant.revision}",
    )


def returned(merchant: Merchant) -> None:
    labels = [ReturnReason(code).label for code in merchant.return_reasons]
    reasons = [ForReader(partial(str, label)) for label in labels]
    _tell_owner(
        merchant,
        RETURNED,
        {"business": merchant.name, "reasons": reasons, "note": merchant.return_note},
        f"{merchant.pk}:{merchant.revision}",
    )


def suspended(suspension: Suspension) -> None:
    context: dict[str, Value] = {
        "business": suspension.merchant.name,
        "until": suspension.ends,
        "reason": suspension.reason,
    }
    _tell_owner(suspension.merchant, SUSPENDED, context, f"{suspension.pk}")


def suspension_lifted(suspension: Suspension) -> None:
    context: dict[str, Value] = {"business": suspension.merchant.name}
    _tell_owner(suspension.merchant, SUSPENSION_LIFTED, context, f"{suspension.pk}")


def expiring(paper: Document, *, to: User | None) -> None:
    """Without an owner nobody is told. A corrected date is told anew."""
    assert paper.valid_until is not None
    context: dict[str, Value] = {
        "business": paper.merchant.name,
        "paper": ForReader(lambda: paper.kind.display_name),
        "until": paper.valid_until,
    }
    if to is not None:
        _tell(to, EXPIRING, context, f"{paper.pk}:{paper.valid_until}", page="papers")


def verification_ends(merchant: Merchant, *, to: User | None) -> None:
    """Without an owner nobody is told. A corrected date is told anew."""
    assert merchant.verified_until is not None
    until = merchant.verified_until
    context: dict[str, Value] = {"business": merchant.name, "until": until}
    if to is not None:
        _tell(to, VERIFICATION_ENDS, context, f"{merchant.pk}:{until}", page="papers")


def _tell_owner(merchant: Merchant, kind: Kind, context: dict[str, Value], key: str) -> None:
    owner = merchant.memberships.filter(role=Membership.Role.OWNER).select_related("user").first()
    if owner is not None:  # an imported business may have nobody yet
        _tell(owner.user, kind, context, key)


def _tell(
    person: User, kind: Kind, context: dict[str, Value], key: str, page: str = "merchant"
) -> None:
    queue(
        kind=kind,
        recipient=person,
        context=context,
        link=reverse(page),
        dedupe_key=f"{kind.key}:{key}",
    )
