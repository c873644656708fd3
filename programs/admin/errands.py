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


def to_do() -> Iterator[Line]:
    """Applications received of calls that have closed, supplements answered, and those nobody
    answered in time. 1 query."""
    now = clock.now()
    is_closed = Q(program__state=ProgramState.PUBLISHED, program__closes_at__lte=now)
    n = Application.objects.undecided().aggregate(
        received=Count("pk", filter=is_closed & Q(state=_S.SUBMITTED)),
        answered=Count("pk", filter=Q(state=_S.SUBMITTED) & ~Q(supplement_note="")),
        late=Count("pk", filter=Q(state=_S.SUPPLEMENT, supplement_until__lte=now)),
    )
    address = reverse("admin:programs_application_changelist")
    for what, state in (
        ("late", _S.SUPPLEMENT),
        ("answered", _S.SUBMITTED),
        ("received", _S.SUBMITTED),
    ):
        if n[what]:
            yield Line(_said(what, n[what]), f"{address}?state__exact={state}")


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
