"""The draw: its steps, its page, and a script of ten lines that runs it again from there."""

import datetime as dt
import hashlib

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center import clock, sealing
from center.errors import RuleViolation
from programs.models import ApplicationState, Draw, ProgramState, Result
from programs.services import calls, lottery
from tests import factories
from tests.conftest import logged_in
from tests.programs.test_call_desk import values as as_sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(at_now):
    return factories.lottery_program(quota=2, reserve=2)


@pytest.fixture
def by():
    return factories.staff()


def codes(call):
    with pytest.raises(RuleViolation) as refused:
        call()
    return refused.value.codes


def address(program):
    return f"/programs/{program.slug}/draw/"


def page(client, program):
    return BeautifulSoup(client.get(address(program)).content, "html.parser")


def run_again(soup):
    """The published procedure, from nothing but the public page."""
    text = lambda name: soup.find(id=name).text.strip() if soup.find(id=name) else ""  # noqa: E731
    seed, beacon = text("seed"), text("beacon")
    receipts = [item.find(class_="number").text for item in soup.select(".drawn li")]
    sha = lambda value: hashlib.sha256(value.encode()).hexdigest()  # noqa: E731
    assert sha(seed) == text("commitment")
    listed = sha("\n".join(sorted(receipts)))
    assert listed == text("list-sha256")
    return sorted(receipts, key=lambda r: sha(f"{seed}\n{listed}\n{beacon}\n{r}")), receipts


@pytest.mark.parametrize("source", ["", "로또 제1201회"])
def test_draw_when_done_then_anybody_comes_to_the_same_order(at_now, client, program, by, source):
    lottery.commit_seed(program=program, beacon_source=source, by=by)
    applications = [factories.application(program) for _ in range(6)]
    at_now.move_to(program.closes_at)
    lottery.freeze_list(program=program, by=by)
    lottery.draw_lots(program=program, by=by, beacon="3 9 11 24 30 44")
    again, shown = run_again(page(client, program))
    assert again == shown
    assert sorted(shown) == sorted(a.receipt for a in applications)
    states = dict(program.applications.values_list("receipt", "state"))
    assert [states[r] for r in shown] == ["selected"] * 2 + ["reserve"] * 2 + ["not_selected"] * 2
    program.refresh_from_db()
    assert program.state == ProgramState.ANNOUNCED


def test_procedure_when_run_as_printed_on_the_page_then_the_same_order(at_now, client, program, by):
    lottery.commit_seed(program=program, by=by)
    for _ in range(5):
        factories.application(program)
    at_now.move_to(program.closes_at)
    lottery.freeze_list(program=program, by=by)
    lottery.draw_lots(program=program, by=by)
    soup = page(client, program)
    order = [item.find(class_="number").text for item in soup.select(".drawn li")]
    names = {
        "seed": soup.find(id="seed").text,
        "commitment": soup.find(id="commitment").text,
        "beacon": "",
        "receipts": sorted(order),
    }
    printed = soup.find("code").text
    assert len([line for line in printed.splitlines() if line.strip()]) <= 10
    exec(printed, names)
    assert names["drawn"] == order


def test_seed_when_committed_then_nobody_reads_it_before_the_draw(at_now, client, program, by):
    draw = lottery.commit_seed(program=program, by=by)
    factories.application(program)
    assert draw.commitment in client.get(f"/programs/{program.slug}/").content.decode()
    secret = sealing.unseal(draw.sealed_seed)
    assert hashlib.sha256(secret.encode()).hexdigest() == draw.commitment
    at_now.move_to(program.closes_at)
    lottery.freeze_list(program=program, by=by)
    shown = client.get(address(program)).content.decode()
    assert draw.commitment in shown
    assert secret not in shown
    draw.refresh_from_db()
    assert secret not in f"{draw.__dict__}"


def test_seed_when_committed_twice_then_stays(program, by):
    first = lottery.commit_seed(program=program, beacon_source="x", by=by)
    again = lottery.commit_seed(program=program, beacon_source="y", by=by)
    assert (again.commitment, again.beacon_source) == (first.commitment, "x")


def test_steps_when_out_of_order_then_refused(at_now, program, by):
    steps = lottery.freeze_list, lottery.draw_lots
    for step in steps:
        assert codes(lambda s=step: s(program=program, by=by)) == ("still_open",)
    lottery.commit_seed(program=program, beacon_source="로또", by=by)
    at_now.move_to(program.closes_at)
    assert codes(lambda: lottery.draw_lots(program=program, by=by)) == ("no_list",)
    assert codes(lambda: lottery.freeze_list(program=program, by=by)) == ("no_applications",)
    factories.application(program)
    lottery.freeze_list(program=program, by=by)
    assert codes(lambda: lottery.freeze_list(program=program, by=by)) == ("list_frozen",)
    assert codes(lambda: lottery.draw_lots(program=program, by=by)) == ("beacon_needed",)
    lottery.draw_lots(program=program, by=by, beacon="1")
    for step in steps:
        assert codes(lambda s=step: s(program=program, by=by)) == ("already_announced",)


def test_seed_when_at_the_close_then_too_late(at_now, program, by):
    at_now.move_to(program.closes_at)
    assert codes(lambda: lottery.commit_seed(program=program, by=by)) == ("seed_too_late",)
    factories.application(program)
    assert codes(lambda: lottery.freeze_list(program=program, by=by)) == ("no_seed",)


def test_list_when_somebody_joins_or_is_taken_off_then_no_draw(at_now, program, by):
    lottery.commit_seed(program=program, by=by)
    kept, other = factories.application(program), factories.application(program)
    at_now.move_to(program.closes_at)
    lottery.freeze_list(program=program, by=by)
    late = factories.application(program)
    assert codes(lambda: lottery.draw_lots(program=program, by=by)) == ("list_differs",)
    late.state = ApplicationState.WITHDRAWN
    late.save()
    other.state, other.reason = ApplicationState.INELIGIBLE, "x"
    other.save()
    assert codes(lambda: lottery.draw_lots(program=program, by=by)) == ("list_differs",)
    assert Draw.objects.get().seed == ""
    kept.refresh_from_db()
    assert kept.state == ApplicationState.SUBMITTED


def test_list_when_somebody_withdraws_then_passed_over(at_now, client, program, by):
    lottery.commit_seed(program=program, by=by)
    applications = [factories.application(program) for _ in range(4)]
    at_now.move_to(program.closes_at)
    lottery.freeze_list(program=program, by=by)
    applications[0].state = ApplicationState.WITHDRAWN
    applications[0].save()
    lottery.draw_lots(program=program, by=by)
    again, shown = run_again(page(client, program))
    assert again == shown
    assert len(shown) == 4
    assert Result.objects.count() == 3
    assert program.applications.placed().count() == 2


def test_seeds_when_staff_forgot_then_committed_in_the_last_day(at_now, program):
    at_now.move_to(program.closes_at - clock.DAY - clock.DAY)
    assert lottery.commit_missing_seeds() == 0
    at_now.move_to(program.closes_at - clock.DAY)
    assert lottery.commit_missing_seeds() == 1
    assert Draw.objects.get().committed_by is None
    assert lottery.commit_missing_seeds() == 0


def test_page_when_not_by_lot_or_not_public_then_not_there(at_now, client):
    scored, draft = factories.scored_program(), factories.lottery_program(state=ProgramState.DRAFT)
    assert client.get(address(scored)).status_code == 404
    assert client.get(address(draft)).status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_page_when_more_took_part_then_the_same_queries(
    at_now, client, program, by, n, django_assert_num_queries
):
    lottery.commit_seed(program=program, by=by)
    for _ in range(n):
        factories.application(program)
    at_now.move_to(program.closes_at)
    lottery.freeze_list(program=program, by=by)
    lottery.draw_lots(program=program, by=by)
    with django_assert_num_queries(4):
        client.get(address(program))


@pytest.mark.parametrize(("hours", "is_committed"), [(24, True), (24.001, False), (0.1, True)])
def test_publish_by_lot_when_it_closes_within_a_day_then_the_seed_is_out(
    at_now, hours, is_committed
):
    now = clock.now()
    written = {"summary": "한 문장", "body": "<p>글</p>", "runs_until": clock.day_of(now)}
    times = {"opens_at": now - clock.DAY, "closes_at": now + dt.timedelta(hours=hours)}
    draft = {"state": ProgramState.DRAFT, "published_at": None}
    program = factories.lottery_program(**written, **times, **draft)
    calls.publish(program=program)
    assert Draw.objects.filter(program=program).exists() == is_committed


def moved_to(program, closes_at):
    """The admin's form of a call with its close moved, sent."""
    client = logged_in(factories.staff())
    there = reverse("admin:programs_program_change", args=[program.pk])
    form = BeautifulSoup(client.get(there).content, "html.parser").select_one("#program_form")
    sent = {**as_sent(form), "closes_at": [f"{clock.local(closes_at):%Y-%m-%dT%H:%M}"]}
    answer = client.post(there, sent)
    program.refresh_from_db()
    return answer


def test_close_when_moved_near_then_the_seed_is_committed_with_it(at_now, program):
    soon = clock.now() + dt.timedelta(minutes=5)
    assert moved_to(program, soon).status_code == 302
    assert program.closes_at == soon
    draw = Draw.objects.get(program=program)
    at_now.move_to(program.closes_at)
    factories.application(program)
    lottery.freeze_list(program=program, by=factories.staff())
    draw.refresh_from_db()
    assert draw.listed_at == clock.now()


def test_close_when_moved_to_now_without_a_seed_then_refused_and_with_one_closed(
    at_now, program, by
):
    before, now = program.closes_at, clock.now()
    page = moved_to(program, now).content.decode()
    assert "추첨 시드의 해시가 공개되기 전에" in page
    assert program.closes_at == before
    assert not Draw.objects.exists()
    lottery.commit_seed(program=program, by=by)
    assert moved_to(program, now).status_code == 302
    assert program.closes_at == now
