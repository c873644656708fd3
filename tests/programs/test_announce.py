"""Results: once, to all, with their reason; worked out again from what is stored."""

import dataclasses
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from center import clock
from center.errors import RuleViolation
from center.notifications.models import Message
from programs import basis, selection_desk
from programs.models import (
    Announcement,
    ApplicationState,
    DistrictQuota,
    ProgramState,
    Result,
)
from programs.services import announce
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(at_now):
    return factories.scored_program(60, 40, quota=2, reserve=1, threshold=50)


@pytest.fixture
def by():
    return factories.staff()


def scored(program, *sheets, **fields):
    application = factories.application(program, **fields)
    for points in sheets:
        factories.sheet(factories.assignment(application, factories.evaluator()), *points)
    return application


def seen(program):
    return basis.digest(basis.of_program(program))


def out(program, by):
    return announce.announce(program=program, seen=seen(program), by=by)


def codes(call):
    with pytest.raises(RuleViolation) as refused:
        call()
    return refused.value.codes


def told(kind):
    rows = Message.objects.filter(kind=f"programs.{kind}", channel="inbox")
    return sorted(rows.values_list("context__receipt", flat=True))


def test_announce_when_ready_then_every_application_has_its_result(program, by):
    second = scored(program, (70, 60), (80, 70))
    first = scored(program, (90, 90))
    third = scored(program, (60, 60))
    fourth = scored(program, (55, 55))
    low = scored(program, (50, 49))
    away = factories.application(program, state=ApplicationState.WITHDRAWN)
    announcement = out(program, by)
    rows = {r.application_id: r for r in announcement.results.all()}
    found = {}
    for application in (first, second, third, fourth, low):
        application.refresh_from_db()
        row = rows[application.pk]
        assert (application.rank, application.score) == (row.rank, row.score)
        assert (application.decided_by, application.decided_at) == (by, clock.now())
        assert application.revision == 1
        found[application.rank] = (
            application.state,
            application.place,
            application.reserve_number,
            str(application.score),
            row.ground,
        )
    assert found == {
        1: ("selected", 1, None, "90.0000", "place"),
        2: ("selected", 2, None, "71.0000", "place"),
        3: ("reserve", None, 1, "60.0000", "in_line"),
        4: ("not_selected", None, None, "55.0000", "no_place"),
        5: ("not_selected", None, None, "49.6000", "below_threshold"),
    }
    program.refresh_from_db()
    assert (program.state, program.announced_at) == (ProgramState.ANNOUNCED, clock.now())
    assert told("selected") == sorted([first.receipt, second.receipt])
    assert told("reserved") == [third.receipt]
    assert told("not_selected") == sorted([fourth.receipt, low.receipt])
    away.refresh_from_db()
    assert away.state == ApplicationState.WITHDRAWN
    assert not Result.objects.filter(told_at=None).exists()


def test_announce_when_told_then_the_reason_is_in_the_message_in_its_language(program, by):
    person = factories.user(language="en")
    scored(program, (10, 10), merchant=factories.merchant(owner=person))
    scored(program, (20, 10))
    out(program, by)
    english = Message.objects.get(recipient=person, channel="inbox")
    assert "below the least score of 50" in english.body
    korean = Message.objects.exclude(recipient=person).get(channel="inbox")
    assert "50점" in korean.body


def test_announce_when_done_then_not_a_second_time(program, by):
    scored(program, (90, 90))
    digest = seen(program)
    announce.announce(program=program, seen=digest, by=by)
    again = lambda: announce.announce(program=program, seen=digest, by=factories.staff())  # noqa: E731
    assert codes(again) == ("already_announced",)
    assert Announcement.objects.count() == 1


def test_announce_when_something_changed_since_the_preview_then_refused(program, by):
    scored(program, (90, 90))
    digest = seen(program)
    scored(program, (95, 95))
    assert codes(lambda: announce.announce(program=program, seen=digest, by=by)) == (
        "changed_meanwhile",
    )
    program.refresh_from_db()
    assert program.state == ProgramState.PUBLISHED
    assert not Result.objects.exists()


def test_announce_when_something_is_missing_then_named(at_now, program, by):
    assert codes(lambda: out(program, by)) == ("no_applications",)
    asked = factories.application(program, state=ApplicationState.SUPPLEMENT, supplement_note="x")
    assert codes(lambda: out(program, by)) == ("supplements_open",)
    asked.state = ApplicationState.SUBMITTED
    asked.save()
    assert codes(lambda: out(program, by)) == ("unscored",)
    row = factories.assignment(asked, factories.evaluator())
    assert codes(lambda: out(program, by)) == ("sheets_open",)
    factories.sheet(row, 60, 60)
    at_now.move_to(program.opens_at)
    assert codes(lambda: out(program, by)) == ("still_open",)
    at_now.move_to(program.closes_at)
    assert out(program, by).results.count() == 1


def test_announce_when_not_by_scores_then_refused(at_now, by):
    program = factories.lottery_program()
    at_now.move_to(program.closes_at)
    call = lambda: announce.announce(program=program, seen="", by=by)  # noqa: E731
    assert codes(call) == ("not_scored",)


def test_announce_when_districts_and_repeats_count_then_by_the_rules(at_now, by):
    program = factories.scored_program(100, quota=2, reserve=5, repeat_percent=50)
    DistrictQuota.objects.create(program=program, district="27140", places=1)
    before = factories.program("live_commerce", quota=9)
    old = [factories.merchant(district="27230"), factories.merchant(district="27140")]
    for merchant in old:
        factories.application(before, merchant, state=ApplicationState.SELECTED)
    best = scored(program, (90,), merchant=old[0])
    repeat = scored(program, (80,), merchant=old[1])
    new = scored(program, (70,), merchant=factories.merchant(district="27140"))
    out(program, by)
    grounds = dict(Result.objects.values_list("application_id", "ground"))
    assert grounds == {best.pk: "place", repeat.pk: "repeat_share", new.pk: "district_place"}


def test_announcement_when_worked_out_again_then_the_same(program, by):
    for points in ((90, 90), (60, 60), (60, 60), (10, 10)):
        scored(program, points)
    announcement = out(program, by)
    assert selection_desk.differences(announcement) == []
    stored = basis.outcomes(announcement.basis)
    assert [one.rank for one in stored] == [1, 2, 3, 4]
    assert basis.digest(announcement.basis) == announcement.sha256
    stored_sheets = basis.sheets_of(program)
    one = announcement.results.get(rank=1).application_id
    assert stored_sheets[one][0][1] == [90, 90]


def test_announcement_when_its_rows_were_tampered_with_then_the_difference_is_named(program, by):
    scored(program, (90, 90))
    announcement = out(program, by)
    kept = announcement.basis["applications"][0]
    announcement.basis["rules"]["threshold"] = "95.00"
    assert selection_desk.differences(announcement) == [kept["receipt"]]


def test_announce_when_there_are_many_then_told_in_batches(program, by, monkeypatch):
    monkeypatch.setattr(announce, "BATCH", 2)
    for n in range(5):
        scored(program, (60 + n, 60))
    out(program, by)
    assert Result.objects.filter(told_at=None).count() == 3
    assert announce.tell_next() == 2
    assert announce.tell_next() == 1
    assert announce.tell_next() == 0
    assert Message.objects.filter(kind__startswith="programs.", channel="inbox").count() == 5


def writes(program, by):
    with CaptureQueriesContext(connection) as queries:
        announce.publish(program, basis.of_program(program), by)
    return [q["sql"].split()[0] + q["sql"].split()[2] for q in queries if "programs_" in q["sql"]]


@pytest.mark.parametrize("n", [1, 3])
def test_announce_when_more_applications_then_as_many_statements(program, by, n, monkeypatch):
    monkeypatch.setattr(announce, "tell", lambda announcement: 0)
    for _ in range(n):
        scored(program, (90, 90))
    assert len(writes(program, by)) == 8


def test_outcomes_when_ranked_then_named_by_receipt_in_order(program):
    scored(program, (90, 90))
    one = basis.outcomes(basis.of_program(program))[0]
    assert dataclasses.asdict(one)["verdict"] == "selected"


@pytest.mark.parametrize(("sheets", "few"), [(2, 0), (1, 1)])
def test_announce_when_fewer_evaluators_than_promised_then_only_for_a_reason_that_is_kept(
    program, by, sheets, few
):
    program.evaluators_each = 2
    program.save(update_fields=["evaluators_each"])
    scored(program, (90, 90), (80, 80))
    scored(program, *[(70, 70)] * sheets)
    found = selection_desk.preview(program)
    assert (found.few is not None) == bool(few)
    assert found.obstacles == []
    if few:
        for reason in ("", "  "):
            said = {"program": program, "seen": found.seen, "by": by, "fewer_because": reason}
            assert codes(partial(announce.announce, **said)) == ("too_few_sheets",)
        assert not Announcement.objects.exists()
    done = announce.announce(
        program=program, seen=found.seen, by=by, fewer_because=" 위원 한 분의 병가 "
    )
    assert done.fewer_because == ("위원 한 분의 병가" if few else "")


def test_announce_page_when_a_sheet_is_missing_then_asks_why_and_shows_it_afterwards(
    program, staff_client
):
    program.evaluators_each = 2
    program.save(update_fields=["evaluators_each"])
    scored(program, (90, 90))
    address = reverse("admin:selection_ranking", args=[program.pk])
    page = staff_client.get(address).content.decode()
    assert 'data-code="too_few_sheets"' in page
    assert "공고한 평가위원 수(2명)보다 적은 인원이 평가한 신청이 1건 있습니다." in page
    sent = {"seen": seen(program), "sure": "on"}
    refused = staff_client.post(address, sent)
    assert refused.status_code == 409
    assert "fewer_because" in refused.context["form"].errors
    assert staff_client.post(address, {**sent, "fewer_because": "위원 사정"}).status_code == 302
    assert "위원 사정" in staff_client.get(address).content.decode()


def test_results_page_when_looked_at_then_worked_out_again_on_demand_alone(
    program, by, staff_client
):
    scored(program, (90, 90))
    out(program, by)
    address = reverse("admin:selection_ranking", args=[program.pk])
    page = staff_client.get(address)
    assert page.context["differences"] is None
    assert "?again=1" in page.content.decode()
    assert staff_client.get(f"{address}?again=1").context["differences"] == []
