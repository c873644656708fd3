"""What came of an application, for its page: one line in the view, one in the template."""

from __future__ import annotations

from typing import Any

from center.models import User
from programs import consultation_pages, event_pages, outcome_desk, partner_pages
from programs.models import Application


def parts_of(application: Application, reader: User | None = None) -> dict[str, Any]:
    """The context of ``programs/_parts.html``; parts that do not apply are None. A fixed
    number of queries for each kind, at most 12."""
    return {
        "joint": partner_pages.joint_part(application),
        "consulting": consultation_pages.part_of(application),
        "broadcast": event_pages.broadcast_part(application),
        "booth": event_pages.booth_part(application),
        "outcome": outcome_desk.part_of(application, reader),
    }
