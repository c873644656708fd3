"""Applications in the export, the retention, the leak list, and when an account is closed."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest

from center import closing, exports, retention
from center.errors import RuleViolation
from center.models import User
from merchants.papers import store
from merchants.papers.intake import CleanFile
from merchants.services import paper_keys
from programs.affected import by_applications
from programs.models import (
    AnswerFile,
    Application,
    ApplicationState,
    Picture,
    ProductPhoto,
    QuestionKind,
)
from programs.services import answer_files, apply
from tests import factories
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_root")]

FILE = CleanFile(b"%PDF-1.7 x", "application/pdf", 1, "0" * 64, "계획서.pdf")


def draft_with_a_file(merchant, **fields):
    program = factories.program("live_commerce", **fields)
    question = program.questions.create(position=1, kind=QuestionKind.FILE, label="계획서")
    person = merchant.memberships.get().user
    draft = apply.begin(user=person, merchant=merchant, program=program)
    file = answer_files.keep(application=draft, question=question, file=FILE)
    product = draft.products.create(position=1, is_ready=False)
    picture = Picture.of(b"jpeg")
    picture.save()
    ProductPhoto.objects.create(product=product, picture=picture, position=1)
    return draft, file


def test_export_when_asked_for_then_own_applications_and_files_only(at_now, owner, merchant):
    draft, _file = draft_with_a_file(merchant)
    apply.save_typed(application=draft, typed={"contact_phone": ["010"]})
    draft_with_a_file(factories.merchant())
    archive = zipfile.ZipFile(io.BytesIO(b"".join(exports.archive_of(owner))))
    (told,) = json.loads(archive.read("applications.json"))
    assert (told["receipt"], told["typed"]) == (draft.receipt, {"contact_phone": ["010"]})
    assert archive.read("applications/001-계획서.pdf") == FILE.content


@pytest.mark.parametrize(("days", "left"), [(30, 1), (31, 0)])
def test_retention_when_a_draft_was_never_handed_in_then_gone_with_file_and_photo(
    at_now, merchant, django_capture_on_commit_callbacks, days, left
):
    draft, file = draft_with_a_file(merchant)
    at_now.move_to(draft.program.closes_at + dt.timedelta(days=days))
    with django_capture_on_commit_callbacks(execute=True):
        retention.run(destroy=True)
    assert Application.objects.count() == AnswerFile.objects.count() == left
    assert Picture.objects.count() == left
    assert store.storage().exists(file.stored_name) == bool(left)


def test_retention_when_five_years_are_over_then_answers_go_and_the_row_stays(at_now):
    program = factories.program()
    question = program.questions.create(position=1, kind=QuestionKind.LINE, label="이름")
    application = factories.application(program, contact_phone="010-1234-5678")
    application.answers.create(question=question, value="홍길동")
    at_now.move_to(program.closes_at + dt.timedelta(days=5 * 365 + 1))
    retention.run(destroy=True)
    assert application.answers.exists()
    at_now.move_to(program.closes_at + dt.timedelta(days=5 * 365 + 3))
    retention.run(destroy=True)
    assert not application.answers.exists()
    application.refresh_from_db()
    assert (application.contact_phone, application.state) == ("", "submitted")


def test_sweep_and_change_of_keys_when_files_answer_questions_then_kept_and_turned(
    at_now, merchant, settings
):
    _draft, file = draft_with_a_file(merchant)
    settings.PAPERS_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", *settings.PAPERS_KEYS]
    assert paper_keys.rotate().done == 1
    at_now.move_to(NOW + dt.timedelta(days=400))
    paper_keys.sweep_orphans()
    file.refresh_from_db()
    assert file.key_id == store.current_key_id()
    assert answer_files.content_of(file) == FILE.content


def test_affected_when_applications_were_seen_then_business_and_people(at_now, owner, merchant):
    application = factories.application(factories.program(), merchant, applied_by=owner)
    first, *rest = by_applications([application.pk])
    rows = list(first.union(*rest).values_list())
    assert {(row[0], row[1]) for row in rows} >= {("business", merchant.pk), ("person", owner.pk)}


@pytest.mark.parametrize(
    ("state", "program", "blocked"),
    [
        (ApplicationState.SELECTED, "published", True),
        (ApplicationState.COMPLETED, "published", False),
        (ApplicationState.SELECTED, "finished", False),
        (ApplicationState.OFFERED, "cancelled", False),
    ],
)
def test_closing_when_an_application_is_not_over_then_it_stands_in_the_way(
    at_now, owner, merchant, state, program, blocked
):
    why = "공사" if program == "cancelled" else ""
    call = factories.program(state=program, ended_because=why)
    factories.application(call, merchant, state=state)
    if not blocked:
        closing.close(user=owner)
        assert not User.objects.get(pk=owner.pk).is_active
        return
    with pytest.raises(RuleViolation) as refused:
        closing.close(user=owner)
    assert refused.value.codes == ("applications_open",)


@pytest.mark.parametrize(("begun", "blocked"), [(True, False), (False, True)])
def test_closing_once_a_place_was_used_then_nothing_is_left_to_withdraw(
    at_now, owner, merchant, begun, blocked
):
    call = factories.program("education")
    place = factories.application(call, merchant, state=ApplicationState.SELECTED)
    factories.session(call, NOW if begun else NOW + dt.timedelta(microseconds=1))
    if not blocked:
        with pytest.raises(RuleViolation) as refused:
            apply.withdraw(application=place, by=owner)
        assert refused.value.codes == ("place_used",)
        closing.close(user=owner)
        assert not User.objects.get(pk=owner.pk).is_active
        return
    with pytest.raises(RuleViolation) as refused:
        closing.close(user=owner)
    assert refused.value.codes == ("applications_open",)
    apply.withdraw(application=place, by=owner)
    closing.close(user=owner)
