"""Signed links that open one form without a log-in, and nothing else: which form, and whose
link it is. Whether that person still acts for the business is asked when the link is used."""

from __future__ import annotations

from django.core import signing

from center.models import User
from merchants.models import Membership
from programs.models import Application, Outcome

_outcomes = signing.Signer(salt="programs.outcome")
_opinions = signing.Signer(salt="programs.satisfaction")


def outcome_token(outcome: Outcome, person: User) -> str:
    """What the link of a stage carries: the row's number and the person's, signed."""
    return _outcomes.sign(f"{outcome.pk}:{person.pk}")


def outcome_of(token: str) -> tuple[Outcome, User | None]:
    """The row a link stands for, and whose it is: nobody's for one that was sent before each
    person had one of his own. Raises Outcome.DoesNotExist for a forged one."""
    rows = Outcome.objects.select_related("application__program", "application__merchant")
    try:
        pk, person = _read(_outcomes, token)
    except (signing.BadSignature, User.DoesNotExist):
        raise Outcome.DoesNotExist from None
    return rows.get(pk=pk), person


def satisfaction_token(application: Application, person: User) -> str:
    """The same for the three questions after a program."""
    return _opinions.sign(f"{application.pk}:{person.pk}")


def application_of(token: str) -> tuple[Application, User | None]:
    """Of which program a link asks for an opinion, and whose. Raises Application.DoesNotExist
    for a forged one."""
    rows = Application.objects.select_related("program", "merchant")
    try:
        pk, person = _read(_opinions, token)
    except (signing.BadSignature, User.DoesNotExist):
        raise Application.DoesNotExist from None
    return rows.get(pk=pk), person


def may_answer(person: User, application: Application) -> bool:
    """Whether the person still acts for the business. 1 query."""
    mine = Membership.objects.filter(user=person, merchant=application.merchant_id)
    return person.is_active and mine.exists()


def _read(signer: signing.Signer, token: str) -> tuple[int, User | None]:
    """Compared in constant time."""
    row, _colon, person = signer.unsign(token).partition(":")
    return int(row), User.objects.get(pk=int(person)) if person else None
