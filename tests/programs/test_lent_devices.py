"""Devices of the house handed out for a session."""

import pytest

from bookings.models import Category, HandOver
from programs.models import ProgramState, SessionState
from programs.services import calls
from programs.services.sessions import Room
from tests import factories
from tests.bookings.devices import camera, hand_out, take_back
from tests.conftest import kst
from tests.programs.test_sessions import plan

pytestmark = pytest.mark.django_db


def test_program_when_a_device_of_a_session_is_out_then_called_off_and_it_comes_back(at_now, house):
    by, program = factories.staff(), factories.program("education")
    space = factories.resource(Category.CONFERENCE)
    session = plan(by, program, kst(27, 14), room=Room(space, [camera(space)]))
    at_now.move_to(kst(27, 9))
    out = hand_out(session.booking)
    calls.call_off(program=program, reason="강사 사정", by=by)
    for row in (program, session, session.booking):
        row.refresh_from_db()
    assert (program.state, session.state) == (ProgramState.CANCELLED, SessionState.CANCELLED)
    assert (session.booking.state, session.booking.allocations.count()) == ("cancelled", 0)
    assert take_back(out).back_at == kst(27, 9)
    assert not HandOver.objects.out().exists()
