"""What the database itself keeps true of programs, applications and sessions."""

import datetime as dt

import pytest
from django.db import IntegrityError, InternalError, transaction

from center import clock
from programs.models import ApplicationState, Program, ProgramState, Session, SessionKind
from tests import factories

pytestmark = pytest.mark.django_db


def refused(write):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        write()


def test_place_when_already_given_then_refused():
    program = factories.program(quota=3)
    factories.application(program, state=ApplicationState.SELECTED, place=1)
    refused(lambda: factories.application(program, state=ApplicationState.OFFERED, place=1))


def test_place_when_above_the_quota_then_refused():
    program = factories.program(quota=1)
    factories.application(program, state=ApplicationState.SELECTED, place=1)
    refused(lambda: factories.application(program, state=ApplicationState.SELECTED, place=2))


@pytest.mark.parametrize("state", ApplicationState.values)
def test_place_is_had_exactly_while_placed(state):
    program = factories.program()
    fields = {"place": None} if state in ApplicationState.placed else {"place": 1}
    reason = {"reason": "x", "supplement_note": "x"}
    refused(lambda: factories.application(program, state=state, **fields, **reason))
    factories.application(program, state=state, **reason)


def test_application_when_the_business_has_one_then_refused():
    first = factories.application(factories.program())
    refused(lambda: factories.application(first.program, first.merchant))


def test_application_after_a_withdrawn_one_is_taken():
    first = factories.application(factories.program(), state=ApplicationState.WITHDRAWN)
    assert factories.application(first.program, first.merchant).pk


def test_state_when_the_step_is_unknown_then_refused():
    application = factories.application(factories.program(), state=ApplicationState.WITHDRAWN)
    application.state = ApplicationState.SUBMITTED
    refused(application.save)


def test_delete_when_handed_in_then_refused():
    application = factories.application(factories.program())
    refused(application.delete)


def test_delete_of_a_draft_is_done():
    factories.application(factories.program(), state=ApplicationState.DRAFT).delete()


def test_program_when_published_then_not_deleted():
    refused(factories.program().delete)


@pytest.mark.parametrize(("minutes", "is_open"), [(-1, False), (0, True), (59, True), (60, False)])
def test_open_from_the_opening_until_just_before_the_deadline(minutes, is_open):
    opens = clock.now()
    program = factories.program(opens_at=opens, closes_at=opens + dt.timedelta(hours=1))
    moment = opens + dt.timedelta(minutes=minutes)
    assert program.is_open(moment) is is_open
    assert Program.objects.open_at(moment).exists() is is_open


def test_open_when_called_off_then_never():
    program = factories.program(state=ProgramState.CANCELLED)
    assert not program.is_open(clock.now())
    assert not Program.objects.open_at(clock.now()).exists()


def a_session(**fields):
    start = clock.now()
    values = {
        "kind": SessionKind.CONSULTATION,
        "title": "상담",
        "starts": start,
        "ends": start + dt.timedelta(hours=1),
    }
    return Session.objects.create(**{**values, **fields})


def test_consultant_when_busy_then_refused():
    program, consultant = factories.program("consulting"), factories.user()
    first = a_session(program=program, consultant=consultant)
    later = {"starts": first.ends, "ends": first.ends + dt.timedelta(hours=1)}
    refused(lambda: a_session(program=program, consultant=consultant))
    assert a_session(program=program, consultant=consultant, **later).pk


def test_business_when_in_another_session_then_refused():
    application = factories.application(factories.program("live_commerce"))
    whose = {"application": application, "merchant": application.merchant}
    a_session(program=application.program, **whose)
    refused(lambda: a_session(program=application.program, **whose))
