"""Mixed traffic against a running server; ``python -m tests.load`` has the long form."""

from __future__ import annotations

import time

import pytest
from django.conf import settings

from tests import factories
from tests.bench.targets import Target
from tests.faults.traffic import Traffic
from tests.load import __main__ as mixed
from tests.load import memory
from tests.races import ledger
from tests.races.clients import open_account

CSRF = "load" * 8


@pytest.fixture
def planned(race_database, tmp_path):
    """A studio of eight rooms, three free hours, and six people with an account."""
    studio = factories.studio(units=8)
    spans = [ledger.slot(hour=hour) for hour in (10, 13, 15)]
    cookies = [
        {settings.SESSION_COOKIE_NAME: open_account().session, settings.CSRF_COOKIE_NAME: CSRF}
        for _ in range(6)
    ]
    mixed.write_plan(
        tmp_path, [Target(studio.slug, span.start, span.end) for span in spans], cookies
    )
    return tmp_path


def test_mixed_traffic_when_let_loose_then_all_of_it_gets_through(busy_web, planned):
    statistics = mixed.send(busy_web.port, planned, seconds=6, people=6, pace=0.1)
    assert statistics["failures"] == {}
    asked = statistics["requests"]
    assert {name for name in asked if name != "refused"} == {
        *("week page", "slot choice", "hold", "confirm", "cancel")
    }
    assert asked["week page"]["number"] > asked["hold"]["number"] > 0
    assert ledger.double_bookings() == ledger.half_bookings() == 0


def test_mixed_traffic_when_a_server_breaks_then_it_is_found_out(serve, planned, capsys):
    web = serve("two_workers", "tests.races.breaking:application")
    statistics = mixed.send(web.port, planned, seconds=3, people=2, pace=0.2)
    assert statistics["failures"]
    assert mixed.judge(statistics, [100.0] * 20, 1) == 1
    assert "500" in capsys.readouterr().out


def test_mixed_traffic_when_beside_something_else_then_told_of_as_it_goes(serve, planned):
    web = serve("two_workers", "tests.races.breaking:application")
    began = time.monotonic()
    with mixed.sending(web.port, planned, people=2, pace=0.2) as requests:
        traffic = Traffic(requests)
        while not traffic.between(began, time.monotonic())[1]:
            assert time.monotonic() < began + 60
            time.sleep(0.1)
    number, failed = traffic.between(began, time.monotonic())
    assert number > failed > 0  # pages are shown, only bookings break there
    assert traffic.between(0, began) == Traffic().between(0, time.monotonic()) == (0, 0)


@pytest.mark.parametrize(
    ("last", "found"), [(100.0, 0), (105.0, 0), (105.1, 1), (200.0, 1), (90.0, 0)]
)
def test_judge_when_memory_grows_then_told_beyond_the_bound(last, found):
    seen = [*[50.0] * 4, *[100.0] * 12, *[last] * 4]
    assert mixed.judge({"requests": {"hold": _HOLDS}, "failures": {}}, seen, 1) == found


@pytest.mark.parametrize(("refused", "found"), [(0, 0), (10, 0), (11, 1)])
def test_judge_when_holds_are_refused_then_told_beyond_a_tenth(refused, found):
    asked = {"hold": _HOLDS, "refused": {"number": refused}}
    assert mixed.judge({"requests": asked, "failures": {}}, [1.0] * 20, 1) == found


def test_growth_when_hardly_looked_at_then_nothing_is_said():
    with pytest.raises(ValueError, match="too few"):
        memory.growth([1.0] * 9)


_HOLDS = {"number": 100, "p50": 1, "p95": 1, "p99": 1, "slowest": 1}
