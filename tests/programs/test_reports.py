"""The figures of programs: against an oracle over raw rows, and edges worked out by hand."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from center import clock
from center.figures import Wish, registry
from center.periods import of_key
from center.reports import disclosure
from center.reports.assemble import compile_content, rounded
from center.reports.choice_forms import WishForm
from center.reports.counting import Counting
from center.reports.models import YearlyTarget
from programs.reports import GROUPS
from tests.conftest import kst
from tests.reports import worlds
from tests.reports.oracle_programs import CUTS, OF_PROGRAMS, Programs
from tests.reports.program_worlds import ProgramWorld
from tests.reports.test_oracle import compare

pytestmark = pytest.mark.django_db
LATER = kst(5, month=1, year=2027)
OCTOBER, NOVEMBER = of_key("2026-10"), of_key("2026-11")
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def world():
    return ProgramWorld()


def counted(figure, period=NOVEMBER, cut="", row="", *, as_of=LATER, **filters):
    chosen = {name: frozenset(keys) for name, keys in filters.items()}
    wish = Wish(period, as_of, chosen)
    known = registry.figure(f"programs.{figure}")
    return rounded(Counting(wish).value(known.key, cut, row), known.decimals)


def compare_all(period, as_of, oracle=None):
    oracle = oracle or Programs(period.starts, period.last, as_of)
    for cut in CUTS:
        expected = oracle.count(cut)
        for group in GROUPS:
            if cut not in group.cuts:
                assert cut not in OF_PROGRAMS or group.key == "programs.supported"
                continue
            known = oracle.supported(cut) if group.key == "programs.supported" else expected
            compare(period, as_of, group.key, cut, known, prefix="programs.")


day = st.integers(0, worlds.DAYS)
minute = st.sampled_from([0, 540, 1439])
application = st.fixed_dictionaries(
    {
        "program": st.integers(0, 3),
        "firm": st.sampled_from([*range(6), 7]),
        "state": st.sampled_from(
            ["draft", "submitted", "selected", "withdrawn", *["completed"] * 3, "not_completed"]
        ),
        "day": day,
        "minute": minute,
        "decided": st.none() | day,
        "baseline_sales": st.none() | st.sampled_from([0, 7, 1000]),
        "outcomes": st.dictionaries(
            st.sampled_from([7, 30, 90]),
            st.tuples(
                st.none() | st.integers(0, 3000),
                st.booleans(),
                st.none() | st.integers(0, 9),
                st.sampled_from(["", "yes", "partly", "not_yet"]),
            ),
        ),
        "ended": day,
        "marks": st.none() | st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)),
        "sold": st.none() | st.lists(st.integers(0, 900), max_size=2),
        "partners": st.dictionaries(
            st.integers(0, 5), st.sampled_from(["asked", "confirmed", "declined"]), max_size=2
        ),
        "extra": st.sampled_from(["", "settled", "certified", "void", "advised", "planned"]),
    }
)


@settings(
    max_examples=5,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    drawn=st.lists(application, max_size=7, unique_by=lambda a: (a["program"], a["firm"])),
    uses=st.lists(st.tuples(st.integers(0, 6), day, minute), max_size=3),
    moved=st.none() | st.tuples(st.integers(0, 5), day),
    called_off=st.none() | st.integers(0, 3),
    key=st.sampled_from(["2026-11", "2026-Q4", "to-2026-11-20"]),
    as_of=st.sampled_from([LATER, kst(18, 13, 17)]),
)
def test_figures_of_programs_when_anything_happens_then_as_the_oracle_counts(
    db, drawn, uses, moved, called_off, key, as_of
):
    with transaction.atomic():
        world = ProgramWorld()
        for of in drawn:
            happen(world, dict(of))
        for firm, on, at in uses:
            world.book(firm=firm, starts=worlds.moment(on, at))
        if moved:
            world.history(moved[0], worlds.moment(moved[1], 0), district="47130")
        if called_off is not None:
            world.call_off(called_off)
        compare_all(of_key(key), as_of)
        transaction.set_rollback(True)


def happen(world, of):
    at, ended = worlds.moment(of.pop("day"), of.pop("minute")), of.pop("ended")
    outcomes, marks, sold, extra = (of.pop(k) for k in ("outcomes", "marks", "sold", "extra"))
    decided = of.pop("decided")
    decided = worlds.moment(decided, 600) if decided is not None else None
    made = world.apply(at=at, decided=decided, **of)
    then = worlds.moment(ended, 60 + 60 * of["program"])
    for stage, (sales, doubtful, viewers, use) in outcomes.items():
        on = worlds.FIRST + dt.timedelta(ended)
        said = {"sales": sales, "doubtful": doubtful, "viewers": viewers, "use": use}
        world.outcome(made, stage, on, **said)
    if marks:
        world.opinion(made, then, *marks)
    if sold is not None:
        world.broadcast(made, then, *sold)
        world.offer(made, chosen=of["firm"] % 2, refused=1, others=len(sold))
    if extra == "settled":
        world.settle(made, then, 400)
    if extra in ("certified", "void"):
        world.certify(made, then, void=extra == "void")
        for partner in made.co_applicants.confirmed():
            world.certify(made, then, partner=partner)
    if extra == "advised":
        world.advise(made, then)


def test_applied_when_at_the_edges_then_from_the_first_instant_on(world):
    for firm, at in enumerate((kst(1) - SECOND, kst(1), kst(1, month=12) - SECOND)):
        world.apply(firm=firm, at=at, state="submitted")
    assert [counted("applied", p) for p in (OCTOBER, NOVEMBER)] == [1, 2]
    assert counted("applied", as_of=kst(20)) == 1


def test_selected_when_by_program_kind_district_then_each_in_its_row(world):
    for program, firm in ((0, 0), (1, 0), (1, 1), (2, 2)):
        world.apply(program=program, firm=firm, at=kst(3))
    world.apply(program=2, firm=3, at=kst(3), state="submitted")
    slugs = [program.slug for program in world.programs]
    assert [counted("selected", NOVEMBER, "program", slug) for slug in slugs] == [1, 2, 0, 0]
    assert counted("applied", NOVEMBER, "program", "unlisted") == 2
    assert counted("selected", NOVEMBER, "program_kind", "live_commerce") == 3
    assert counted("businesses", NOVEMBER, "program_kind", "live_commerce") == 2
    assert counted("selected", NOVEMBER, "district", "27140") == 1
    assert counted("selected", NOVEMBER, "section", "I") == 1
    assert counted("selected", NOVEMBER, "kind", "individual") == 4
    assert counted("selected", program_kind=["education"]) == 1
    assert counted("selected", district=["27140"]) == 1
    assert counted("sessions", district=["27140"]) is None


def test_selected_when_the_program_is_called_off_then_nobody_was_supported_by_it(world):
    for program, firm in ((0, 0), (1, 0), (1, 1)):
        world.offer(world.apply(program=program, firm=firm, at=kst(3)), others=2)
    joint = world.apply(program=1, firm=2, at=kst(3), partners={3: "confirmed"})
    assert joint.co_applicants.count() == 1
    names = ("applied", "selected", "businesses", "products", "supported")
    assert [counted(name) for name in names] == [4, 4, 3, 6, 4]
    world.call_off(1)
    assert [counted(name) for name in names] == [4, 1, 1, 2, 1]


def test_completed_when_the_program_is_called_off_then_counted_no_more(world):
    for program in (0, 1):
        for firm, state in enumerate(("completed", "not_completed")):
            made = world.apply(program=program, firm=firm, at=kst(3), state=state)
            world.certify(made, kst(20))
    names = ("completed", "not_completed", "certificates")
    assert [counted(name) for name in names] == [2, 2, 4]
    world.call_off(1)
    assert [counted(name) for name in names] == [1, 1, 2]


def test_selected_when_by_partner_and_program_then_cut_and_filtered(world):
    for program, firm in ((0, 0), (1, 0), (1, 1), (2, 2), (3, 3)):
        world.apply(program=program, firm=firm, at=kst(3))
    by = [counted("selected", NOVEMBER, "partner", key) for key in ("Pine Media", "none")]
    assert by == [3, 2]
    assert counted("businesses", NOVEMBER, "partner", "Pine Media") == 2
    assert counted("selected", partner=["Pine Media"]) == 3
    assert counted("selected", NOVEMBER, "program_kind", "education", partner=["none"]) == 1
    second = world.programs[1].slug
    assert (counted("selected", program=[second]), counted("businesses", program=[second])) == (
        2,
        2,
    )
    assert counted("selected", program=["unlisted"], partner=["none"]) == 1
    assert counted("supported", program=[second]) is None  # uses of rooms have no program


def test_rows_when_filtered_by_program_then_only_that_one(world):
    chosen = world.programs[0]
    wish = Wish(OCTOBER, LATER, {"program": frozenset({chosen.slug})})
    rows = Counting(wish).rows("program", [registry.figure("programs.selected")])
    assert [row.key for row in rows] == [chosen.slug]


def test_rows_when_without_a_partner_then_idle_calls_too(world):
    wish = Wish(OCTOBER, LATER, {"partner": frozenset({"none"})})
    rows = Counting(wish).rows("program", [registry.figure("programs.selected")])
    assert {row.key for row in rows} >= {
        program.slug
        for program in world.programs
        if not program.partner
        and program.is_listed
        and OCTOBER.starts <= clock.day_of(program.opens_at) < OCTOBER.ends
    }


def test_filters_when_offered_then_programs_announced_and_partners(world, at_now):
    offered = {f.name: [key for key, _ in f.field.choices] for f in WishForm({}).filter_fields}
    listed = {program.slug for program in world.programs if program.is_listed}
    assert set(offered["program"]) == {"", "unlisted", *listed}
    assert offered["partner"] == ["", "Pine Media", "none"]


def test_products_when_some_are_chosen_or_refused_then_those_that_were_supported(world):
    world.offer(world.apply(firm=0, at=kst(3)), chosen=2, others=1)
    world.offer(world.apply(firm=1, at=kst(3)), refused=1, written=1, others=3)
    world.offer(world.apply(firm=2, at=kst(3), state="submitted"), others=5)
    world.offer(world.apply(firm=3, at=kst(1) - SECOND), others=7)
    assert [counted("products", p) for p in (OCTOBER, NOVEMBER)] == [7, 5]
    kind = world.programs[0].kind
    assert counted("products", NOVEMBER, "program_kind", kind) == 5


def test_completion_when_two_of_three_then_the_rate(world):
    for firm, state in enumerate(("completed", "completed", "not_completed", "selected")):
        world.apply(program=2, firm=firm, at=kst(3), state=state)
    assert (counted("completed"), counted("not_completed")) == (2, 1)
    assert counted("completion_rate") == "66.7"
    assert counted("completion_rate", OCTOBER) is None


def test_sales_when_several_stages_then_the_latest_that_counts_stands(world):
    fields = {"at": kst(1), "state": "completed"}
    steady = world.apply(firm=0, **fields, baseline_sales=1_000)
    silent = world.apply(firm=1, **fields, baseline_sales=5)
    doubtful = world.apply(firm=2, **fields)
    ended = dt.date(2026, 11, 30)
    world.outcome(steady, 7, ended, sales=300)
    world.outcome(steady, 90, ended, sales=1_500, viewers=8)
    world.outcome(doubtful, 7, ended, sales=40)
    world.outcome(doubtful, 90, ended, sales=9_999, doubtful=True)
    world.outcome(silent, 7, ended)
    names = ("with_figures", "sales", "viewers", "answered", "missing", "doubtful")
    assert [counted(name) for name in names] == [2, 1_540, 8, 4, 1, 1]
    assert (counted("compared"), counted("change")) == (1, "50.0")


def test_use_when_several_stages_then_the_latest_stands_and_no_sales(world):
    ended = dt.date(2026, 11, 30)
    for firm, said in enumerate((("not_yet", "partly"), ("yes",), ("yes", "not_yet"), ("",))):
        row = world.apply(program=2, firm=firm, at=kst(1), state="completed")
        for stage, use in zip((30, 90), said, strict=False):
            world.outcome(row, stage, ended, use=use)
    names = ("use_told", "used", "use_rate", "answered", "missing", "with_figures", "sales")
    assert [counted(name) for name in names] == [3, 2, "66.7", 5, 1, 0, None]
    assert counted("use_rate", NOVEMBER, "program_kind", "education") == "66.7"


def test_sales_when_only_missing_then_no_zero(world):
    row = world.apply(at=kst(1), state="completed")
    world.outcome(row, 7, dt.date(2026, 11, 30))
    names = ("missing", "sales", "orders", "change", "broadcast_sales")
    assert [counted(name) for name in names] == [1, None, None, None, None]


def test_broadcast_when_results_are_entered_then_counted_where_it_began_last(world):
    world.broadcast(world.apply(firm=0, at=kst(1)), kst(1), 20, 30)
    repeated = world.apply(firm=1, at=kst(1))
    world.broadcast(repeated, kst(20, month=10), 7)
    repeated.sessions.filter(kind="broadcast").update(starts=kst(4), ends=kst(4, 1))
    world.broadcast(world.apply(firm=2, at=kst(1)), kst(8), entered=False)
    names = ("broadcasts", "broadcast_viewers", "broadcast_orders", "broadcast_sales")
    assert [counted(name) for name in names] == [2, 100, 4, 57]
    assert counted("broadcasts", OCTOBER) == 0
    assert counted("sessions") == 0  # what is of one business is no session for all


def test_supported_when_in_several_ways_then_once(world):
    world.book(firm=0, starts=kst(4, 9))
    world.apply(firm=0, at=kst(5))
    world.apply(program=1, firm=1, at=kst(5))
    world.advise(world.apply(program=2, firm=2, at=kst(5, month=10)), kst(9))
    world.apply(program=2, firm=3, at=kst(5), state="submitted")
    world.book(firm=6, starts=kst(4, 9), space=1)  # the house's own
    assert counted("supported") == 3
    assert counted("supported", NOVEMBER, "district", "27140") == 1
    assert counted("supported", district=["27140"]) == 1


def test_supported_when_together_then_those_who_confirmed(world):
    answers = {1: "confirmed", 2: "declined", 3: "asked"}
    world.apply(firm=0, at=kst(5), partners=answers)
    world.apply(program=1, firm=4, at=kst(5), state="submitted", partners={5: "confirmed"})
    world.book(firm=1, starts=kst(4, 9))
    assert counted("supported") == 2


@pytest.mark.parametrize(
    ("figure", "said"),
    [("completed", 1), ("broadcasts", 1), ("broadcast_sales", 50), ("supported", 1)],
)
def test_target_when_of_programs_then_result_and_year_to_date(world, figure, said):
    YearlyTarget.objects.create(year=2026, figure=f"programs.{figure}", value=100)
    made = world.apply(at=kst(1), state="completed")
    world.broadcast(made, kst(6), 20, 30)
    (target,) = compile_content(NOVEMBER, as_of=LATER)["targets"]
    assert (target["result"], target["to_date"], target["rate"]) == (said, said, f"{said}.0")


def test_tables_of_programs_when_idle_then_rows_of_zeros(world):
    content = compile_content(OCTOBER, as_of=LATER)
    tables = {table["key"]: table for table in content["tables"]}
    kinds = {row["key"]: row["cells"] for row in tables["programs_by_kind"]["rows"]}
    assert len(kinds) == 10
    assert kinds["education"] == [0, 0, 0, 0, None, 0, 0, 0, 0, 0]
    rows = tables["programs"]["rows"]
    assert [row["key"] for row in rows] == [p.slug for p in world.programs if p.is_listed]
    assert rows[-1]["name"] == {"ko": world.programs[3].title, "en": "Market day"}


def test_statements_of_programs_when_more_rows_then_as_many(world):
    numbers = []
    tables = [table for key, table in registry.tables.items() if key.startswith("programs")]
    for round_ in range(2):
        with CaptureQueriesContext(connection) as asked:
            counting = Counting(Wish(NOVEMBER, LATER))
            for table in tables:
                counting.rows(table.cut, [registry.figure(key) for key in table.columns])
                counting.value(table.columns[0], "", "")
        numbers.append(len(asked))
        for firm in range(5):
            world.apply(program=round_, firm=firm, at=kst(3))
    assert numbers == [2, 2]  # everything, and the names of the programs


def test_businesses_when_one_sold_in_two_programs_then_counted_once_beside_each_sum(world):
    for program in (0, 1):
        sold = world.apply(program=program, at=kst(1), state="completed", baseline_sales=10)
        world.broadcast(sold, kst(6 + program), 1_000)
        world.settle(sold, kst(8), 400)
        world.outcome(sold, 90, dt.date(2026, 11, 20), sales=5_000)
    cases = ("broadcasts", "settled", "with_figures", "compared")
    firms = ("broadcast_businesses", "settled_businesses")
    firms += ("businesses_with_figures", "businesses_compared")
    assert [counted(name) for name in cases] == [2, 2, 2, 2]
    assert [counted(name) for name in firms] == [1, 1, 1, 1]


def test_target_when_sales_of_the_year_are_of_few_then_hidden_from_the_public(world):
    YearlyTarget.objects.create(year=2026, figure="programs.broadcast_sales", value=100)
    world.broadcast(world.apply(at=kst(1)), kst(6, month=10), 20, 30)
    content = compile_content(NOVEMBER, as_of=LATER)
    (target,) = disclosure.protect(content)["targets"]
    assert content["targets"][0]["to_date"] == 50
    assert (target["result"], target["to_date"], target["rate"]) == (None, "X", "X")
