"""Who has been shown how to use what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from bookings import equipment_refusals as refusals
from bookings.house import House
from bookings.models import Resource, Training
from bookings.policies import Standing, training_violations
from bookings.services.facts import is_trained, rules_for
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from merchants.models import Merchant
from merchants.services.members import refuse_own_business


@transaction.atomic
def record(
    *,
    user: User,
    merchant: Merchant,
    by: User,
    trained_on: dt.date,
    resource: Resource | None = None,
    category: str = "",
    valid_until: dt.date | None = None,
) -> Training:
    """Note that a member of a business had a training, for one resource or one category.

    Raises RuleViolation ``own_business``, ``not_a_member``, ``trained_later`` or
    ``trained_already``.
    """
    refuse_own_business(merchant, by, also=user)
    if trained_on > clock.today():
        raise RuleViolation(refusals.trained_later(trained_on))
    if not merchant.memberships.filter(user=user).exists():
        raise RuleViolation(refusals.not_a_member())
    try:
        with transaction.atomic():
            return Training.objects.create(
                user=user,
                merchant=merchant,
                resource=resource,
                category=category,
                trained_on=trained_on,
                valid_until=valid_until,
                recorded_by=by,
            )
    except IntegrityError as error:
        raise RuleViolation(refusals.trained_already()) from error


@transaction.atomic
def revoke(*, training: Training, by: User) -> Training:
    """Take back what was recorded by mistake; the row stays. Twice changes nothing.

    Raises RuleViolation ``own_business``.
    """
    refuse_own_business(training.merchant, by, also=training.user)
    now = clock.now()
    rows = Training.objects.filter(pk=training.pk, revoked_at=None)
    rows.update(revoked_at=now, revoked_by=by)
    training.refresh_from_db()
    return training


def missing_trainings(
    merchant: Merchant | None,
    resources: Iterable[Resource],
    day: dt.date,
    settings: House | None = None,
) -> list[Violation]:
    """What keeps a business from using equipment on a day. One query for each resource that
    needs a training; mostly none does."""
    found = []
    for resource in resources:
        rules = rules_for(resource, day, settings)
        if rules.needs_training:
            standing = Standing(trained=is_trained(merchant, resource, day))
            found += training_violations(rules, standing, resource.display_name)
    return found


def forget(user: User) -> None:
    """Whoever closes the account leaves no training behind."""
    Training.objects.filter(user=user).delete()
