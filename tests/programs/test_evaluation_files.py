"""Files and photos of applications: for the evaluators they were given to, by one address each."""

import pytest
from django.urls import reverse

from center.models import AccessRecord
from merchants.papers.intake import CleanFile
from programs.models import ApplicationState, Picture, ProductPhoto, QuestionKind
from programs.services import answer_files
from tests import factories
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_root", "at_now")]
#: a letter that turns the direction of writing: "계획서_exe.pdf" to look at
TURNED = "계획서_\u202efdp.exe"


@pytest.fixture
def program():
    made = factories.scored_program(100)
    made.questions.create(position=1, kind=QuestionKind.FILE, label="계획서")
    return made


def with_files(program, evaluator, name="계획서.pdf"):
    """Assigned and declared; with an answer file and a photo."""
    application = factories.application(program, state=ApplicationState.DRAFT)
    was_open = {"opens_at": program.opens_at, "closes_at": program.closes_at}
    _open(program, closes_at=NOW + (NOW - program.opens_at))
    answer_files.keep(
        application=application,
        question=program.questions.get(),
        file=CleanFile(b"%PDF-1.7 x", "application/pdf", 1, "0" * 64, name),
    )
    _open(program, **was_open)
    picture = Picture.of(b"jpeg")
    picture.save()
    product = application.products.create(position=1, name="유자청", price=100, stock=1)
    ProductPhoto.objects.create(product=product, picture=picture, position=1)
    application.state, application.submitted_at = ApplicationState.SUBMITTED, program.opens_at
    application.save()
    return factories.assignment(application, evaluator)


def _open(program, **fields):
    type(program).objects.filter(pk=program.pk).update(**fields)


def things(row):
    """What evaluators are served, by its page's address and by those of other people's pages."""
    application = row.application
    file = application.answer_files.get().public_id
    photo = application.products.get().photos.get().picture.public_id
    return (
        {("evaluation_file", file), ("evaluation_photo", photo)},
        {("answer_file", file), ("product_photo", photo)},
    )


def address(name, row, public_id):
    return reverse(name, args=[row.application.program.slug, row.application.receipt, public_id])


def records(person):
    return AccessRecord.objects.filter(actor=person).order_by("pk")


def test_files_when_assigned_then_served_as_downloads_and_each_written_down(program):
    row = with_files(program, factories.evaluator())
    client, (own, others) = logged_in(row.evaluator), things(row)
    for name, public_id in own:
        answer = client.get(address(name, row, public_id))
        assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert records(row.evaluator).last().what == address(name, row, public_id)
    assert [record.subject_ids for record in records(row.evaluator)] == [[row.application_id]] * 2
    for name, public_id in others:
        assert client.get(reverse(name, args=[public_id])).status_code == 404


def test_files_when_of_another_application_then_by_no_address_and_nothing_written_down(program):
    mine = with_files(program, factories.evaluator())
    theirs = with_files(program, factories.evaluator())
    client = logged_in(mine.evaluator)
    own, others = things(theirs)
    for name, public_id in own:
        # under its own page, and under the page of the application I was given
        for row in (theirs, mine):
            assert client.get(address(name, row, public_id)).status_code == 404
    for name, public_id in others:
        assert client.get(reverse(name, args=[public_id])).status_code == 404
    other_call = factories.assignment(
        factories.application(factories.scored_program(100)), mine.evaluator
    )
    for name, public_id in own:
        assert client.get(address(name, other_call, public_id)).status_code == 404
    assert not records(mine.evaluator).exists()


@pytest.mark.parametrize("change", ["conflict", "undeclared", "released", "withdrawn", "role"])
def test_files_when_not_the_evaluators_any_more_then_gone(program, change):
    row = with_files(program, factories.evaluator())
    if change == "conflict":
        row.has_conflict, row.conflict_reason = True, "친척"
        row.released_at, row.release_reason = NOW, "친척"
    if change == "undeclared":
        row.has_conflict = row.declared_at = None
    if change == "released":
        row.released_at, row.release_reason = NOW, "x"
    row.save()
    if change == "withdrawn":
        row.application.state = ApplicationState.WITHDRAWN
        row.application.save()
    if change == "role":
        row.evaluator.groups.clear()
    client, (own, _others) = logged_in(row.evaluator), things(row)
    for name, public_id in own:
        assert client.get(address(name, row, public_id)).status_code == 404


def test_files_as_anonymous_owner_and_staff_by_the_evaluators_address(client, program):
    row = with_files(program, factories.evaluator())
    owner = row.application.merchant.memberships.get().user
    for name, public_id in things(row)[0]:
        there = address(name, row, public_id)
        assert client.get(there).status_code == 302
        for person in (owner, factories.staff(), factories.staff("manager")):
            assert logged_in(person).get(there).status_code == 404
