"""Staff give consultations of several businesses to one consultant, at one time, at once."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import functools
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bookings.intervals import Interval
from bookings.models import Category
from center import clock
from center.errors import RuleViolation
from merchants.models import Merchant
from programs.models import (
    ApplicationState,
    Consultant,
    ConsultantAbsence,
    Consultation,
    Session,
)
from programs.services import consulting, sessions
from programs.services.consulting import Place
from programs.services.rooms import Room
from tests import factories
from tests.races import ledger
from tests.races.clients import at_once, outcome

RIVALS, ROUNDS = 8, 5


@pytest.fixture(autouse=True)
def _without_sessions() -> Iterator[None]:
    """Sessions are kept by triggers; the next test begins without any."""
    yield
    _forget()


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE programs_session, programs_consultantabsence CASCADE")


def race(
    consultants: list[Consultant],
    places: list[Place],
    span: Interval[Any],
    business: Merchant | None = None,
) -> list[Any]:
    """As many consultations of other businesses (or all of one, in as many programs), each
    given away by other staff."""
    rows = [asked(business, span.start) for _ in consultants]
    return at_once(
        *(
            functools.partial(
                outcome,
                consulting.assign,
                consultation=row,
                consultant=consultant,
                starts=span.start,
                place=place,
                by=factories.staff(),
            )
            for row, consultant, place in zip(rows, consultants, places, strict=True)
        )
    )


def asked(business: Merchant | None, wish: dt.datetime) -> Consultation:
    program = factories.program("consulting")
    application = factories.application(program, business, ApplicationState.SELECTED)
    return factories.consultation(application, wishes=[wish])


def winners(outcomes: list[Any]) -> list[Any]:
    return [said for said in outcomes if not isinstance(said, RuleViolation)]


def test_assign_when_many_want_one_consultant_then_one_has_him(figures):
    for _ in range(ROUNDS):
        consultant = factories.consultant()
        outcomes = race([consultant] * RIVALS, [Place(text="가게")] * RIVALS, ledger.slot())
        refused = {said.codes for said in outcomes if isinstance(said, RuleViolation)}
        assert (len(winners(outcomes)), refused) == (1, {("consultant_busy",)})
        assert Session.objects.standing().filter(consultant=consultant.user).count() == 1
        _forget()
    figures.note(rounds=ROUNDS, rivals=RIVALS)


def test_assign_when_many_want_one_room_then_one_has_it():
    room = Place(room=Room(factories.resource(Category.CONFERENCE)))
    people = [factories.consultant() for _ in range(RIVALS)]
    outcomes = race(people, [room] * RIVALS, ledger.slot())
    refused = {said.codes for said in outcomes if isinstance(said, RuleViolation)}
    assert (len(winners(outcomes)), refused) == (1, {("slot_taken",)})
    assert Session.objects.standing().count() == Consultation.objects.arranged().count() == 1


def test_assign_when_one_business_is_given_to_many_then_it_is_in_one_place(figures):
    """Its consultations of several programs have other rows to lock: who comes second sees the
    first, or meets the constraint."""
    for _ in range(ROUNDS):
        business, people = factories.merchant(), [factories.consultant() for _ in range(RIVALS)]
        outcomes = race(people, [Place(text="가게")] * RIVALS, ledger.slot(), business)
        refused = {said.codes for said in outcomes if isinstance(said, RuleViolation)}
        assert len(winners(outcomes)) == 1
        assert refused <= {("business_busy",), ("somebody_busy",)}
        assert Session.objects.standing().filter(merchant=business).count() == 1
        _forget()
    figures.note(rounds=ROUNDS, rivals=RIVALS)


@contextlib.contextmanager
def without_constraint(name: str = "session_consultant_not_twice") -> Iterator[None]:
    """For the controls: nothing in the database forbids a consultant, or a business, to be in
    two sessions."""
    (constraint,) = (c for c in Session._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, constraint)
    try:
        yield
    finally:
        _forget()
        with connection.schema_editor() as editor:
            editor.add_constraint(Session, constraint)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the controls: both have seen the consultant free before either writes."""
    both_have_looked, look = threading.Barrier(2), sessions.refuse_unless_possible

    def looked(session: Session) -> None:
        look(session)
        both_have_looked.wait(10)

    monkeypatch.setattr(consulting, "lock_consultant", lambda pk: Consultant.objects.get(pk=pk))
    monkeypatch.setattr(sessions, "refuse_unless_possible", looked)


def test_assign_when_only_the_constraint_guards_then_one_has_him(unlocked):
    outcomes = race([factories.consultant()] * 2, [Place(text="가게")] * 2, ledger.slot())
    assert len(winners(outcomes)) == 1
    assert Session.objects.standing().count() == 1


def test_assign_when_nothing_guards_then_the_consultant_is_in_two_places(unlocked):
    with without_constraint():
        outcomes = race([factories.consultant()] * 2, [Place(text="가게")] * 2, ledger.slot())
        assert len(winners(outcomes)) == 2
        assert Session.objects.standing().count() == 2


def test_assign_when_nothing_guards_then_the_business_is_in_two_places(unlocked):
    business, people = factories.merchant(), [factories.consultant(), factories.consultant()]
    with without_constraint("session_merchant_not_twice"):
        outcomes = race(people, [Place(text="가게")] * 2, ledger.slot(), business)
        assert len(winners(outcomes)) == 2
        assert Session.objects.standing().filter(merchant=business).count() == 2


def absence_while_a_session_is_written() -> tuple[Any, Any]:
    """The session is in the database and not committed yet when the absence is written: neither
    has seen the other."""
    consultant, starts = factories.consultant(), ledger.slot().start
    program, is_written = factories.program("consulting"), threading.Event()

    def meet() -> Session:
        with transaction.atomic():
            made = factories.session(program, starts, consultant=consultant.user, state="planned")
            is_written.set()
            time.sleep(0.3)
            return made

    def be_away() -> ConsultantAbsence:
        is_written.wait(10)
        return ConsultantAbsence.objects.create(
            consultant=consultant, starts=starts, ends=starts + clock.DAY
        )

    met, away = at_once(functools.partial(outcome, meet), functools.partial(outcome, be_away))
    return met, away


def test_absence_when_a_session_is_being_written_then_waits_for_it_and_is_refused():
    met, away = absence_while_a_session_is_written()
    assert isinstance(met, Session)
    assert isinstance(away, IntegrityError)
    assert "absence_without_sessions" in str(away)


def test_absence_when_the_row_is_not_waited_for_then_away_in_a_session():
    """The control: the same triggers without the lock do not see what is not committed."""
    with triggers_without_locks():
        met, away = absence_while_a_session_is_written()
    assert isinstance(met, Session)
    assert isinstance(away, ConsultantAbsence)


@contextlib.contextmanager
def triggers_without_locks() -> Iterator[None]:
    triggers = [
        (model, trigger)
        for model in (Session, ConsultantAbsence)
        for trigger in model._meta.triggers
        if trigger.name in {"session_consultant_present", "absence_without_sessions"}
    ]
    assert len(triggers) == 2
    for model, trigger in triggers:
        bare = copy.copy(trigger)
        bare.func = re.sub(r"PERFORM 1.*?FOR NO KEY UPDATE;", "", trigger.func, flags=re.DOTALL)
        assert bare.func != trigger.func
        bare.install(model)
    try:
        yield
    finally:
        for model, trigger in triggers:
            trigger.install(model)
