"""Who may do what: the one writer of roles, of entering the admin and of being active.

Every change leaves a ``RoleChange`` row in the same transaction. Managers grant the roles of
those they lead; only a superuser makes managers or touches a manager's or another superuser's
rights; nobody changes his own. Being a superuser is given by ``createsuperuser`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from center.errors import RuleViolation, Violation
from center.models import RoleChange, User
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR, ROLES, roles_of

GRANTED_BY_MANAGERS = frozenset({OPERATOR, OFFICIAL, EVALUATOR})


@dataclass(frozen=True)
class Rights:
    """All that this module decides about a person."""

    roles: frozenset[str]
    is_staff: bool
    is_active: bool

    @classmethod
    def of(cls, person: User) -> Rights:
        names = person.groups.values_list("name", flat=True)
        return cls(frozenset(names), person.is_staff, person.is_active)

    def as_json(self) -> dict[str, Any]:
        return {
            "roles": sorted(self.roles),
            "is_staff": self.is_staff,
            "is_active": self.is_active,
        }


@transaction.atomic
def change(*, by: User | None, whom: User, to: Rights, reason: str) -> RoleChange | None:
    """Give ``whom`` exactly these rights; None if they are what the person has.

    ``by`` is None only for commands that set a house up.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=whom.pk)
    before = Rights.of(locked)
    if before == to:
        return None
    if violations := refusals(by=by, whom=locked, before=before, to=to, reason=reason):
        raise RuleViolation(*violations)
    locked.is_staff, locked.is_active = to.is_staff, to.is_active
    locked.save(update_fields=["is_staff", "is_active"])
    locked.groups.set(Group.objects.filter(name__in=to.roles))
    whom.is_staff, whom.is_active = to.is_staff, to.is_active
    return RoleChange.objects.create(
        by=by,
        by_label=by.label if by else "system",
        whom=locked,
        whom_label=locked.label,
        before=before.as_json(),
        after=to.as_json(),
        reason=reason.strip(),
    )


def refusals(
    *, by: User | None, whom: User, before: Rights, to: Rights, reason: str
) -> list[Violation]:
    """Every reason why this change may not be made; none if it may, or changes nothing."""
    if before == to:
        return []
    found = [] if reason.strip() else [_reason_missing()]
    if not to.roles <= set(ROLES):
        found.append(_unknown_role())
    if by is None:
        return found
    if by.pk == whom.pk:
        return [*found, _own_rights()]
    if not by.is_superuser and not _within_reach(by, whom, before.roles ^ to.roles):
        found.append(_not_yours())
    return found


def _within_reach(by: User, whom: User, touched: Iterable[str]) -> bool:
    """Whether a manager may change these roles of that person."""
    above = whom.is_superuser or MANAGER in roles_of(whom)
    return MANAGER in roles_of(by) and not above and set(touched) <= GRANTED_BY_MANAGERS


def _reason_missing() -> Violation:
    return Violation(
        "reason_missing",
        _("A change of rights needs its reason."),
        _("Write it down in a few words, for example the date of the order."),
        field="reason",
    )


def _unknown_role() -> Violation:
    return Violation("unknown_role", _("There is no such role."), field="roles")


def _own_rights() -> Violation:
    return Violation(
        "own_rights",
        _("Nobody changes his or her own rights."),
        _("Ask another manager to do it."),
        field="roles",
    )


def _not_yours() -> Violation:
    return Violation(
        "not_yours_to_grant",
        _("The rights of managers are changed by the system's administrator alone."),
        _("Ask the administrator."),
        field="roles",
    )
