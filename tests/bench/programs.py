"""Programs at the size of a city's whole year: a list of 500 calls, one call with 5,000
applications, each scored by five evaluators, and one with as many whose places are drawn by lot.

They stand beside the bookings, and are made where a kept database has none.
"""

from __future__ import annotations

import datetime as dt
import itertools
import time
from statistics import median

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from center import clock
from center.models import User
from center.permissions import EVALUATOR
from merchants.models import Merchant
from programs import basis, selection_desk
from programs.kinds import KINDS
from programs.lottery import drawn as in_order
from programs.lottery import new_seed
from programs.models import (
    Application,
    Assignment,
    Criterion,
    Mark,
    Program,
    ProgramState,
    SelectionMode,
    Sheet,
    SheetState,
)
from programs.services import lottery
from tests.bench import content
from tests.bench.load import Request
from tests.bench.table import Figure

CALLS, APPLICATIONS, SHEETS_EACH = 500, 5_000, 5
ROUNDS = 5
#: of the evaluators: what one person can read
_READS = 250
_SLUG, _LOT = "bench-many", "bench-lot"
_OWN = "bench-call-{}"
_WEIGHTS = (50, 30, 20)


def ensure() -> None:
    """Make what is missing; with the whole number of applications, or none at all."""
    if not Program.objects.filter(slug=_SLUG).exists():
        fill(calls=CALLS, applications=APPLICATIONS)
    if not Program.objects.filter(slug=_LOT).exists():
        fill_lot(APPLICATIONS)


def fill(*, calls: int, applications: int) -> None:
    """Open calls for the list, and the one that is being decided."""
    kinds = list(KINDS)
    with transaction.atomic(), connection.cursor() as cursor, content.replica(cursor):
        Program.objects.bulk_create(_call(kinds[n % len(kinds)], n) for n in range(calls))
        _many(applications)
    with connection.cursor() as cursor:
        for table in ("program", "application", "assignment", "sheet", "mark"):
            cursor.execute(f"ANALYZE programs_{table}")


def fill_lot(applications: int) -> None:
    """A call that is closed and whose lots are to be drawn, with the seed committed before."""
    program = _call("smart_shop", 0)
    program.slug, program.title, program.quota = _LOT, "추첨하는 사업", applications // 10
    program.selection, program.reserve = SelectionMode.LOTTERY, applications // 10
    with transaction.atomic(), connection.cursor() as cursor, content.replica(cursor):
        program.save()
        draw = lottery.commit_seed(program=program)
        program.opens_at, program.closes_at = (clock.now() - n * clock.DAY for n in (30, 1))
        program.save()
        draw.committed_at = program.opens_at
        draw.save()
        _applied(program, applications)
        cursor.execute("ANALYZE programs_application")


def _call(kind: str, n: int) -> Program:
    now = clock.now()
    return Program(
        kind=kind,
        slug=_OWN.format(n),
        title=f"온라인 판로 지원 {n}",
        summary="라이브커머스 방송과 상세페이지 제작을 함께 돕습니다.",
        state=ProgramState.PUBLISHED,
        published_at=now,
        opens_at=now - clock.DAY,
        closes_at=now + (30 + n % 60) * clock.DAY,
        selection=KINDS[kind].selection,
        quota=20,
    )


def _many(applications: int) -> None:
    """Rows are written past the triggers, as a replica does: each of them looks one row up, and
    a plan made while the tables are empty would read them whole for each of 25,000."""
    program = _call("live_commerce", 0)
    program.slug, program.title, program.quota = _SLUG, "많이 신청한 사업", applications // 10
    program.opens_at, program.closes_at = (clock.now() - n * clock.DAY for n in (30, 1))
    program.evaluators_each, program.drops_extremes = SHEETS_EACH, True
    program.save()
    criteria = Criterion.objects.bulk_create(
        Criterion(program=program, position=n, name=f"기준 {n}", weight=weight)
        for n, weight in enumerate(_WEIGHTS, 1)
    )
    now, people = clock.now(), itertools.cycle(_evaluators(applications))
    applied = _applied(program, applications)
    given = Assignment.objects.bulk_create(
        Assignment(application=one, evaluator=next(people), has_conflict=False, declared_at=now)
        for one in applied
        for _ in range(SHEETS_EACH)
    )
    sheets = Sheet.objects.bulk_create(
        Sheet(assignment=one, state=SheetState.LOCKED, locked_at=now) for one in given
    )
    Mark.objects.bulk_create(
        (
            Mark(sheet=sheet, criterion=criterion, points=(n * 37 + k * 11) % 101)
            for n, sheet in enumerate(sheets)
            for k, criterion in enumerate(criteria)
        ),
        batch_size=10_000,
    )


def _applied(program: Program, applications: int) -> list[Application]:
    """One each of as many businesses, a second apart."""
    begun = clock.now() - 20 * clock.DAY
    return Application.objects.bulk_create(
        Application(
            program=program,
            merchant=business,
            state="submitted",
            district=business.district,
            submitted_at=begun + dt.timedelta(seconds=n),
        )
        for n, business in enumerate(Merchant.objects.order_by("pk")[:applications])
    )


def _evaluators(applications: int) -> list[User]:
    role = Group.objects.get(name=EVALUATOR)
    count = max(SHEETS_EACH, applications * SHEETS_EACH // _READS)
    people = User.objects.bulk_create(
        User(email=f"evaluator{n}@bench.example.com", name=f"Evaluator {n}", is_staff=True)
        for n in range(count)
    )
    for person in people:
        person.groups.add(role)
    return people


def requests(operator: dict[str, str]) -> dict[str, Request]:
    """Every page that shows 5,000 applications fifty at a time, and the list of the calls."""
    pk = Program.objects.values_list("pk", flat=True).get(slug=_SLUG)
    desk = f"/admin/selection/{pk}"
    return {
        "program list": Request("/programs/"),
        "call": Request(f"/programs/{_SLUG}/"),
        "selection": Request("/admin/selection/", operator),
        "overview": Request(f"{desk}/", operator),
        "conditions": Request(f"{desk}/eligibility/", operator),
        "evaluators": Request(f"{desk}/evaluators/", operator),
        "applications": Request(f"/admin/programs/application/?program__id__exact={pk}", operator),
    }


_NAMES = {
    "program list": f"program list, {CALLS} calls, p50",
    "call": f"program with {APPLICATIONS:,} applications, as everybody sees it, p50",
    "selection": f"selection desk, list, {APPLICATIONS:,} applications, p50",
    "overview": "… one program, p50",
    "conditions": "… check of conditions, page of 50, p50",
    "evaluators": "… evaluators, page of 50, p50",
    "applications": "… applications in the admin, page of 50, p50",
}


def queries(operator: dict[str, str]) -> dict[str, int]:
    """Of a second look."""
    client, counted = Client(), {}
    for name, request in requests(operator).items():
        client.cookies.clear()
        client.cookies.load(dict(request.cookies))
        client.get(request.path)
        with CaptureQueriesContext(connection) as found:
            client.get(request.path)
        counted[name] = len(found)
    return counted


def figures(rates: dict[tuple[str, int], list[float]], counted: dict[str, int]) -> list[Figure]:
    found = []
    for name, what in _NAMES.items():
        p50 = median(rates[f"{name} p50 ms", 1])
        found += [
            Figure(what, p50, " ms", bound=("≤", 60)),
            Figure("… queries", counted[name], "", bound=("≤", 10)),
        ]
    whole, asked = ranked()
    name = f"ranking of {APPLICATIONS:,} applications × {SHEETS_EACH} evaluators"
    lots, all_of_it = drawn()
    return [
        *found,
        Figure(name, median(whole), " s", bound=("≤", 2)),
        Figure("… of it in the database", median(asked), " s"),
        Figure(f"draw of {APPLICATIONS:,} lots, as anybody runs it", median(lots), " s"),
        Figure("… list, draw, results and messages, at the desk", all_of_it, " s", bound=("≤", 10)),
    ]


def drawn() -> tuple[list[float], float]:
    """Seconds of the published procedure alone, and once for all the desk does in its two steps,
    which is taken back."""
    program, alone = Program.objects.get(slug=_LOT), []
    receipts = list(program.applications.values_list("receipt", flat=True))
    seed = new_seed()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        assert len(in_order(seed, receipts)) == len(receipts)
        alone.append(time.perf_counter() - began)
    by = User.objects.get(email="evaluator0@bench.example.com")
    began = time.perf_counter()
    with transaction.atomic():
        lottery.freeze_list(program=program, by=by)
        announced = lottery.draw_lots(program=program, by=by)
        assert announced.results.count() == len(receipts)
        whole = time.perf_counter() - began
        transaction.set_rollback(True)
    return alone, whole


def ranked() -> tuple[list[float], list[float]]:
    """Seconds for the whole preview, as its page works it out; and for reading what it is
    worked out from."""
    program = Program.objects.get(slug=_SLUG)
    whole, asked = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        preview = selection_desk.preview(program)
        whole.append(time.perf_counter() - began)
        assert len(preview.lines) == program.applications.count()
        began = time.perf_counter()
        basis.of_program(program)
        asked.append(time.perf_counter() - began)
    return whole, asked
