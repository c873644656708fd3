"""A draw passes over whoever got a place elsewhere between its list and the draw itself."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs import basis, results, selection_desk
from programs.models import Application, ApplicationState
from programs.services import lottery
from tests import factories
from tests.programs.test_draw import page, run_again
from tests.programs.test_meanwhile import joint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

_S = ApplicationState


@pytest.mark.parametrize("who", ["lead", "partner"])
def test_draws_when_two_lists_name_one_business_then_one_place_a_year(at_now, client, who):
    by = factories.staff()
    first = factories.lottery_program(once_a_year=True, quota=9)
    second = factories.lottery_program(once_a_year=True, quota=1, reserve=1, is_joint=True)
    row, partner = joint(second)
    others = [factories.application(second) for _ in range(2)]
    factories.application(first, row.merchant if who == "lead" else partner)
    for program in (first, second):
        lottery.commit_seed(program=program, by=by)
    at_now.move_to(first.closes_at)
    for program in (first, second):
        lottery.freeze_list(program=program, by=by)
    lottery.draw_lots(program=first, by=by)
    announcement = lottery.draw_lots(program=second, by=by)
    row.refresh_from_db()
    assert (row.state, row.result.ground) == (_S.NOT_SELECTED, "supported")
    assert "올해 같은 종류의 다른 프로그램" in results.of_application(row).reason
    states = {Application.objects.get(pk=other.pk).state for other in others}
    assert states == {_S.SELECTED, _S.RESERVE}
    assert selection_desk.differences(announcement) == []
    again, shown = run_again(soup := page(client, second))
    assert again == shown
    assert sorted(shown) == sorted(one.receipt for one in (row, *others))
    rows = soup.select(".drawn li")
    badges = {li.find(class_="number").text: li.find(class_="badge").text for li in rows}
    assert badges[row.receipt] == "올해 지원받아 건너뜀"


@pytest.mark.parametrize(("once_a_year", "told"), [(True, True), (False, False)])
def test_page_of_a_draw_once_a_year_then_says_before_who_is_passed_over(client, once_a_year, told):
    program = factories.lottery_program(once_a_year=once_a_year)
    assert ("자리를 받은 사업체도 건너뜁니다" in page(client, program).text) is told


def test_draw_whatever_their_number_then_support_elsewhere_is_read_in_as_many_queries():
    program = factories.lottery_program(once_a_year=True, is_joint=True)

    def asked(n):
        for _ in range(n):
            joint(program)
        with CaptureQueriesContext(connection) as queries:
            found = basis.of_program(program, [])
        assert not any(row["supported_elsewhere"] for row in found["applications"])
        return len(queries)

    assert asked(1) == asked(3)
