"""Signed links that open one form without a log-in, and nothing else."""

from __future__ import annotations

from django.core import signing

from programs.models import Application, Outcome

_outcomes = signing.Signer(salt="programs.outcome")
_opinions = signing.Signer(salt="programs.satisfaction")


def outcome_token(outcome: Outcome) -> str:
    """What the link of a stage carries: the row's number, signed."""
    return _outcomes.sign(str(outcome.pk))


def outcome_of(token: str) -> Outcome:
    """The row a link stands for. Raises Outcome.DoesNotExist for a forged one."""
    rows = Outcome.objects.select_related("application__program", "application__merchant")
    try:
        return rows.get(pk=_outcomes.unsign(token))  # compared in constant time
    except signing.BadSignature:
        raise Outcome.DoesNotExist from None


def satisfaction_token(application: Application) -> str:
    """The same for the three questions after a program."""
    return _opinions.sign(str(application.pk))


def application_of(token: str) -> Application:
    """Whose opinion a link asks for. Raises Application.DoesNotExist for a forged one."""
    rows = Application.objects.select_related("program", "merchant")
    try:
        return rows.get(pk=_opinions.unsign(token))
    except signing.BadSignature:
        raise Application.DoesNotExist from None
