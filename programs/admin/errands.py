"""What of programs waits for staff, on the first page of the admin."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from center import clock
from center.admin_site import Line
from programs.models import Application, ApplicationState, Program, ProgramState


def to_do() -> Iterator[Line]:
    """Applications received of calls that have closed, and supplements nobody answered in
    time. 2 queries."""
    now = clock.now()
    closed = Program.objects.filter(state=ProgramState.PUBLISHED, closes_at__lte=now)
    waiting = Application.objects.filter(state=ApplicationState.SUBMITTED, program__in=closed)
    address = reverse("admin:programs_application_changelist")
    if n := waiting.count():
        said = ngettext(
            "%(n)d application of a closed call waits for its result.",
            "%(n)d applications of closed calls wait for their result.",
            n,
        )
        yield Line(said % {"n": n}, f"{address}?state__exact={ApplicationState.SUBMITTED}")
    late = Application.objects.filter(
        state=ApplicationState.SUPPLEMENT, supplement_until__lte=now
    ).count()
    if late:
        said = ngettext(
            "%(n)d applicant did not answer in time what was asked for.",
            "%(n)d applicants did not answer in time what was asked for.",
            late,
        )
        yield Line(said % {"n": late}, f"{address}?state__exact={ApplicationState.SUPPLEMENT}")
