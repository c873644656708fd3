"""The desk: who may open it, what it shows, what its buttons do."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center.models import AccessRecord
from programs import basis, selection_check, selection_desk
from programs.models import (
    ApplicationState,
    Assignment,
    ProgramState,
    Result,
)
from programs.services import announce, assign, lottery
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(at_now):
    return factories.scored_program(60, 40, quota=1, reserve=1, evaluators_each=2)


def at(name, *args):
    return reverse(f"admin:selection{name}", args=args)


def scored(program, *sheets):
    application = factories.application(program)
    for points in sheets:
        factories.sheet(factories.assignment(application, factories.evaluator()), *points)
    return application


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 302), ("evaluator", 403), ("official", 403), ("operator", 200), ("manager", 200)],
)
def test_desk_when_role_then_open_or_away(program, client, role, status):
    application, draw = scored(program, (80, 70)), factories.lottery_program()
    there = logged_in(factories.staff(role)) if role else client
    addresses = [
        at(""),
        at("_program", program.pk),
        at("_eligibility", program.pk),
        at("_evaluators", program.pk),
        at("_ranking", program.pk),
        at("_case", program.pk, application.pk),
        at("_draw", draw.pk),
    ]
    assert [there.get(address).status_code for address in addresses] == [status] * 7
    if status != 200:
        posts = [there.post(address, {"do": "seed"}).status_code for address in addresses]
        assert set(posts) == {status}
        assert there.post(at("_remind", program.pk)).status_code == status


def test_desk_when_a_merchant_or_an_evaluator_without_staff_then_away(program):
    for person in (factories.user(), factories.evaluator()):
        assert logged_in(person).get(at("_ranking", program.pk)).status_code != 200


def test_pages_when_they_show_applications_then_written_down(program, staff_client):
    application = scored(program, (80, 70))
    for name in ("_eligibility", "_evaluators", "_ranking"):
        staff_client.get(at(name, program.pk))
        record = AccessRecord.objects.latest("pk")
        assert (record.subject_kind, record.subject_ids) == ("application", [application.pk])


def test_case_when_scored_then_every_number_down_to_the_points(program, staff_client):
    program.drops_extremes = True
    program.save()
    application = scored(program, (80, 70), (90, 95), (60, 50))
    open_row = factories.assignment(application, factories.evaluator())
    factories.sheet(open_row, 13, locked=False)
    page = soup(staff_client.get(at("_case", program.pk, application.pk)))
    cells = [[td.text for td in tr.find_all("td")] for tr in page.select("tbody tr")]
    assert [row[1:4] for row in cells] == [
        ["80", "70", "76.0000"],
        ["90", "95", "92.0000"],
        ["60", "50", "56.0000"],
        ["–", "–", "–"],
    ]
    assert [row[4] for row in cells] == ["반영", "제외", "제외", "–"]
    assert "(76.0000) ÷ 1 = 76.0000" in page.text
    # names of people are numbered: one may have a 13 in it
    assert not [text for row in cells for text in row[1:] if "13" in text]


def boxes(page):
    return soup(page).find_all("input", {"name": "evaluators"})


def test_evaluators_when_spread_and_released_and_assigned_then_so(program, staff_client):
    application = factories.application(program)
    people = [factories.evaluator() for _ in range(2)]
    address = at("_evaluators", program.pk)
    assert len(boxes(staff_client.get(address))) == 2
    assert staff_client.post(address, {}).status_code == 400
    staff_client.post(address, {"evaluators": [person.pk for person in people]})
    assert Assignment.objects.count() == 2
    assert boxes(staff_client.get(address)) == []  # nothing is missing, so nothing to spread
    case, row = at("_case", program.pk, application.pk), Assignment.objects.first()
    release = {"do": "release", "assignment": row.pk}
    assert staff_client.post(case, release).status_code == 400
    assert staff_client.post(case, {**release, "reason": "출장"}).url == case
    assert len(boxes(staff_client.get(address))) == 2
    again = {"do": "assign", "evaluator": row.evaluator_id}
    assert staff_client.post(case, again).url == case
    assert staff_client.post(case, again).status_code == 409
    assert staff_client.post(case, {"do": "x"}).status_code == 400
    assert Assignment.objects.standing().count() == 2


def test_ranking_when_announced_then_once_with_what_was_seen(program, staff_client):
    best = scored(program, (90, 90), (90, 90))
    second = scored(program, (80, 80), (80, 80))
    address = at("_ranking", program.pk)
    page = soup(staff_client.get(address))
    seen = page.find("input", {"name": "seen"})["value"]
    assert seen == basis.digest(basis.of_program(program))
    ranks = [[td.text for td in tr.find_all("td")][:2] for tr in page.select("tbody tr")]
    assert [row[1] for row in ranks] == [best.receipt, second.receipt]
    assert staff_client.post(address, {"seen": seen}).status_code == 400
    stale = staff_client.post(address, {"seen": "0" * 64, "sure": "on"})
    assert stale.status_code == 409
    assert soup(stale).find("input", {"name": "seen"})["value"] == seen
    assert staff_client.post(address, {"seen": seen, "sure": "on"}).url == address
    assert staff_client.post(address, {"seen": seen, "sure": "on"}).status_code == 409
    assert Result.objects.count() == 2
    after = soup(staff_client.get(f"{address}?again=1"))
    assert "결과와 같습니다" in after.text
    assert after.find("input", {"name": "seen"}) is None


def test_ranking_when_something_is_in_the_way_then_said_and_no_button(program, staff_client):
    factories.assignment(scored(program, (90, 90)), factories.evaluator())
    page = soup(staff_client.get(at("_ranking", program.pk)))
    assert "확정하지 않은 평가표가 1건" in page.select_one(".alert.warning").text
    assert page.find("input", {"name": "seen"}) is None


def test_eligibility_when_decided_then_through_the_service_with_the_reason(program, staff_client):
    program.districts = ["27140"]
    program.save()
    kept, away = factories.application(program), factories.application(program)
    address = at("_eligibility", program.pk)
    page = soup(staff_client.get(address))
    assert len(page.select("tbody .badge.warn")) == 2
    sent = {"decision": "ineligible", "chosen": f"{away.pk}:{away.revision}"}
    assert staff_client.post(address, sent).status_code == 400
    assert staff_client.post(address, {"decision": "ineligible", "reason": "x"}).status_code == 400
    assert staff_client.post(address, {**sent, "reason": "소재지가 다릅니다"}).status_code == 302
    away.refresh_from_db()
    kept.refresh_from_db()
    assert (away.state, away.reason) == (ApplicationState.INELIGIBLE, "소재지가 다릅니다")
    assert kept.state == ApplicationState.SUBMITTED
    assert staff_client.post(address, {**sent, "reason": "x"}).status_code == 409
    back = {"decision": "readmit", "chosen": f"{away.pk}:{away.revision}"}
    assert staff_client.post(address, back).status_code == 302
    away.refresh_from_db()
    assert away.state == ApplicationState.SUBMITTED


def test_draw_when_step_by_step_then_announced(at_now, staff_client):
    program = factories.lottery_program(quota=1, reserve=1)
    for _ in range(3):
        factories.application(program)
    address = at("_draw", program.pk)
    staff_client.post(address, {"do": "seed", "beacon_source": "로또 1201회"})
    assert staff_client.post(address, {"do": "list"}).status_code == 409
    at_now.move_to(program.closes_at)
    client = logged_in(factories.staff())
    client.post(address, {"do": "list"})
    assert client.post(address, {"do": "draw"}).status_code == 400
    assert client.post(address, {"do": "draw", "sure": "on"}).status_code == 409
    done = client.post(address, {"do": "draw", "sure": "on", "beacon": "1 2 3"})
    assert done.status_code == 302
    program.refresh_from_db()
    assert program.state == ProgramState.ANNOUNCED
    page = soup(client.get(at("_ranking", program.pk)))
    assert len(page.select("tbody tr")) == 3


def test_eligibility_when_the_list_is_frozen_then_nothing_is_decided(at_now):
    program = factories.lottery_program()
    lottery.commit_seed(program=program)
    row = factories.application(program)
    at_now.move_to(program.closes_at)
    staff = factories.staff()
    lottery.freeze_list(program=program, by=staff)
    client, address = logged_in(staff), at("_eligibility", program.pk)
    assert client.get(address).status_code == 200
    sent = {"decision": "ineligible", "chosen": f"{row.pk}:{row.revision}", "reason": "x"}
    assert client.post(address, sent).status_code == 409
    row.refresh_from_db()
    assert row.state == ApplicationState.SUBMITTED


@pytest.mark.parametrize("n", [1, 3])
def test_lists_when_more_rows_then_the_same_queries(
    program, staff_client, n, django_assert_num_queries
):
    for _ in range(n):
        scored(program, (80, 70), (70, 80))
    for name, queries in (("_eligibility", 10), ("_evaluators", 10), ("_ranking", 10)):
        with django_assert_num_queries(queries):
            assert staff_client.get(at(name, program.pk)).status_code == 200
    seen = basis.digest(basis.of_program(program))
    announce.announce(program=program, seen=seen, by=factories.staff())
    for asked, queries in (("", 8), ("?again=1", 10)):
        with django_assert_num_queries(queries):
            assert staff_client.get(at("_ranking", program.pk) + asked).status_code == 200


def test_counts_when_sheets_are_of_every_kind_then_each_is_counted_once(program):
    scored(program, (80, 70), (70, 80))
    begun = factories.application(program)
    factories.sheet(factories.assignment(begun, factories.evaluator()), 50, 50, locked=False)
    undeclared = factories.application(program)
    factories.assignment(undeclared, factories.evaluator(), has_conflict=None, declared_at=None)
    away = factories.assignment(undeclared, factories.evaluator())
    assign.release(assignment=away, reason="휴가", by=factories.staff())
    factories.application(program)
    found = selection_desk.counts(program)
    assert (found.sheets, found.locked, found.undeclared, found.short) == (4, 2, 1, 3)
    assert (found.waiting, found.supplement, found.ineligible) == (4, 0, 0)


@pytest.mark.parametrize("shows", [True, False])
def test_application_page_when_announced_then_result_reason_and_score_as_the_call_says(
    at_now, owner_client, merchant, shows
):
    program = factories.scored_program(60, 40, quota=1, shows_scores=shows, threshold=50)
    scored(program, (90, 90))
    application = factories.application(program, merchant)
    factories.sheet(factories.assignment(application, factories.evaluator()), 80, 65)
    factories.sheet(factories.assignment(application, factories.evaluator()), 70, 65)
    page = f"/programs/applications/{application.receipt}/"
    assert 'id="result"' not in owner_client.get(page).content.decode()
    seen = basis.digest(basis.of_program(program))
    announce.announce(program=program, seen=seen, by=factories.staff())
    shown = soup(owner_client.get(page)).find("section", {"aria-labelledby": "result"}).text
    assert "앞 순위에서 모두 찼습니다" in shown
    assert ("71.0000" in shown) is shows
    assert ("75.0000" in shown) is shows
    assert ("2건 가운데 2번째" in shown) is shows


@pytest.mark.parametrize("rows", [1, 3])
def test_eligibility_of_markets_whatever_the_rows_then_one_query_for_names_alike(
    at_now, django_assert_num_queries, rows
):
    program = factories.program("market_online")
    made = [factories.application(program, applied_for=f"{n}번 시장") for n in range(rows)]
    applications = list(selection_check.to_check(program))
    with django_assert_num_queries(3):
        found = selection_check.checked(program, applications)
    assert [row.against for row in found] == [[]] * len(made)


def test_eligibility_when_two_name_the_same_market_then_each_names_the_other(at_now, staff_client):
    program = factories.program("market_online")
    first = factories.application(program, applied_for="신매 시장")
    second = factories.application(program, applied_for="(신매시장)")
    gone = factories.application(program, applied_for="신매시장", state=ApplicationState.WITHDRAWN)
    factories.application(program, applied_for="칠성시장")
    factories.application(factories.program("market_online"), applied_for="신매시장")
    found = selection_check.checked(program, list(selection_check.to_check(program)))
    against = {row.application.receipt: "".join(row.against) for row in found}
    assert second.receipt in against[first.receipt]
    assert first.receipt in against[second.receipt]
    assert sum(bool(said) for said in against.values()) == 2
    assert gone.receipt not in "".join(against.values())
    page = staff_client.get(at("_eligibility", program.pk)).content.decode()
    assert f"같은 시장이나 점포로 신청한 접수번호: {second.receipt}" in page


@pytest.mark.parametrize(
    ("name", "other", "is_alike"),
    [
        ("Seomun Market", "seomun-market", True),
        ("서문시장", "서문시장", True),
        ("서문시장 1지구", "서문시장 2지구", False),
    ],
)
def test_plain_name_tells_places_apart(name, other, is_alike):
    assert (selection_check.plain_name(name) == selection_check.plain_name(other)) == is_alike
