"""Closing one's account (회원 탈퇴): at once and by oneself, as easily as signing up.

The account's row stays as a nameless stub, because bookings, subsidies' evidence and the logs
refer to it and must be kept (PIPA §21③); name, address, telephone, password, second
factors and log-ins elsewhere are destroyed at once and entered in the ledger. What is still to come stands in the
way, because others rely on it: apps register what they know with ``stands_in_the_way``, and
what leaves with the person with ``on_leaving``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center import consents, ledger, roles
from center.errors import RuleViolation, Violation
from center.models import User


@dataclass(frozen=True)
class Ground:
    """Why an account is closed: for the ledger, and in words for the log of rights."""

    rule: str
    basis: str
    reason: str | Promise


OWN_WISH = Ground(
    "account_closed",
    "개인정보 보호법 제21조제1항 (회원 탈퇴)",
    gettext_lazy("The person closed the account."),
)
UNUSED = Ground(
    "account_unused",
    "개인정보 보호법 제21조제1항 (장기 미이용, 사전 안내)",
    gettext_lazy("The account was not used for years; a notice went before."),
)

_obstacles: dict[str, Callable[[User], list[Violation]]] = {}
_farewells: dict[str, Callable[[User], None]] = {}


def stands_in_the_way(name: str, find: Callable[[User], list[Violation]]) -> None:
    """Add a reason why an account cannot be closed yet, with the way out."""
    _obstacles[name] = find


def on_leaving(name: str, act: Callable[[User], None]) -> None:
    """Add what an app ends when a person leaves; runs in the same transaction."""
    _farewells[name] = act


def obstacles(user: User) -> list[Violation]:
    """All that has to be settled first; nothing if the account may be closed."""
    found = [_is_staff()] if user.is_staff or user.is_superuser else []
    for find in _obstacles.values():
        found += find(user)
    return found


@transaction.atomic
def close(*, user: User, ground: Ground = OWN_WISH) -> None:
    """Close the account for good; everything personal about it is destroyed."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if found := obstacles(locked):
        raise RuleViolation(*found)
    for act in _farewells.values():
        act(locked)
    consents.withdraw_all(user=locked)
    _forget(locked)  # before the role log names the person, who would stay in it for years
    nothing = roles.Rights(frozenset(), is_staff=False, is_active=False)
    roles.change(by=None, whom=locked, to=nothing, reason=str(ground.reason))
    ledger.enter(
        kind="account",
        ids=[locked.pk],
        rule=ground.rule,
        basis=ground.basis,
        by=None,
    )


def _forget(user: User) -> None:
    """Leave a row that names nobody and that nobody can log in to."""
    addresses = EmailAddress.objects.filter(user_id=user.pk)
    _forget_in_the_admin(User, [user.pk])
    _forget_in_the_admin(EmailAddress, addresses.values_list("pk", flat=True))
    addresses.delete()
    Authenticator.objects.filter(user_id=user.pk).delete()
    SocialAccount.objects.filter(user_id=user.pk).delete()
    for session in UserSession.objects.filter(user_id=user.pk):
        session.end()  # the row keeps address and browser
    user.email, user.name, user.phone = (
        f"closed-{user.pk}-{secrets.token_hex(8)}@closed.invalid",
        "",
        "",
    )
    user.set_unusable_password()
    user.last_login = None
    user.save(update_fields=["email", "name", "phone", "password", "last_login"])


def _forget_in_the_admin(model: type[Model], ids: Iterable[int]) -> None:
    """The admin's own log names what was changed, which for these models is a person."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=map(str, ids)).delete()


def _is_staff() -> Violation:
    return Violation(
        "is_staff",
        _("This is a staff account."),
        _("Ask a manager to take its rights away first; then you can close it here."),
    )
