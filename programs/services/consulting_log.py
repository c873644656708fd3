"""The log of a consultation (수행일지): written by its consultant, needed to close it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from programs import consulting_refusals as refusals
from programs import messages
from programs.models import Consultation, ConsultationState, SessionState
from programs.parties import refuse_own
from programs.services.consulting import locked

_NAMES = {
    "situation": _("Where the business stands"),
    "advice": _("What was advised"),
    "next_steps": _("Next steps"),
}


@dataclass(frozen=True)
class Log:
    """What a consultant writes; the business reads it in its report."""

    situation: str = ""
    advice: str = ""
    next_steps: str = ""


@transaction.atomic
def keep(*, consultation: Consultation, log: Log, by: User) -> Consultation:
    """Keep what has been written so far. Raises RuleViolation ``not_your_consultation``,
    ``consultation_not_waiting`` for one that is closed or called off, or ``own_business`` for
    who acts for the business since."""
    consultation = locked(consultation.pk)
    _refuse_unless_his(consultation, by)
    refuse_own(consultation.application, by)
    for name, text in asdict(log).items():
        setattr(consultation, name, text.strip())
    consultation.save(update_fields=list(_NAMES))
    return consultation


@transaction.atomic
def close(*, consultation: Consultation, log: Log, by: User) -> Consultation:
    """Close it with a whole log; the business is told that its report is there.

    Raises RuleViolation ``log_needed`` for each part that is empty,
    ``consultation_not_begun``, and what ``keep`` raises.
    """
    consultation = keep(consultation=consultation, log=log, by=by)
    session = consultation.session
    assert session is not None
    if session.state == SessionState.CANCELLED or clock.now() < session.starts:
        raise RuleViolation(refusals.not_begun())
    if lacking := _lacking(consultation):
        raise RuleViolation(*lacking)
    consultation.state, consultation.closed_at = ConsultationState.CLOSED, clock.now()
    consultation.save(update_fields=["state", "closed_at"])
    messages.consulting.report_ready(consultation)
    return consultation


def _refuse_unless_his(consultation: Consultation, by: User) -> None:
    if consultation.consultant_id != by.pk:
        raise RuleViolation(refusals.not_yours())
    if consultation.state != ConsultationState.ASSIGNED:
        raise RuleViolation(refusals.not_waiting(consultation.get_state_display()))


def _lacking(consultation: Consultation) -> list[Violation]:
    return [
        refusals.log_needed(name, str(label))
        for name, label in _NAMES.items()
        if not getattr(consultation, name)
    ]
