"""Destroying personal data whose time is over (PIPA §21), rule by rule, with a ledger.

Each app registers its rules when it starts (``AppConfig.ready``)::

    retention.register(Rule(code="papers", ...))

``run(destroy=False)`` only counts. A rule without ``destroy`` points rows out and leaves
them: what happens to them needs a notice first. Safe to run at any time and twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from center import clock, ledger
from center.models import AccessRecord, Consent, RightsRequest, RoleChange, User

#: rows destroyed in one transaction, with one line in the ledger
BATCH = 5000


def _delete(rows: QuerySet[Any]) -> None:
    rows.delete()


@dataclass(frozen=True)
class Rule:
    """What is destroyed when, and which law says so.

    ``due`` gives the rows whose time was over at an instant; ``destroy`` ends a batch of
    them, or is None where rows are only pointed out.
    """

    code: str
    kind: str
    basis: str
    due: Callable[[dt.datetime], QuerySet[Any]]
    destroy: Callable[[QuerySet[Any]], None] | None = _delete


@dataclass(frozen=True)
class Outcome:
    """How many rows a rule concerned; ``destroyed`` is 0 in a dry run."""

    rule: Rule
    due: int
    destroyed: int


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Add a rule; a second one of the same code takes its place."""
    _rules[rule.code] = rule


def run(*, destroy: bool, by: User | None = None) -> list[Outcome]:
    """Apply every rule now. Without ``destroy`` nothing is changed."""
    at = clock.now()
    return [_apply(rule, at, destroy, by) for _code, rule in sorted(_rules.items())]


def _apply(rule: Rule, at: dt.datetime, destroy: bool, by: User | None) -> Outcome:
    due = rule.due(at).count()
    if not destroy or rule.destroy is None:
        return Outcome(rule, due, 0)
    return Outcome(rule, due, sum(_batches(rule, at, by)))


def _batches(rule: Rule, at: dt.datetime, by: User | None) -> Iterator[int]:
    """Destroy batch after batch; each is whole with its ledger line, or not at all."""
    last = 0
    while True:
        with transaction.atomic():
            rows = rule.due(at).filter(pk__gt=last).order_by("pk")
            locked = rows.select_for_update(skip_locked=True, of=("self",))
            ids = list(locked.values_list("pk", flat=True)[:BATCH])
            if not ids:
                return
            rule.destroy(rule.due(at).filter(pk__in=ids))  # type: ignore[misc]
            ledger.enter(kind=rule.kind, ids=ids, rule=rule.code, basis=rule.basis, by=by)
        last = ids[-1]
        yield len(ids)


def _access_records(at: dt.datetime) -> QuerySet[AccessRecord]:
    """``ACCESS_KEEP_YEARS``; 안전성 확보조치 기준: one year at least, two for large houses."""
    return AccessRecord.objects.filter(at__lt=clock.years_before(at, settings.ACCESS_KEEP_YEARS))


def _role_changes(at: dt.datetime) -> QuerySet[RoleChange]:
    """``ROLE_LOG_KEEP_YEARS``; 안전성 확보조치 기준: three years at least."""
    return RoleChange.objects.filter(at__lt=clock.years_before(at, settings.ROLE_LOG_KEEP_YEARS))


def _rights_requests(at: dt.datetime) -> QuerySet[RightsRequest]:
    """``RIGHTS_KEEP_YEARS`` after the answer: until objections are no longer to be expected."""
    until = clock.years_before(at, settings.RIGHTS_KEEP_YEARS)
    return RightsRequest.objects.filter(answered_at__lt=until)


def _withdrawn_consents(at: dt.datetime) -> QuerySet[Consent]:
    """``CONSENT_KEEP_YEARS`` after withdrawal: who relied on consent must prove it (§22)."""
    until = clock.years_before(at, settings.CONSENT_KEEP_YEARS)
    return Consent.objects.filter(withdrawn_at__lt=until)


def idle_accounts(at: dt.datetime) -> QuerySet[User]:
    """``ACCOUNT_IDLE_YEARS`` without log-in, as the privacy policy promises. A notice goes
    first, so these are only pointed out here and closed by ``notifications.idle_accounts``.
    Staff accounts are a manager's matter."""
    since = clock.years_before(at, settings.ACCOUNT_IDLE_YEARS)
    idle = Q(last_login__lt=since) | Q(last_login=None, date_joined__lt=since)
    return User.objects.filter(idle, is_active=True, is_staff=False, is_superuser=False)


register(
    Rule(
        "access_records",
        "access record",
        "개인정보의 안전성 확보조치 기준 (접속기록 보관 기간 경과)",
        _access_records,
    )
)
register(
    Rule(
        "role_changes",
        "role change",
        "개인정보의 안전성 확보조치 기준 (권한 기록 3년 경과)",
        _role_changes,
    )
)
register(
    Rule(
        "rights_requests",
        "rights request",
        "개인정보 보호법 제21조 (요구 처리 후 보관 기간 경과)",
        _rights_requests,
    )
)
register(
    Rule(
        "withdrawn_consents",
        "consent",
        "개인정보 보호법 제21조 (동의 철회 후 보관 기간 경과)",
        _withdrawn_consents,
    )
)
register(
    Rule(
        "idle_accounts",
        "account",
        "개인정보 보호법 제21조 (장기 미이용)",
        idle_accounts,
        destroy=None,
    )
)
