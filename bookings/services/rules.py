"""Taking back a rule that is not in force yet."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings.models import Policy
from center import clock, display
from center.errors import RuleViolation, Violation


@transaction.atomic
def withdraw(*, policy: Policy) -> None:
    """Take back a rule before its first day; its history stays, with who took it back.

    Twice changes nothing. Raises RuleViolation ``rule_in_force`` from the first instant of that
    day in Korea on.
    """
    found = Policy.objects.select_for_update(of=("self",)).filter(pk=policy.pk).first()
    if found is None:
        return
    refuse_in_force(found)
    try:
        with transaction.atomic():
            found.delete()
    except IntegrityError as judged:  # by the database's clock its day has begun
        raise RuleViolation(_in_force(found)) from judged


def refuse_in_force(policy: Policy) -> None:
    """Raise RuleViolation ``rule_in_force`` once the rule's first day has begun."""
    if is_in_force(policy):
        raise RuleViolation(_in_force(policy))


def is_in_force(policy: Policy) -> bool:
    """Whether the rule's first day has begun, in Korea."""
    return policy.valid_from <= clock.today()


def _in_force(policy: Policy) -> Violation:
    return Violation(
        "rule_in_force",
        _("This rule has been in force since %(day)s and stays.")
        % {"day": display.full_day(policy.valid_from)},
        _("Make a new rule that takes its place from a later day on."),
        field="valid_from",
    )
