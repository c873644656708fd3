"""A kind added as CONTRIBUTING says, by its declaration alone: from the call to the report."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from center.figures import Wish, registry
from center.notifications.models import Message
from center.periods import of_key
from center.reports.counting import Counting
from programs import basis
from programs.kinds import KINDS, Applicant, Kind, Selection
from programs.models import Application, ApplicationState, Outcome, ProgramState, TieRule
from programs.reports.cuts import CUTS
from programs.services import announce, apply, calls, finish, outcomes
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
KEY = "pop_up"


@pytest.fixture
def kind(monkeypatch):
    made = Kind(
        KEY,
        "팝업 점포",
        "빈 점포를 한 달 빌려 드립니다",
        Selection.SCORED,
        applicant=Applicant.SHOP,
        has_products=True,
        asks_outcome=True,
    )
    monkeypatch.setitem(KINDS, KEY, made)
    return made


def test_new_kind_from_the_call_to_the_report(kind, at_now, client, owner_client, merchant):
    program = published()
    page = client.get(program.get_absolute_url()).content.decode()
    assert kind.name in page
    assert program.title in client.get("/programs/", {"kind": KEY}).content.decode()
    application = applied(owner_client, program)
    assert (application.district, application.applied_for) == ("27260", "빈 점포 1")

    at_now.move_to(program.closes_at)
    selected(application)
    at_now.move_to(NOW + 21 * DAY)
    finish.finish(program=program)
    at_now.move_to(NOW + 28 * DAY)
    assert outcomes.ask_due(now=NOW + 28 * DAY) == 1
    row = Outcome.objects.get(application=application, stage=7)
    link = Message.objects.filter(kind="programs.outcome_asked", channel="inbox").get().link
    sent = {"sales": "1,200,000", "orders": "40", "viewers": "", "text": ""}
    assert client.post(link, sent).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.sales) == ("answered", 1_200_000)
    assert reported(of_key("2026-11")) == {"applied": 1, "selected": 1}
    assert reported(of_key("2026-12"), "sales") == {"sales": 1_200_000}


def published():
    now, last = NOW, (NOW + 20 * DAY).date()
    program = factories.program(
        KEY,
        state=ProgramState.DRAFT,
        published_at=None,
        opens_at=now,
        closes_at=now + 3 * DAY,
        runs_until=last,
        summary="한 문장",
        body="<p>글</p>",
        tie_rules=[TieRule.EARLIER],
        evaluators_each=1,
    )
    program.criteria.create(position=1, name="상품", weight=100)
    return calls.publish(program=program)


def applied(owner_client, program):
    """With the form its declaration gives it: a shop, where it lies, sales, products."""
    address = f"/programs/{program.slug}/apply/"
    form = BeautifulSoup(owner_client.get(address).content, "html.parser")
    for name in ("applied_for", "applied_for_address", "district", "baseline_sales"):
        assert form.find(id=f"id_{name}"), name
    owner_client.post(address, {"do": "add_product"})
    draft = Application.objects.get(program=program)
    draft.products.update(name="사과", price=1, stock=1, is_ready=True)
    entries = apply.Entries(
        contact_phone="010-1234-5678",
        applied_for="빈 점포 1",
        applied_for_address="달구벌대로 1",
        district="27260",
        baseline_sales=0,
    )
    return apply.hand_in(application=draft, entries=entries, by=draft.applied_by)


def selected(application):
    program = application.program
    factories.sheet(factories.assignment(application, factories.evaluator()), 90)
    seen = basis.digest(basis.of_program(program))
    announce.announce(program=program, seen=seen, by=factories.staff())
    application.refresh_from_db()
    assert (application.state, application.place) == (ApplicationState.SELECTED, 1)


def reported(period, *figures):
    """The row of the kind in the report of a month, by figure."""
    wish = Wish(period, NOW + 90 * DAY, {})
    rows = next(cut for cut in CUTS if cut.key == "program_kind").rows(wish, [])
    assert KEY in [row.key for row in rows]
    counting = Counting(wish)
    return {
        name: counting.value(registry.figure(f"programs.{name}").key, "program_kind", KEY)
        for name in figures or ("applied", "selected")
    }
