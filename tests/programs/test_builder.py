"""Staff build a call: made, published, copied, changed, called off."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from center.errors import RuleViolation
from center.notifications.models import Message
from programs.kinds import KINDS
from programs.models import ApplicationState, Picture, Program, ProgramState, QuestionKind, TieRule
from programs.services import calls
from tests import factories
from tests.conftest import NOW
from tests.merchants.papers import uploads

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def fields(**changes):
    """What the form of a new call sends."""
    managed = {
        f"{prefix}-{name}": "0"
        for prefix in ("questions", "criteria", "district_quotas")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        **managed,
        "kind": "education",
        "title": "사진 교육",
        "summary": "사진을 배웁니다.",
        "body": "<p>글</p><script>alert(1)</script>",
        "opens_at": "2026-11-25T09:00",
        "closes_at": "2026-12-05T18:00",
        "selection": "first_come",
        "quota": "20",
        "reserve": "10",
        "offer_hours": "24",
        "evaluators_each": "3",
        "completion_percent": "80",
        "is_listed": "on",
        **changes,
    }


def test_builder_when_sent_then_a_clean_draft_with_an_address_of_its_own(staff_client, at_now):
    staff_client.post(reverse("admin:programs_program_add"), fields(districts=["27", "47130"]))
    program = Program.objects.get()
    assert (program.state, program.slug) == (ProgramState.DRAFT, "education-2026-11")
    assert program.body == "<p>글</p>"
    assert program.districts == ["27", "47130"]
    assert program.created_by is not None
    assert program.closes_at == dt.datetime(2026, 12, 5, 18, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_builder_when_no_way_of_giving_places_is_chosen_then_that_of_the_kind(
    kind, staff_client, at_now
):
    sent = fields(kind=kind, selection="")
    assert staff_client.post(reverse("admin:programs_program_add"), sent).status_code == 302
    assert Program.objects.get().selection == KINDS[kind].selection


def test_builder_when_questions_and_poster_are_sent_then_kept(staff_client, at_now):
    question = {
        "questions-TOTAL_FORMS": "1",
        "questions-0-position": "1",
        "questions-0-kind": "choice",
        "questions-0-label": "분야",
        "questions-0-choices": "사진,영상",
        "questions-0-is_needed": "on",
    }
    sent = fields(**question, new_poster=uploads.upload(uploads.jpeg()), poster_alt="포스터")
    staff_client.post(reverse("admin:programs_program_add"), sent)
    program = Program.objects.get()
    assert program.questions.get().choices == ["사진", "영상"]
    assert bytes(program.poster.content)[:3] == b"\xff\xd8\xff"
    assert Picture.objects.count() == 1


def test_builder_when_the_address_is_a_word_of_ours_then_refused(staff_client, at_now):
    page = staff_client.post(reverse("admin:programs_program_add"), fields(slug="mine"))
    assert page.status_code == 200
    assert not Program.objects.exists()


def draft(kind="education", **changes):
    now = {"summary": "한 문장", "body": "<p>글</p>", "state": "draft", "published_at": None}
    return factories.program(kind, **{**now, **changes})


def test_publish_when_complete_then_public(staff_client, client, at_now):
    program = draft()
    staff_client.post(reverse("admin:program_publish", args=[program.pk]))
    program.refresh_from_db()
    assert (program.state, program.published_at) == (ProgramState.PUBLISHED, NOW)
    assert client.get(program.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("fields", "warned"),
    [
        ({}, True),
        ({"selection": "lottery"}, False),
        ({"queue_inside": 50}, False),
        ({"queue_per_minute": 60}, False),
        ({"opens_at": NOW}, False),
    ],
)
def test_publish_when_people_will_race_then_a_waiting_room_is_proposed(
    staff_client, at_now, fields, warned
):
    opens = {"selection": "first_come", "opens_at": NOW + DAY}
    draft = {"summary": "한 문장", "body": "<p>글</p>", "state": "draft", "published_at": None}
    program = factories.program(**{**draft, **opens, **fields})
    page = staff_client.get(reverse("admin:program_publish", args=[program.pk])).content.decode()
    assert ("대기실이 없습니다" in page) is warned


def test_publish_when_things_are_missing_then_all_are_named(at_now):
    program = draft(
        "live_commerce",
        summary="",
        body="",
        quota=5,
        closes_at=NOW,
        drops_extremes=True,
        evaluators_each=2,
        poster=picture(),
    )
    program.criteria.create(position=1, name="상품", weight=60)
    program.district_quotas.create(district="27260", places=6)
    with pytest.raises(RuleViolation) as refused:
        calls.publish(program=program)
    assert set(refused.value.codes) == {
        "body_missing",
        "summary_missing",
        "deadline_past",
        "poster_in_words_missing",
        "weights_wrong",
        "tie_rules_missing",
        "too_few_evaluators",
        "districts_too_many",
        "end_missing",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_publish_when_no_end_is_known_then_refused_where_sales_are_asked_for(at_now, kind):
    program = draft(kind, selection="first_come")
    asked = KINDS[kind].asks_outcome
    found = [violation.code for violation in calls.what_is_missing(program, NOW)]
    assert found == (["end_missing"] if asked else [])
    factories.session(program, kind="rehearsal")
    assert calls.has_an_end(program) is False  # a rehearsal is not the end of anything
    own = factories.application(program, state=ApplicationState.SELECTED)
    # Ends it for one alone.
    factories.session(program, NOW + DAY, application=own, merchant=own.merchant)
    found = [violation.code for violation in calls.what_is_missing(program, NOW)]
    assert found == (["end_missing"] if asked else [])
    factories.session(program, NOW + DAY)
    assert calls.what_is_missing(program, NOW) == []


def picture():
    made = Picture.of(b"jpeg")
    made.save()
    return made


def test_copy_then_everything_with_the_dates_moved(staff_client, at_now):
    program = factories.program(
        "live_commerce",
        tie_rules=[TieRule.EARLIER],
        districts=["27"],
        repeat_percent=20,
        results_on=NOW.date(),
        runs_from=NOW.date(),
    )
    program.questions.create(position=1, kind=QuestionKind.LINE, label="왜")
    program.criteria.create(position=1, name="상품", weight=100)
    program.district_quotas.create(district="27260", places=2)
    factories.application(program)
    staff_client.post(reverse("admin:program_copy", args=[program.pk]))
    made = Program.objects.exclude(pk=program.pk).get()
    assert (made.state, made.copied_from, made.title) == ("draft", program, program.title)
    assert (made.repeat_percent, made.districts, made.tie_rules) == (20, ["27"], ["earlier"])
    # it opens tomorrow, two days after the last one: a week later, on the same day of the week
    later = NOW.date() + dt.timedelta(days=7)
    assert (made.results_on, made.runs_from, made.runs_until) == (later, later, None)
    assert made.published_at is None
    assert made.closes_at - made.opens_at == program.closes_at - program.opens_at
    assert made.opens_at > NOW
    assert [made.questions.count(), made.criteria.count(), made.district_quotas.count()] == [
        1,
        1,
        1,
    ]
    assert not made.applications.exists()
    assert program.questions.count() == 1


def test_copy_when_it_was_called_off_then_the_reason_stays_behind(at_now):
    program = factories.program(state="cancelled", ended_at=NOW, ended_because="강사 사정")
    made = calls.copy(program=program, by=factories.staff())
    assert (made.ended_at, made.ended_because) == (None, "")


def test_change_when_somebody_has_applied_then_questions_and_rules_stand(staff_client, at_now):
    program = factories.program("live_commerce", slug="x", body="<p>글</p>", summary="s")
    question = program.questions.create(position=1, kind=QuestionKind.LINE, label="왜")
    factories.application(program)
    address = reverse("admin:programs_program_change", args=[program.pk])
    sent = fields(
        **{
            "questions-TOTAL_FORMS": "1",
            "questions-INITIAL_FORMS": "1",
            "questions-0-id": str(question.pk),
            "questions-0-label": "무엇을",
            "slug": "x",
            "selection": "lottery",
            "title": "고친 제목",
        }
    )
    staff_client.post(address, sent)
    program.refresh_from_db()
    question.refresh_from_db()
    assert (program.title, program.selection, question.label) == ("고친 제목", "scored", "왜")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("", None), ("0", 0), ("100", 100), ("101", "101"), ("-1", "-1"), ("x", "x")],
)
def test_share_of_repeats_when_no_share_then_refused_and_else_kept(
    staff_client, at_now, typed, kept
):
    program = factories.program("social_media", slug="x", repeat_percent=20)
    address = reverse("admin:programs_program_change", args=[program.pk])
    page = staff_client.post(address, fields(slug="x", repeat_percent=typed))
    program.refresh_from_db()
    if page.status_code == 302:
        assert program.repeat_percent == kept
        return
    assert program.repeat_percent == 20
    form = page.context["adminform"].form
    assert "repeat_percent" in form.errors
    assert form["repeat_percent"].value() == kept
    assert "비워 두면" in page.content.decode()  # what an empty field means stands beside it


def test_database_when_more_than_all_places_are_for_repeats_then_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.program(repeat_percent=101)


OTHERWISE = {
    "selection": "lottery",
    "threshold": "10",
    "drops_extremes": "on",
    "tie_rules": ["earlier"],
    "shows_scores": "",
    "evaluators_each": "1",
    "offer_hours": "1",
    "districts": ["27"],
    "sections": ["C"],
    "merchant_kinds": ["individual"],
    "least_months": "12",
    "most_months": "36",
    "once_a_year": "on",
    "repeat_percent": "10",
    "completion_percent": "50",
}


@pytest.mark.parametrize("name", OTHERWISE)
@pytest.mark.parametrize("is_begun", [False, True])
def test_change_of_what_decides_when_somebody_has_applied_then_it_stands(
    staff_client, at_now, name, is_begun
):
    program = factories.program("social_media", slug="x", body="<p>글</p>", summary="s")
    if is_begun:
        factories.application(program)
        factories.session(program, NOW - DAY)
    before = getattr(program, name)
    address = reverse("admin:programs_program_change", args=[program.pk])
    sent = {"slug": "x", "kind": "social_media", "selection": "scored", "shows_scores": "on"}
    answer = staff_client.post(address, fields(**{**sent, name: OTHERWISE[name]}))
    assert answer.status_code == 302, answer.context["errors"]
    program.refresh_from_db()
    assert (getattr(program, name) == before) == is_begun


def test_change_when_somebody_has_applied_then_what_explains_it_may_be_put_right(
    staff_client, at_now
):
    program = factories.program("live_commerce", slug="x", body="<p>글</p>", summary="s")
    question = program.questions.create(position=1, kind=QuestionKind.LINE, label="왜")
    criterion = program.criteria.create(position=1, name="상품", weight=100)
    factories.application(program, state=ApplicationState.DRAFT)
    changed = {}
    for prefix, row, names in (
        ("questions", question, {"label": "무엇을", "help": "한 줄로", "label_en": "Why"}),
        ("criteria", criterion, {"name": "값", "weight": "9", "explanation": "품질"}),
    ):
        changed |= {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "1"}
        changed |= {f"{prefix}-0-id": str(row.pk), f"{prefix}-0-program": str(program.pk)}
        changed |= {f"{prefix}-0-{name}": value for name, value in names.items()}
    address = reverse("admin:programs_program_change", args=[program.pk])
    assert staff_client.post(address, fields(slug="x", **changed)).status_code == 302
    question.refresh_from_db()
    criterion.refresh_from_db()
    assert (question.label, question.help, question.label_en) == ("왜", "한 줄로", "Why")
    assert (criterion.name, criterion.weight, criterion.explanation) == ("상품", 100, "품질")
    more = {**changed, "questions-TOTAL_FORMS": "2", "questions-1-label": "새 질문"}
    staff_client.post(address, fields(slug="x", **more, **{"questions-0-DELETE": "on"}))
    assert [row.pk for row in program.questions.all()] == [question.pk]


def test_change_when_places_were_given_then_not_fewer(staff_client, at_now):
    program = factories.program(slug="x")
    for _ in range(3):
        factories.application(program, state=ApplicationState.SELECTED)
    address = reverse("admin:programs_program_change", args=[program.pk])
    page = staff_client.post(address, fields(slug="x", quota="2"))
    assert page.status_code == 200
    staff_client.post(address, fields(slug="x", quota="3"))
    program.refresh_from_db()
    assert program.quota == 3


def test_call_off_then_everybody_who_counts_on_it_is_told_once(staff_client, at_now):
    program = factories.program("social_media")
    waiting = factories.application(program)
    factories.application(program, state=ApplicationState.WITHDRAWN)
    address = reverse("admin:program_call_off", args=[program.pk])
    assert staff_client.post(address, {"reason": ""}).status_code == 400
    staff_client.post(address, {"reason": "강사 사정"})
    program.refresh_from_db()
    assert (program.state, program.ended_because) == (ProgramState.CANCELLED, "강사 사정")
    told = Message.objects.filter(kind="programs.called_off", channel="inbox")
    assert [row.context["receipt"] for row in told] == [waiting.receipt]
    calls.call_off(program=program, reason="다시", by=None)
    assert told.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_calls_whatever_the_rows_then_the_same_queries(
    staff_client, at_now, django_assert_max_num_queries, rows
):
    for _ in range(rows):
        factories.application(factories.program())
    with django_assert_max_num_queries(10):
        staff_client.get(reverse("admin:programs_program_changelist"))


def test_slug_when_the_month_has_one_already_then_numbered(at_now):
    factories.program(slug="education-2026-11")
    assert calls.new_slug("education", NOW) == "education-2026-11-2"
    assert calls.new_slug("education", NOW + dt.timedelta(days=30)) == "education-2026-12"


def test_form_when_looked_at_beforehand_then_the_questions_and_nothing_begun(
    staff_client, owner_client, at_now
):
    program = draft("live_commerce")
    program.questions.create(position=1, kind=QuestionKind.LINE, label="왜 지원합니까?")
    address = reverse("admin:program_form", args=[program.pk])
    assert "왜 지원합니까?" in staff_client.get(address).content.decode()
    assert staff_client.post(address).status_code == 405
    assert owner_client.get(address).status_code == 302
    assert not program.applications.exists()


def test_errands_when_something_waits_then_named(staff_client, at_now):
    closed = factories.program("social_media", opens_at=NOW - DAY * 9, closes_at=NOW)
    factories.application(closed)
    factories.application(closed, supplement_note="주소")
    late = {"supplement_note": "주소", "supplement_until": NOW}
    factories.application(closed, state=ApplicationState.SUPPLEMENT, **late)
    in_time = late | {"supplement_until": NOW + DAY}
    factories.application(closed, state=ApplicationState.SUPPLEMENT, **in_time)
    still_open = factories.program("social_media", opens_at=NOW - DAY, closes_at=NOW + DAY)
    factories.application(still_open)
    lines = staff_client.get("/admin/").context["errands"]
    assert {
        line.said: staff_client.get(line.address).context["cl"].result_count for line in lines
    } == {
        "신청자 1곳이 보완 요청에 기한까지 답하지 않았습니다.": 1,
        "신청자 1곳이 요청한 내용을 보완했습니다.": 1,
        "마감된 모집의 신청 2건이 결과를 기다립니다.": 2,
    }
