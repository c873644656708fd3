"""What becomes of an application, told in the transaction in which it becomes so."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center import clock
from center.models import User
from center.notifications.kinds import Kind, Value, register
from programs.links import token_of_offer
from programs.messages import partners
from programs.messages.people import tell
from programs.models import Application, ApplicationState, ProgramState

_MOMENT = dt.datetime(2026, 12, 4, 18, tzinfo=clock.KST)
#: what every message about an application names
FACTS: dict[str, Value] = {
    "program": "상세페이지 사진, 휴대전화로 끝내기",
    "business": "달구벌 수제청",
    "receipt": "PB7K2-9QXM",
}

RECEIVED = register(
    Kind(
        "programs.received",
        name=_("Application received"),
        example={**FACTS, "until": _MOMENT},
    )
)
CHANGED = register(Kind("programs.changed", name=_("Application changed"), example=FACTS))
GIVEN = register(Kind("programs.given", name=_("Place given at once"), example=FACTS))
IN_LINE = register(
    Kind("programs.in_line", name=_("On the reserve list"), example={**FACTS, "number": 3})
)
ANSWERED = register(
    Kind("programs.answered", name=_("Answer to what was asked for received"), example=FACTS)
)
SUPPLEMENT = register(
    Kind(
        "programs.supplement",
        name=_("Something is asked for"),
        example={**FACTS, "note": "원산지 표시를 적어 주십시오.", "until": _MOMENT},
    )
)
REJECTED = register(
    Kind(
        "programs.rejected",
        name=_("Conditions not met"),
        example={**FACTS, "reason": "모집 지역 밖의 사업장입니다."},
    )
)
AGAIN = register(Kind("programs.again", name=_("Application looked at again"), example=FACTS))
WITHDRAWN = register(Kind("programs.withdrawn", name=_("Application withdrawn"), example=FACTS))
OFFERED = register(
    Kind(
        "programs.offered",
        name=_("A place became free"),
        example={**FACTS, "until": _MOMENT},
    )
)
ACCEPTED = register(Kind("programs.accepted", name=_("Place accepted"), example=FACTS))
EXPIRED = register(Kind("programs.expired", name=_("Offer of a place ran out"), example=FACTS))
ENDED_IN_LINE = register(
    Kind("programs.ended_in_line", name=_("No place became free"), example=FACTS, mass=True)
)
CALLED_OFF = register(
    Kind(
        "programs.called_off",
        name=_("Program called off"),
        example={**FACTS, "reason": "강사의 사정으로 열지 못하게 되었습니다."},
        mass=True,
    )
)


def handed_in(application: Application, *, before: str) -> None:
    """What handing in led to: received, a place, a number in line, changed, answered."""
    key = application.revision
    if before == ApplicationState.DRAFT:
        partners.moved(application, application.program)
    if before == ApplicationState.SUPPLEMENT:
        tell(application, ANSWERED, key=key)
    elif before == ApplicationState.SUBMITTED:
        tell(application, CHANGED, key=key)
    elif application.state == ApplicationState.SELECTED:
        tell(application, GIVEN, key=key)
    elif application.state == ApplicationState.RESERVE:
        tell(application, IN_LINE, key=key, number=application.reserve_number or 0)
    else:
        tell(application, RECEIVED, key=key, until=application.program.closes_at)


def supplement_asked(application: Application) -> None:
    assert application.supplement_until is not None
    tell(
        application,
        SUPPLEMENT,
        key=application.revision,
        note=application.supplement_note,
        until=application.supplement_until,
    )


def rejected(application: Application) -> None:
    tell(application, REJECTED, key=application.revision, reason=application.reason)
    partners.moved(application, application.program)


def looked_at_again(application: Application) -> None:
    tell(application, AGAIN, key=application.revision)
    partners.moved(application, application.program)


def withdrawn(application: Application) -> None:
    tell(application, WITHDRAWN, key=application.revision)
    partners.moved(application, application.program)


def place_offered(application: Application) -> None:
    """To each with a link of his own that answers without a log-in, as that of the waiting list
    of spaces."""
    assert application.offered_until is not None
    until = application.offered_until

    def link(person: User) -> str:
        return reverse("program_offer", args=[token_of_offer(application, person)])

    tell(application, OFFERED, key=application.revision, link=link, until=until)
    partners.moved(application, application.program)


def place_accepted(application: Application) -> None:
    tell(application, ACCEPTED, key=application.revision)
    partners.moved(application, application.program)


def offer_expired(application: Application) -> None:
    tell(application, EXPIRED, key=application.revision)
    partners.moved(application, application.program)


def ended_in_line(application: Application) -> None:
    tell(application, ENDED_IN_LINE, key=application.revision)
    partners.moved(application, application.program)


def called_off(application: Application, *, reason: str) -> None:
    link = application.program.get_absolute_url()
    tell(application, CALLED_OFF, key="called_off", link=link, reason=reason)
    partners.moved(application, application.program, ProgramState.CANCELLED.label)
