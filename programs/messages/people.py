"""Whom the portal tells about an application."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from center.models import User
from center.notifications.kinds import ForReader, Kind, Text, Value
from center.notifications.services import Addressee, queue_each
from merchants.models import Membership
from programs.models import Application, Program


def title_of(program: Program) -> Text:
    """For each reader."""
    return ForReader(lambda: program.display_title)


def people_of(application: Application) -> list[User]:
    """The owner of its business and the member who applied; not somebody who has left it since.
    1 query."""
    told = Q(role=Membership.Role.OWNER) | Q(user=application.applied_by_id)
    members = Membership.objects.filter(told, merchant=application.merchant_id)
    return [member.user for member in members.select_related("user").order_by("pk")]


def tell(
    application: Application,
    kind: Kind,
    *,
    key: object,
    link: str | Callable[[User], str] = "",
    **more: Value,
) -> None:
    """Queue a message to each of them, once for ``key``; it always names the program, the
    business and the receipt number. ``link`` is the same for all, or says each one's own."""
    context = {
        "program": title_of(application.program),
        "business": application.merchant.name,
        "receipt": application.receipt,
        **more,
    }
    where = link or application.get_absolute_url()
    told = [
        Addressee(
            person,
            f"{kind.key}:{application.pk}:{key}:{person.pk}",
            where if isinstance(where, str) else where(person),
        )
        for person in people_of(application)
    ]
    queue_each(kind=kind, told=told, context=context)
