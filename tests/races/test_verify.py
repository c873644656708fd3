"""Two members of staff decide one case at the same moment: one verifies, one returns."""

from __future__ import annotations

import datetime as dt
import functools
import threading
from typing import Any

import pytest

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant, MerchantState
from merchants.services import verify
from tests import factories
from tests.merchants import cases
from tests.races.clients import at_once, outcome

ROUNDS = 20


@pytest.fixture
def colleagues() -> list[User]:
    return [factories.staff(), factories.staff()]


def race_to_decide(merchant: Merchant, colleagues: list[User]) -> list[Any]:
    """What the one who verifies hears, and the one who returns; both saw the same case."""
    yes, no = colleagues
    seen = {"merchant": merchant, "revision": merchant.revision}
    until = clock.today() + dt.timedelta(days=100)
    outcomes = at_once(
        functools.partial(outcome, verify.verify, **seen, until=until, by=yes),
        functools.partial(outcome, verify.send_back, **seen, reasons=["differs"], note="", by=no),
    )
    merchant.refresh_from_db()
    return outcomes


def test_verify_when_one_verifies_and_one_returns_then_the_second_hears_of_it(colleagues, figures):
    verified = 0
    for _ in range(ROUNDS):
        merchant = cases.waiting()
        said_yes, said_no = race_to_decide(merchant, colleagues)

        if isinstance(said_no, RuleViolation):
            # A verified business could be returned; but not on the sight of it before.
            assert said_no.codes == ("not_waiting",)
            assert isinstance(said_yes, Merchant)
            assert (merchant.state, merchant.decided_by) == (MerchantState.VERIFIED, colleagues[0])
            verified += 1
        else:
            assert isinstance(said_no, Merchant)
            assert said_yes.codes == ("not_waiting",)
            assert (merchant.state, merchant.decided_by) == (MerchantState.RETURNED, colleagues[1])
        assert merchant.events.filter(decided_at__isnull=False).count() == 1

    figures.note(verified=verified, returned=ROUNDS - verified)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the control: both have read the case before either writes."""
    both_have_read = threading.Barrier(2)

    def read_merchant(pk: int) -> Merchant:
        merchant = Merchant.objects.get(pk=pk)
        both_have_read.wait(10)
        return merchant

    monkeypatch.setattr(verify, "lock_merchant", read_merchant)


def test_verify_when_nothing_guards_then_nobody_hears_of_the_other(colleagues, unlocked):
    outcomes = race_to_decide(cases.waiting(), colleagues)

    # Whoever writes last overwrites, unless the database forbids that step.
    assert not any(isinstance(said, RuleViolation) for said in outcomes)
    assert any(isinstance(said, Merchant) for said in outcomes)
