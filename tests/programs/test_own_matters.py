"""Nobody decides in a matter of a business he acts for, be it the lead or a partner."""

import pytest

from center.errors import RuleViolation
from programs import parties
from programs.models import (
    Application,
    ApplicationState,
    CoApplicant,
    CoState,
    OutcomeStage,
    PaperKind,
    Product,
    ReviewState,
)
from programs.services import (
    assign,
    broadcasts,
    certify,
    checking,
    consulting,
    consulting_log,
    exhibitions,
    outcomes,
    score,
)
from programs.services.consulting import Place
from programs.services.score import Declared
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture(params=["lead", "partner"])
def matter(request):
    """A joint application, and a person of the staff who acts for one of its businesses."""
    program = factories.scored_program(100, is_joint=True, runs_until=kst(2).date())
    draft = factories.application(program, state=ApplicationState.DRAFT)
    partner = factories.merchant()
    CoApplicant.objects.create(
        application=draft, merchant=partner, state=CoState.CONFIRMED, answered_at=NOW
    )
    Application.objects.filter(pk=draft.pk).update(state="submitted", submitted_at=NOW)
    draft.refresh_from_db()
    person = factories.staff()
    business = draft.merchant if request.param == "lead" else partner
    business.memberships.create(user=person)
    return draft, person


def act(name, row, by):
    case = {"application": row, "by": by}
    seen = {**case, "revision": row.revision}
    if name.startswith("checking."):
        more = {"note": "통장 사본", "until": kst(30)} if name.endswith("ask_for") else {}
        more = {"reason": "요건"} if name.endswith("reject") else more
        return getattr(checking, name.partition(".")[2])(**seen, **more)
    if name == "consulting.take_back":
        return consulting.take_back(consultation=consulted(row), reason="변경", by=by)
    if name == "consulting_log.close":
        arranged = consulted(row)
        arranged.consultant = by
        arranged.save(update_fields=["consultant"])
        log = consulting_log.Log("현황", "조언", "다음")
        return consulting_log.close(consultation=arranged, log=log, by=by)
    if name.startswith("certify."):
        paper = {"application": row, "kind": PaperKind.PARTICIPATION}
        if name == "certify.issue":
            return certify.issue(**paper, by=by)
        made = row.certificates.first() or certify.issue(**paper)
        return certify.void(certificate=made, reason="착오", by=by)
    if name == "assign.assign":
        return assign.assign(application=row, evaluator=factories.evaluator(), by=by)
    if name == "assign.release":
        given = factories.assignment(row, factories.evaluator())
        return assign.release(assignment=given, reason="출장", by=by)
    if name == "exhibitions.review":
        of_it = {"application": row, "position": 1, "name": "김", "price": 1, "stock": 1}
        product, _made = Product.objects.get_or_create(**of_it)
        return exhibitions.review(product=product, state=ReviewState.APPROVED, reason="", by=by)
    if name == "outcomes.enter":
        said = outcomes.Said(sales=1, orders=1)
        stage = OutcomeStage.WEEK
        return outcomes.enter(**case, stage=stage, said=said, source_note="통화")
    acts = {
        "broadcasts.choose": lambda: broadcasts.choose_products(**case, products=[]),
        "broadcasts.enter": lambda: broadcasts.enter_results(
            **case, viewers=1, likes=None, sold={}
        ),
        "exhibitions.booth": lambda: exhibitions.give_booth(**case, booth=None),
        "exhibitions.settle": lambda: exhibitions.settle(**case, sales=1, orders=1, fee=0, note=""),
    }
    return acts[name]()


def consulted(row):
    """Arranged by somebody else."""
    there = row.consultations.first()
    if there is not None:
        return there
    made = factories.consultation(row)
    consultant = factories.consultant()
    return consulting.assign(
        consultation=made,
        consultant=consultant,
        starts=made.wishes.first().starts,
        place=Place(text="가게"),
        by=factories.staff(),
    )


def refused(name, row, by):
    """What stands against it, if anything does."""
    try:
        act(name, row, by)
    except RuleViolation as refusal:
        return refusal.codes
    return ()


DECISIONS = (
    "checking.ask_for",
    "checking.reject",
    "checking.look_again",
    "broadcasts.choose",
    "broadcasts.enter",
    "exhibitions.review",
    "exhibitions.booth",
    "exhibitions.settle",
    "outcomes.enter",
    "consulting.take_back",
    "consulting_log.close",
    "assign.assign",
    "assign.release",
    "certify.issue",
    "certify.void",
)


@pytest.mark.parametrize("name", DECISIONS)
def test_decision_on_ones_own_business_then_refused(matter, name):
    row, person = matter
    if not name.startswith(("checking.", "assign.")):
        Application.objects.filter(pk=row.pk).update(state="selected", place=1, decided_at=NOW)
        row.refresh_from_db()
    with pytest.raises(RuleViolation, match="own_business"):
        act(name, row, person)
    assert "own_business" not in refused(name, row, factories.staff())


def test_evaluator_when_of_one_of_the_businesses_then_never_given_it(matter):
    row, _person = matter
    evaluator, other = factories.evaluator(), factories.evaluator()
    for business in {party.merchant for party in parties.parties_of([row])}:
        business.memberships.create(user=evaluator)
    by = factories.staff()
    with pytest.raises(RuleViolation, match="own_application"):
        assign.assign(application=row, evaluator=evaluator, by=by)
    given = assign.assign_evenly(program=row.program, among=[evaluator, other], by=by)
    assert [one.evaluator for one in given] == [other]


def test_evaluator_when_he_joined_since_then_scores_no_more_and_may_declare(matter):
    row, person = matter
    criterion = row.program.criteria.get()
    mine = factories.assignment(row, person)
    for act_on in (score.save, score.lock):
        with pytest.raises(RuleViolation, match="own_application"):
            act_on(assignment=mine, points={criterion.pk: 100}, comment="", by=person)
    factories.sheet(mine, 100, locked=False)
    with pytest.raises(RuleViolation, match="nothing_to_lock"):
        score.lock_all(program=row.program, by=person)
    fresh = factories.assignment(
        factories.application(row.program), person, has_conflict=None, declared_at=None
    )
    score.declare(declared=[Declared(fresh, True, "아는 사이")], by=person)
    fresh.refresh_from_db()
    assert fresh.has_conflict is True
