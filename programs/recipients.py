"""Who is told about an application: whoever applied, as long as a member, and the owners; of
both those whose account is in use, because nothing answers to the others."""

from __future__ import annotations

from collections.abc import Iterable

from center.models import User
from merchants.models import Membership
from programs.models import Application


def people_of(application: Application) -> list[User]:
    """The owners of its business and the member who applied, the latter first. 1 query."""
    return _people([application]).get(application.pk, [])


def one_each(applications: Iterable[Application]) -> dict[int, User]:
    """The one person to ask about each application, by its id; without those of whom nobody
    has an account. 1 query for all of them."""
    return {pk: people[0] for pk, people in _people(applications).items() if people}


def _people(applications: Iterable[Application]) -> dict[int, list[User]]:
    rows = list(applications)
    businesses = {row.merchant_id for row in rows}
    members = Membership.objects.acting().filter(merchant__in=businesses)
    by_business: dict[int, list[Membership]] = {}
    for member in members.select_related("user").order_by("pk"):
        by_business.setdefault(member.merchant_id, []).append(member)
    return {row.pk: _told(row, by_business.get(row.merchant_id, [])) for row in rows}


def _told(application: Application, members: list[Membership]) -> list[User]:
    applied = [m.user for m in members if m.user_id == application.applied_by_id]
    owners = [m.user for m in members if m.role == Membership.Role.OWNER]
    return list(dict.fromkeys([*applied, *owners]))
