"""What of programs waits for staff, on the first page of the admin."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import ngettext

from center import clock
from center.admin_site import Line
from programs.models import Application, ApplicationState, ProgramState

_S = ApplicationState

#: the most pressing first
WAITING = ("late", "answered", "received")


def waiting_for(what: str) -> Q:
    """``received`` of calls that have closed, ``answered`` supplements, and those ``late``,
    which nobody answered in time: conditions on applications that are undecided."""
    now = clock.now()
    of_closed_calls = Q(program__state=ProgramState.PUBLISHED, program__closes_at__lte=now)
    return {
        "late": Q(state=_S.SUPPLEMENT, supplement_until__lte=now),
        "answered": Q(state=_S.SUBMITTED) & ~Q(supplement_note=""),
        "received": of_closed_calls & Q(state=_S.SUBMITTED),
    }[what]


def to_do() -> Iterator[Line]:
    """What waits, each with the list of as many rows. 1 query."""
    counted = {what: Count("pk", filter=waiting_for(what)) for what in WAITING}
    n = Application.objects.undecided().aggregate(**counted)
    address = reverse("admin:programs_application_changelist")
    for what in WAITING:
        if n[what]:
            yield Line(_said(what, n[what]), f"{address}?waiting={what}")


def _said(what: str, n: int) -> str:
    words = {
        "late": ngettext(
            "%(n)d applicant did not answer in time what was asked for.",
            "%(n)d applicants did not answer in time what was asked for.",
            n,
        ),
        "answered": ngettext(
            "%(n)d applicant has answered what was asked for.",
            "%(n)d applicants have answered what was asked for.",
            n,
        ),
        "received": ngettext(
            "%(n)d application of a closed call waits for its result.",
            "%(n)d applications of closed calls wait for their result.",
            n,
        ),
    }
    return words[what] % {"n": n}
