"""Letters between partners, and being asked to apply together."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from center.notifications.kinds import Kind, Value, register
from center.notifications.services import queue
from merchants.models import Membership, Merchant
from programs import recipients
from programs.messages.people import title_of
from programs.models import (
    Application,
    CoApplicant,
    CoState,
    Partner,
    PartnerLetter,
    Program,
)

_JOINT: dict[str, Value] = {
    "lead": "달구벌 수제청",
    "business": "팔공산 사과농원",
    "program": "가을 온라인 기획전",
}

LETTER = register(
    Kind(
        "programs.partner_letter",
        name=_("Letter of a partner"),
        example={
            "business": "달구벌 수제청",
            "text": "사과와 수제청을 함께 파는 방송을 해 보고 싶습니다.",
        },
        mass=True,
    )
)
ASKED = register(Kind("programs.joint_asked", name=_("Asked to apply together"), example=_JOINT))
ANSWERED = register(
    Kind(
        "programs.joint_answered",
        name=_("Answer about applying together"),
        example={**_JOINT, "confirmed": True},
    )
)
MOVED = register(
    Kind(
        "programs.joint_moved",
        name=_("What becomes of a joint application"),
        example={**_JOINT, "state": "선정"},
    )
)


def letter(written: PartnerLetter, *, answer_to: Partner) -> None:
    """To every owner of the receiving business."""
    for owner in _owners(written.receiver):
        queue(
            kind=LETTER,
            recipient=owner.user,
            context={"business": written.sender.name, "text": written.text},
            link=reverse("partner_write", args=[answer_to.pk]),
            dedupe_key=f"{LETTER.key}:{written.pk}:{owner.user_id}",
        )


def asked_to_join(row: CoApplicant) -> None:
    for owner in _owners(row.merchant):
        queue(
            kind=ASKED,
            recipient=owner.user,
            context=_facts(row, row.application),
            link=reverse("joint_answer", args=[row.pk]),
            dedupe_key=f"{ASKED.key}:{row.pk}:{owner.user_id}",
        )


def joint_answered(row: CoApplicant, application: Application) -> None:
    """To those of the lead."""
    confirmed = row.state == CoState.CONFIRMED
    for person in recipients.people_of(application):
        queue(
            kind=ANSWERED,
            recipient=person,
            context={**_facts(row, application), "confirmed": confirmed},
            link=reverse("joint", args=[application.receipt]),
            dedupe_key=f"{ANSWERED.key}:{row.pk}:{row.state}:{person.pk}",
        )


def moved(application: Application, program: Program, state: Promise | str = "") -> None:
    """To the owners of each business that applies together with the lead: where the application
    stands now, once for each of its steps. ``state``: in other words than its own. 2 queries
    for a joint application, none for another."""
    if not program.is_joint:
        return
    rows = application.co_applicants.confirmed().select_related("merchant")
    named = {row.merchant_id: row for row in rows}
    owners = Membership.objects.filter(merchant__in=named, role=Membership.Role.OWNER)
    for owner in owners.select_related("user").order_by("pk"):
        row = named[owner.merchant_id]
        with translation.override(owner.user.language):
            facts = _facts(row, application)
            stands = str(state or application.get_state_display())
        queue(
            kind=MOVED,
            recipient=owner.user,
            context={**facts, "state": stands},
            link=reverse("joint_answer", args=[row.pk]),
            dedupe_key=f"{MOVED.key}:{row.pk}:{application.revision}:{stands}:{owner.user_id}",
        )


def _owners(merchant: Merchant) -> list[Membership]:
    rows = merchant.memberships.filter(role=Membership.Role.OWNER)
    return list(rows.select_related("user").order_by("pk"))


def _facts(row: CoApplicant, application: Application) -> dict[str, Value]:
    return {
        "lead": application.merchant.name,
        "business": row.merchant.name,
        "program": title_of(application.program),
    }
