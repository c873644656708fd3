"""However many businesses belong to a joint application, the database is asked as often."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs import rolls
from programs.models import Application, PaperKind
from programs.services import certify, complete
from tests import factories
from tests.conftest import NOW, kst, logged_in
from tests.programs.test_joint_parts import owner_of, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.mark.parametrize("n", [1, 3])
def test_roll_and_completion_in_as_many_queries(n, staff_client, django_assert_num_queries):
    application = taking(n=n)
    session = factories.session(application.program, kst(16, 10))
    for partner in application.co_applicants.all():
        factories.attendance(session, application, co_applicant=partner)
    with django_assert_num_queries(3):
        assert len(rolls.roll_of(session)) == n + 1
    parties = [line.party for line in rolls.roll_of(session)]
    with django_assert_num_queries(2):
        rolls.parts_of_many(parties, NOW)


@pytest.mark.parametrize("n", [1, 3])
def test_judging_again_however_many_partners_then_read_in_as_many_queries(n):
    application = taking(n=n)
    held = factories.session(application.program, kst(6, 10))
    for partner in application.co_applicants.all():
        factories.attendance(held, application, co_applicant=partner)
    factories.attendance(held, application)
    complete.close_round(program=application.program)
    application = Application.objects.select_related("program").get(pk=application.pk)
    with CaptureQueriesContext(connection) as done:
        complete.judge_again(application=application, by=None)
    read = [q["sql"] for q in done if 'FROM "programs_session"' in q["sql"]]
    assert len(read) == 1


@pytest.mark.parametrize("n", [1, 3])
def test_pages_however_many_partners_then_the_same_queries(
    n, staff_client, django_assert_num_queries
):
    application = taking(n=n)
    partners = list(application.co_applicants.all())
    held = factories.session(application.program, kst(6, 10))
    for partner in partners:
        factories.attendance(held, application, co_applicant=partner)
        certify.issue(application=application, co_applicant=partner, kind=PaperKind.PARTICIPATION)
    reader = logged_in(owner_of(partners[0]))
    reader.get(reverse("program_mine"))  # the house's settings are read once
    with django_assert_num_queries(8):
        reader.get(reverse("joint_answer", args=[partners[0].pk]))
    desk = reverse("admin:program_completion", args=[application.program_id])
    staff_client.get("/admin/sessions/")
    with django_assert_num_queries(12):
        staff_client.get(desk)
