"""Times at which a consultant takes no consultations: entered, taken back.

What is arranged already is not thrown over: whoever enters an absence is told what stands in it
and arranges that anew first.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import consulting_refusals as refusals
from programs.models import Consultant, ConsultantAbsence, Session
from programs.services.consulting import lock_consultant

#: the longest single absence
MOST = 366 * clock.DAY
_NEVER = ("absence_once", "absence_without_sessions")


@transaction.atomic
def enter(
    *, consultant: Consultant, starts: dt.datetime, ends: dt.datetime, by: User
) -> ConsultantAbsence:
    """Keep ``[starts, ends)`` free of sessions from now on; the same twice gives the one there is.

    Raises RuleViolation ``absence_ends_before_start``, ``absence_past``, ``absence_too_long``,
    ``absence_overlaps`` or ``absence_in_the_way``.
    """
    _refuse_unless_a_time(starts, ends)
    consultant = lock_consultant(consultant.pk)
    crossing = {"starts__lt": ends, "ends__gt": starts}
    there = consultant.absences.standing().filter(**crossing).first()
    if there is not None and (there.starts, there.ends) == (starts, ends):
        return there
    if there is not None:
        raise RuleViolation(refusals.absence_overlaps(there.starts, there.ends))
    standing = Session.objects.standing().filter(consultant=consultant.user_id, **crossing)
    if found := list(standing.order_by("starts")):
        raise RuleViolation(refusals.absence_in_the_way(found))
    try:
        with transaction.atomic():
            return ConsultantAbsence.objects.create(
                consultant=consultant, starts=starts, ends=ends, entered_by=by
            )
    except IntegrityError as error:  # what was written past the services
        if any(name in str(error) for name in _NEVER):
            raise RuleViolation(refusals.absence_taken()) from error
        raise


def _refuse_unless_a_time(starts: dt.datetime, ends: dt.datetime) -> None:
    if ends <= starts:
        raise RuleViolation(refusals.absence_ends_before_start())
    if ends <= clock.now():
        raise RuleViolation(refusals.absence_past())
    if ends - starts > MOST:
        raise RuleViolation(refusals.absence_too_long())


@transaction.atomic
def withdraw(*, absence: ConsultantAbsence) -> ConsultantAbsence:
    """There after all: sessions can be given for that time again. The row stays. Twice changes
    nothing. Raises RuleViolation ``absence_past`` for one that is over."""
    absence = ConsultantAbsence.objects.select_for_update(no_key=True).get(pk=absence.pk)
    if absence.withdrawn_at is not None:
        return absence
    if absence.ends <= clock.now():
        raise RuleViolation(refusals.absence_past())
    absence.withdrawn_at = clock.now()
    absence.save(update_fields=["withdrawn_at"])
    return absence
