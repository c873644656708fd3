"""Which ways that cost money a kind of message may take."""

from __future__ import annotations

from center.notifications.kinds import Kind
from center.notifications.models import KindRule


def every() -> dict[str, KindRule]:
    """The rules there are, by the key of their kind; one query."""
    return KindRule.objects.in_bulk(field_name="kind")


def set_rule(
    *, kind: Kind, sms_allowed: bool, alimtalk_allowed: bool, alimtalk_template: str
) -> KindRule:
    """From now on the kind may go by these ways; what waits for another takes the next."""
    rule, _made = KindRule.objects.update_or_create(
        kind=kind.key,
        defaults={
            "sms_allowed": sms_allowed,
            "alimtalk_allowed": alimtalk_allowed,
            "alimtalk_template": alimtalk_template.strip(),
        },
    )
    return rule
