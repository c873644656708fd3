"""What a person takes out of attendance and papers: the businesses' own and nothing else."""

import pytest

from programs.models import ApplicationState, PaperKind
from programs.services import certify
from programs.session_exports import attendance_of
from tests import factories
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def test_export_has_ones_own_attendance_and_papers(owner, merchant):
    program = factories.program()
    session = factories.session(program, kst(16, 10), title="사진")
    mine = factories.application(program, merchant, ApplicationState.SELECTED)
    other = factories.application(program, state=ApplicationState.SELECTED)
    for application in (mine, other):
        factories.attendance(session, application)
        certify.issue(application=application, kind=PaperKind.PARTICIPATION)
    data, files = attendance_of(owner)
    assert [(row["session"], row["business"]) for row in data["attendance"]] == [
        ("사진", merchant.name)
    ]
    assert [row["number"] for row in data["documents"]] == [mine.certificates.get().number]
    assert files == []
