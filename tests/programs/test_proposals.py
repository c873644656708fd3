"""Who is proposed for a consultation: by field, hours, free time and load."""

import datetime as dt

import pytest

from bookings.intervals import Interval
from programs import consulting
from programs.models import ApplicationState, Consultation, ConsultingField
from tests import factories
from tests.conftest import NOW, kst
from tests.programs.test_consulting import WISHES, busy_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


@pytest.fixture
def application(merchant):
    program = factories.program("consulting")
    return factories.application(program, merchant, ApplicationState.SELECTED)


def test_proposals_by_field_free_time_and_load(application):
    free = factories.consultant(user=factories.user(name="나"))
    loaded = factories.consultant(user=factories.user(name="가"))
    taken = factories.consultant(user=factories.user(name="다"))
    busy_at(loaded, kst(24, 9))
    busy_at(taken, WISHES[0] + HOUR / 2)
    factories.consultant(fields=[ConsultingField.LAW])
    factories.consultant(is_active=False)
    own = factories.consultant()
    application.merchant.memberships.create(user=own.user)
    row = factories.consultation(application, wishes=WISHES)
    first, second, _third = consulting.proposals_for(row)
    assert first.consultants == [free, loaded]
    assert second.consultants == [free, loaded, taken]  # one session each: by name


@pytest.mark.parametrize(("state", "is_proposed"), [("confirmed", False), ("declined", True)])
def test_proposals_of_a_joint_application_then_nobody_of_a_partner(state, is_proposed):
    joint = factories.application(factories.program("consulting", is_joint=True), state="draft")
    partner, consultant = factories.merchant(), factories.consultant()
    partner.memberships.create(user=consultant.user)
    joint.co_applicants.create(merchant=partner, state=state, answered_at=NOW)
    row = factories.consultation(joint, wishes=WISHES)
    first, *_more = consulting.proposals_for(row)
    assert (first.consultants == [consultant]) is is_proposed


def test_proposals_when_more_consultants_then_no_more_queries(
    application, django_assert_num_queries
):
    row = factories.consultation(application)
    for _ in range(2):
        factories.consultant()
        row = Consultation.objects.select_related("application__program").get(pk=row.pk)
        with django_assert_num_queries(6):
            consulting.proposals_for(row)


@pytest.mark.parametrize(
    ("starts", "works"),
    [
        (kst(26, 9) - SECOND, False),
        (kst(26, 9), True),
        (kst(26, 17), True),
        (kst(26, 17) + SECOND, False),
        (kst(28, 10), False),  # a Saturday
        (kst(26, 23, 30), False),
    ],
)
def test_works_at_the_edges_of_the_hours(starts, works):
    hours = consulting.hours_of(factories.consultant().hours.all())
    assert consulting.works_at(hours, Interval(starts, starts + HOUR)) is works
