"""What was put there to read for those who take part in sessions, told once of several files."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from center.notifications.kinds import Kind, Value, register
from center.notifications.services import Addressee, queue_each
from programs.messages.people import title_of
from programs.messages.sessions import dedupe_key, people_of
from programs.models import Material

GIVEN_OUT = register(
    Kind(
        "programs.materials_given_out",
        name=_("Materials of sessions"),
        example={
            "program": "스마트스토어 첫걸음",
            "n": 2,
            "files": ["2회차: 상세페이지 – 교안.pdf", "2회차: 상세페이지 – 실습지.pdf"],
        },
        mass=True,
    )
)


def given_out(files: Sequence[Material]) -> bool:
    """New files of sessions that the same people take part in, the last one put there last;
    whether there is anybody to be told."""
    session = files[-1].session
    facts: dict[str, Value] = {
        "program": title_of(session.program),
        "n": len(files),
        "files": [f"{row.session.title} – {row.name}" for row in files],
    }
    key = f"{files[-1].pk}"
    told = [
        Addressee(one.person, dedupe_key(GIVEN_OUT, session.pk, key, one.person.pk), one.link)
        for one in people_of(session)
    ]
    queue_each(kind=GIVEN_OUT, told=told, context=facts)
    return bool(told)
