"""What came of the demo's programs: schemes of the press release that are over, broadcasts with
what they sold, figures asked for afterwards, consultations, the directory of partners."""

from __future__ import annotations

import datetime as dt
import random

from django.db.models import Max

from center import clock
from center.demo import calls as words
from center.demo import programs
from center.demo.calls import Call
from center.demo.past import SEED
from center.models import User
from merchants.models import Merchant, MerchantState
from programs.models import (
    Application,
    ApplicationState,
    Broadcast,
    Consultant,
    ConsultantHours,
    Consultation,
    ConsultationWay,
    ConsultationWish,
    ConsultingField,
    Outcome,
    OutcomeFlag,
    OutcomeSource,
    OutcomeStage,
    OutcomeState,
    Partner,
    Product,
    ProductResult,
    Program,
    Satisfaction,
    Session,
    SessionKind,
    SessionState,
    Use,
)
from programs.services import consulting, consulting_log
from programs.services.consulting import Place
from programs.services.consulting_log import Log

#: 스마트슈퍼: thirty shops, ten each of Suseong, Dalseo and Dalseong
SHOPS = Call(
    "smart_shop",
    "스마트슈퍼 육성사업 1차",
    "Smart neighbourhood shops, first round",
    "무인 계산대와 출입 인증 장치를 갖춘 점포 30곳. 수성구, 달서구, 달성군 각 10곳.",
    "Thirty shops with unattended tills and entry.",
    "<p>점포마다 무인 계산대, 출입 인증 장치, 보안 설비를 지원했습니다.</p>",
    -210,
    -190,
    30,
    applied=30,
    runs=(-160, -40),
    state="finished",
    districts=["27260", "27290", "27710"],
    by_district={"27260": 10, "27290": 10, "27710": 10},
)
#: 스마트 시범상가: the nine streets and markets
STREETS = Call(
    "smart_street",
    "스마트 시범상가 구축사업 1차",
    "Smart shopping streets, first round",
    "골목상권과 시장 아홉 곳에 스마트오더, 키오스크, 스마트미러를 들였습니다.",
    "Smart orders, kiosks and mirrors for nine streets.",
    "<p>상인회가 상인 한 분의 사업체로 신청했습니다.</p>",
    -230,
    -200,
    9,
    applied=9,
    runs=(-180, -60),
    state="finished",
    districts=["27"],
    applied_for=words.STREETS,
)
_OFFERS = [
    ("사과와 배를 제철에 대량으로 드릴 수 있습니다.", "선물 세트를 함께 꾸밀 곳을 찾습니다."),
    ("떡과 한과를 소량으로도 포장해 드립니다.", "라이브 방송을 함께할 식품 업체를 찾습니다."),
    ("제품 사진을 찍을 작은 촬영실이 있습니다.", ""),
    ("전통 문양 보자기와 포장재를 만듭니다.", "명절 선물을 준비하는 곳을 찾습니다."),
    ("참기름과 들기름을 직접 짭니다.", "반찬 가게와 함께 꾸러미를 팔고 싶습니다."),
]
_SPAN = dt.timedelta(hours=1)
_LOG = Log(
    "하루 방문자는 80명이나 구매 전환이 1 %에 못 미칩니다. 대표 사진이 실내등 아래에서 찍혀 있습니다.",
    "창가에서 오전 빛으로 다시 찍고, 첫 화면에 용량과 쓰임을 세 줄로 적도록 안내했습니다.\n후기를 사진과 함께 위로 올렸습니다.",
    "두 주 동안 전환율을 적어 두고, 다음 상담에서 광고 문구를 함께 고칩니다.",
)


def build(own: str) -> None:
    """Everything; for a demo whose programs are there."""
    rng = random.Random(SEED)
    for call in (SHOPS, STREETS):
        programs.make(call, rng)
    _broadcasts(Program.objects.get(title="가을 수확 라이브커머스"), rng)
    for program in Program.objects.filter(state="finished", runs_until__lt=clock.today()):
        _figures(program, rng)
    _consultations(Merchant.objects.get(name=own))
    _partners()


def _broadcasts(program: Program, rng: random.Random) -> None:
    """An hour of each participant, one after the other, with what its products sold."""
    rows = list(program.applications.taking_part().prefetch_related("products"))
    first = clock.at(program.runs_from or clock.today(), dt.time(14))
    days = [first + n * 2 * clock.DAY for n in range(len(rows))]
    pairs = list(zip(rows, days, strict=True))
    Session.objects.bulk_create(_on_air(program, row, starts) for row, starts in pairs)
    made = Broadcast.objects.bulk_create(_seen(row, starts, rng) for row, starts in pairs)
    program_products = Product.objects.filter(application__in=rows)
    program_products.update(is_chosen=True)
    ProductResult.objects.bulk_create(
        _sold(broadcast, product, rng)
        for broadcast, row in zip(made, rows, strict=True)
        for product in row.products.all()
    )


def _on_air(program: Program, row: Application, starts: dt.datetime) -> Session:
    return Session(
        program=program,
        application=row,
        merchant_id=row.merchant_id,
        kind=SessionKind.BROADCAST,
        title=f"방송 – {row.merchant.name}",
        starts=starts,
        ends=starts + _SPAN,
        state=SessionState.HELD,
    )


def _seen(row: Application, starts: dt.datetime, rng: random.Random) -> Broadcast:
    return Broadcast(
        application=row,
        platform="네이버 쇼핑라이브",
        host="박지현",
        viewers=rng.randint(40, 900) * 10,
        likes=rng.randint(100, 5_000),
        entered_at=starts + clock.DAY,
    )


def _sold(broadcast: Broadcast, product: Product, rng: random.Random) -> ProductResult:
    orders, price = rng.randint(3, 60), product.sale_price or product.price or 0
    return ProductResult(broadcast=broadcast, product=product, orders=orders, sales=orders * price)


def _figures(program: Program, rng: random.Random) -> None:
    """Stages whose day has come: most answered, some missing; opinions of most."""
    rows = list(program.applications.taking_part().select_related("program"))
    unlearned = ApplicationState.NOT_COMPLETED if program.the_kind.asks_use else None
    asked = [row for row in rows if row.state != unlearned]
    if asked and program.the_kind.asks_afterwards and program.runs_until:
        for stage in map(OutcomeStage, program.the_kind.stages):
            day = program.runs_until + stage * clock.DAY
            if day <= clock.today():
                _stage(asked, stage, program.runs_until, clock.at(day, dt.time(9, 40)), rng)
    Satisfaction.objects.bulk_create(
        Satisfaction(
            application=row,
            content=rng.choice([3, 4, 4, 5, 5]),
            conduct=rng.choice([4, 4, 5]),
            usefulness=rng.choice([3, 4, 5]),
            text=rng.choice(["", "", "다음에도 참여하고 싶습니다."]),
            at=min(clock.now(), _noon(program) + 2 * clock.DAY),
        )
        for row in rows
        if rng.random() < 0.7
    )


def _noon(program: Program) -> dt.datetime:
    """Of the last day."""
    return clock.at(program.runs_until or clock.today(), dt.time(12))


def _stage(
    rows: list[Application],
    stage: OutcomeStage,
    ended_on: dt.date,
    asked_at: dt.datetime,
    rng: random.Random,
) -> None:
    """A fifth never answers, where asking again is over by now."""
    over = asked_at + 15 * clock.DAY < clock.now()
    made = []
    for row in rows:
        outcome = Outcome(application=row, stage=stage, ended_on=ended_on)
        outcome.asked_at = outcome.told_at = asked_at
        if rng.random() < 0.8:
            outcome.state, outcome.source = OutcomeState.ANSWERED, OutcomeSource.FORM
            _say(outcome, row, rng)
            outcome.answered_at = asked_at + rng.randint(1, 4) * clock.DAY
            outcome.answered_at = min(clock.now(), outcome.answered_at)
        elif over:
            outcome.state, outcome.chases = OutcomeState.MISSING, 2
        made.append(outcome)
    _stand_out(made[0])
    Outcome.objects.bulk_create(made)


def _say(outcome: Outcome, row: Application, rng: random.Random) -> None:
    """What the kind of its program asks for."""
    if row.program.the_kind.asks_use:
        outcome.use = rng.choice([Use.YES, Use.YES, Use.PARTLY, Use.NOT_YET])
    if row.program.the_kind.asks_outcome:
        before = (row.baseline_sales or 3_000_000) * outcome.stage / 90
        outcome.sales = int(before * rng.uniform(0.8, 1.9))
        outcome.orders = outcome.sales // 24_000 + 1


def _stand_out(outcome: Outcome) -> None:
    """One answer that staff have to look at: a nought too many."""
    if outcome.sales is not None and outcome.stage == OutcomeStage.WEEK:
        outcome.sales, outcome.flags = outcome.sales * 20, [OutcomeFlag.BASELINE]


def _consultations(own: Merchant) -> None:
    """A consultant; of the demo's own business one consultation with its report, and two of
    others that wait."""
    staff = User.objects.get(email="staff@example.com")
    one = User.objects.get(email="evaluator@example.com")
    consultant = _consultant(one, [ConsultingField.PAGE, ConsultingField.MARKETING])
    place = own_place(own)
    closed = consulting.request(
        application=place,
        by=own.memberships.get().user,
        field=ConsultingField.PAGE,
        way=ConsultationWay.VISIT,
        question="상세페이지 사진이 어두워 구매로 이어지지 않습니다. 어떻게 고치면 좋을지 궁금합니다.",
        wishes=_days_ahead(),
    )
    starts = clock.at(_workday(clock.today() - 10 * clock.DAY), dt.time(14))
    where = Place(text=own.address or "사업장")
    consulting.assign(
        consultation=closed, consultant=consultant, starts=starts, place=where, by=staff
    )
    consulting_log.close(consultation=closed, log=_LOG, by=one)
    _waiting(place)


def _waiting(place: Application) -> None:
    """Two others ask, and wait to be arranged."""
    others = place.program.applications.taking_part().exclude(pk=place.pk)
    for n, row in enumerate(others.order_by("pk")[:2]):
        made = Consultation.objects.create(
            application=row,
            merchant=row.merchant,
            field=ConsultingField.MARKETING,
            way=ConsultationWay.HERE,
            question="검색 광고를 처음 해 보려고 합니다. 무엇부터 하면 좋을까요?",
            requested_at=clock.now() - (n + 1) * clock.DAY,
        )
        ConsultationWish.objects.bulk_create(
            ConsultationWish(
                consultation=made, position=position, starts=starts, ends=starts + _SPAN
            )
            for position, starts in enumerate(_days_ahead(), 1)
        )


def own_place(own: Merchant) -> Application:
    """A place of the business in the consulting that runs."""
    program = Program.objects.get(title="디지털커머스 1:1 종합컨설팅")
    last = program.applications.aggregate(last=Max("place"))["last"] or 0
    return Application.objects.create(
        program=program,
        merchant=own,
        applied_by=own.memberships.get().user,
        state=ApplicationState.SELECTED,
        place=last + 1,
        district=own.district,
        contact_phone=own.phone,
        baseline_sales=4_200_000,
        created_at=clock.now() - 21 * clock.DAY,
        submitted_at=clock.now() - 20 * clock.DAY,
    )


def _consultant(person: User, fields: list[ConsultingField]) -> Consultant:
    made = Consultant.objects.create(
        user=person, fields=fields, introduction="온라인 판매 10년, 상세페이지와 광고를 봅니다."
    )
    ConsultantHours.objects.bulk_create(
        ConsultantHours(consultant=made, weekday=day, opens=dt.time(9), closes=dt.time(18))
        for day in range(5)
    )
    return made


def _days_ahead() -> list[dt.datetime]:
    """Three hours on working days, the first of them a week ahead."""
    day = _workday(clock.today() + 7 * clock.DAY)
    return [clock.at(day, dt.time(hour)) for hour in (10, 14, 16)]


def _workday(day: dt.date) -> dt.date:
    while day.weekday() > 4:
        day += clock.DAY
    return day


def _partners() -> None:
    rows = Merchant.objects.filter(state=MerchantState.VERIFIED, memberships=None).order_by("pk")
    Partner.objects.bulk_create(
        Partner(merchant=merchant, offers=offers, looks_for=looks_for, joined_at=clock.now())
        for merchant, (offers, looks_for) in zip(rows[40:], _OFFERS, strict=False)
    )
