"""Who cannot be in a session: said by name before the database has to refuse it."""

from __future__ import annotations

from center.errors import RuleViolation
from programs import session_refusals as refusals
from programs.models import ConsultantAbsence, Session


def refuse_unless_possible(session: Session) -> None:
    """Raise ``ends_before_start``, ``consultant_absent``, ``consultant_busy`` or
    ``business_busy``."""
    if session.ends <= session.starts:
        raise RuleViolation(refusals.ends_before_start())
    _refuse_if_away(session)
    others = Session.objects.standing().exclude(pk=session.pk)
    others = others.filter(starts__lt=session.ends, ends__gt=session.starts)
    others = others.select_related("consultant", "merchant")
    if session.consultant and (other := others.filter(consultant=session.consultant).first()):
        raise RuleViolation(refusals.consultant_busy(other))
    if session.merchant and (other := others.filter(merchant=session.merchant).first()):
        raise RuleViolation(refusals.business_busy(other))


def _refuse_if_away(session: Session) -> None:
    if session.consultant is None:
        return
    away = ConsultantAbsence.objects.standing().filter(consultant__user=session.consultant)
    if found := away.filter(starts__lt=session.ends, ends__gt=session.starts).first():
        raise RuleViolation(refusals.consultant_absent(session.consultant.name, found.ends))
