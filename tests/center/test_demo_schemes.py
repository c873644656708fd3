"""The schemes of the press release of 2021-05-25 as finished programs: whom, how many, where."""

import collections
import datetime as dt
import random

import pytest

from center import clock, periods
from center.demo import brought, calls, past_calls, programs
from center.figures import Wish
from center.reports.counting import Counting
from merchants.models import Merchant, MerchantState
from programs.models import Application, DistrictQuota, Program
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
DISTRICTS = ["27260", "27290", "27710"]


@pytest.fixture
def businesses():
    """Eleven of each district, nobody's log-in, as the demo's."""
    Merchant.objects.bulk_create(
        Merchant(
            name=f"점포 {n}",
            number=factories.number(5_000 + n),
            kind="individual",
            representative="김점주",
            section="G",
            district=DISTRICTS[n % 3],
            state=MerchantState.VERIFIED,
            verified_until=dt.date(2099, 3, 31),
        )
        for n in range(33)
    )


def test_shops_when_made_then_ten_of_each_district_selected_and_reported(businesses):
    programs.make(brought.SHOPS, random.Random(1))
    program = Program.objects.get()
    placed = collections.Counter(
        Application.objects.placed().filter(program=program).values_list("district", flat=True)
    )
    assert placed == dict.fromkeys(DISTRICTS, 10)
    assert set(DistrictQuota.objects.values_list("district", "places")) == {
        (code, 10) for code in DISTRICTS
    }
    span = periods.span(clock.day_of(program.opens_at), clock.today())
    counting = Counting(Wish(periods.of_key(span.key), clock.now()))
    figures = [f"programs.{name}" for name in ("applied", "selected", "businesses")]
    assert [counting.value(key, "program", program.slug) for key in figures] == [30, 30, 30]
    assert {code: counting.value(figures[1], "district", code) for code in DISTRICTS} == placed


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (next(c for c in past_calls.PAST if c.kind == "market_online"), calls.MARKETS),
        (brought.STREETS, calls.STREETS),
    ],
)
def test_markets_and_streets_when_made_then_each_named_once(businesses, call, names):
    programs.make(call, random.Random(1))
    named = Application.objects.placed().values_list("applied_for", flat=True)
    assert sorted(named) == sorted(names)
    assert len(names) == {"market_online": 7, "smart_street": 9}[call.kind]
