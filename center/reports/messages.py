"""What reports tell people: a link, never a file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from center.notifications.kinds import Kind, register

EDITION_READY = register(
    Kind(
        "reports.edition_ready",
        name=_("Report frozen"),
        example={"name": "김주무", "period": "2026년 10월", "edition": "v1"},
        channels=("email",),
        mass=True,
    )
)
#: in the inbox alone: whoever wants mail subscribes
EDITION_OUT = register(
    Kind(
        "reports.edition_out",
        name=_("Report frozen, for officials without a subscription"),
        example={"name": "김주무", "period": "2026년 10월", "edition": "v1"},
        channels=(),
    )
)
SUBSCRIPTION_STOPPED = register(
    Kind(
        "reports.subscription_stopped",
        name=_("Subscription of reports stopped"),
        example={"name": "김주무", "times": 5},
        channels=("email",),
    )
)
