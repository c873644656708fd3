"""Programs of the demo: calls of each kind, open, to come and over, with their applicants."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import random
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from center import clock
from center.demo.calls import CALLS, TIES, Call
from center.demo.past import SEED
from center.demo.past_calls import PAST
from center.models import User
from merchants.models import Merchant, MerchantState
from programs.kinds import KINDS, Applicant
from programs.models import (
    Answer,
    Application,
    ApplicationState,
    Criterion,
    DistrictQuota,
    Picture,
    Product,
    ProductPhoto,
    Program,
    ProgramState,
    Question,
    QuestionKind,
    SelectionMode,
)
from programs.services import calls

_S = ApplicationState
_GOODS = [
    ("유자청 600g", 18_000, 14_900),
    ("들기름 300ml", 22_000, 18_500),
    ("사과즙 30포", 32_000, 27_000),
    ("수제 비누 4개", 16_000, 12_800),
    ("참기름 선물 세트", 45_000, 38_000),
]


def build() -> None:
    """Every call with its applicants; run again, those that are missing or ran out of open ones."""
    rng = random.Random(SEED)
    for call in [*CALLS, *PAST]:
        make(call, rng)
    _own("달구벌 수제청")


def keep_open() -> None:
    """A new round of each call of the list that was open when the demo was loaded and has
    closed since; everything, where the demo is older than programs."""
    if not Program.objects.exists():
        build()
        return
    rng, now = random.Random(SEED), clock.now()
    for call in CALLS:
        was_open = call.opens < 0 < call.closes
        if was_open and not Program.objects.open_at(now).filter(title=call.title).exists():
            make(call, rng)


def make(call: Call, rng: random.Random) -> None:
    """One call with its parts and its applicants."""
    program = _program(call)
    _parts(call, program)
    applicants = _applicants(call, rng)
    rows = [_application(call, program, n, business) for n, business in enumerate(applicants)]
    made = Application.objects.bulk_create(rows)
    _answers(program, made)
    if lists_products(program):
        _products(made, rng)


def lists_products(program: Program) -> bool:
    """By its kind, or by a question of its form."""
    asked = program.questions.filter(kind=QuestionKind.PRODUCTS)
    return program.the_kind.has_products or asked.exists()


def _program(call: Call) -> Program:
    today, now = clock.today(), clock.now()
    opens = clock.at(today + call.opens * clock.DAY, dt.time(9))
    runs = [today + days * clock.DAY for days in call.runs] if call.runs else [None, None]
    is_over = call.state == ProgramState.FINISHED
    return Program.objects.create(
        kind=call.kind,
        slug=calls.new_slug(call.kind, opens),
        title=call.title,
        title_en=call.title_en,
        summary=call.summary,
        summary_en=call.summary_en,
        body=call.body,
        state=call.state,
        opens_at=opens,
        closes_at=clock.at(today + call.closes * clock.DAY, dt.time(18)),
        results_on=today + call.results * clock.DAY if call.results else None,
        runs_from=runs[0],
        runs_until=runs[1],
        selection=call.selection or KINDS[call.kind].selection,
        quota=call.quota,
        reserve=call.reserve,
        districts=call.districts,
        once_a_year=call.once_a_year,
        repeat_percent=call.repeat_percent,
        most_months=call.most_months,
        tie_rules=TIES if call.criteria else [],
        partner=call.partner,
        contact="프로그램 담당 053-000-0000",
        created_by=User.objects.filter(email="staff@example.com").first(),
        created_at=opens - 3 * clock.DAY,
        published_at=min(now, opens - 2 * clock.DAY),
        announced_at=opens + 40 * clock.DAY if is_over else None,
        ended_at=now - 20 * clock.DAY if is_over else None,
    )


def _parts(call: Call, program: Program) -> None:
    names = ("kind", "label", "label_en", "help", "choices", "is_needed")
    Question.objects.bulk_create(
        Question(program=program, position=n, **dict(zip(names, row, strict=True)))
        for n, row in enumerate(call.questions, 1)
    )
    Criterion.objects.bulk_create(
        Criterion(
            program=program, position=n, name=name, name_en=english, explanation=why, weight=weight
        )
        for n, (name, english, why, weight) in enumerate(call.criteria, 1)
    )
    DistrictQuota.objects.bulk_create(
        DistrictQuota(program=program, district=code, places=places)
        for code, places in call.by_district.items()
    )


def _applicants(call: Call, rng: random.Random) -> list[Merchant]:
    """Verified businesses of the right district; not those people log in with."""
    rows = Merchant.objects.filter(state=MerchantState.VERIFIED, memberships=None)
    found = [m for m in rows.order_by("pk") if _fits(call, m)]
    if not call.by_district:
        return rng.sample(found, min(call.applied, len(found)))
    each = itertools.zip_longest(
        *([m for m in found if m.district == code][:10] for code in call.by_district)
    )
    return [m for m in itertools.chain.from_iterable(each) if m is not None][: call.applied]


def _fits(call: Call, merchant: Merchant) -> bool:
    return not call.districts or merchant.district.startswith(tuple(call.districts))


def _application(call: Call, program: Program, n: int, business: Merchant) -> Application:
    """The n-th to apply, evenly over the window as far as it has passed."""
    until = min(program.closes_at, clock.now())
    at = program.opens_at + (until - program.opens_at) * (n + 1) / (call.applied + 1)
    state = _state(call, program, n)
    row = Application(
        program=program,
        merchant=business,
        state=state,
        contact_phone=business.phone,
        district=business.district,
        submitted_at=at,
        changed_at=at,
        created_at=at - dt.timedelta(minutes=20),
        baseline_sales=3_000_000 + 450_000 * n if program.the_kind.asks_outcome else None,
    )
    if call.applied_for:
        row.applied_for = call.applied_for[n % len(call.applied_for)]
    elif program.the_kind.applicant == Applicant.SHOP:
        row.applied_for = f"{business.name} 본점"
    if state in _S.placed:
        row.place, row.decided_at = n + 1, at
    if state in {_S.COMPLETED, _S.NOT_COMPLETED}:
        row.ended_at = program.ended_at
    if state == _S.RESERVE:
        row.reserve_number = n + 1 - program.quota
    return row


def _state(call: Call, program: Program, n: int) -> ApplicationState:
    is_first_come = program.selection == SelectionMode.FIRST_COME
    if program.state == ProgramState.FINISHED:
        if n >= call.quota:
            return _S.NOT_SELECTED
        return _S.NOT_COMPLETED if n % 8 == 7 else _S.COMPLETED
    if not is_first_come:
        return _S.SUBMITTED
    return _S.SELECTED if n < call.quota else _S.RESERVE


def _answers(program: Program, applications: Sequence[Application]) -> None:
    said = {
        QuestionKind.TEXT: "온라인 판매를 늘리려고 합니다. 상품 사진과 설명을 새로 준비했습니다.",
        QuestionKind.LINE: "스마트스토어",
    }
    Answer.objects.bulk_create(
        Answer(
            application=row,
            question=question,
            value=question.choices[n % len(question.choices)]
            if question.kind == QuestionKind.CHOICE
            else said[QuestionKind(question.kind)],
        )
        for n, row in enumerate(applications)
        for question in program.questions.exclude(kind__in=QuestionKind.apart)
    )


def _products(applications: Sequence[Application], rng: random.Random) -> None:
    """One or two each, with a photo."""
    goods = Product.objects.bulk_create(
        Product(
            application=row,
            position=position,
            name=name,
            price=price,
            sale_price=sale,
            stock=rng.randint(5, 40) * 10,
            shipping_fee=3_000,
            origin="국내산",
            description="지역 농가와 함께 만듭니다.",
        )
        for row in applications
        for position, (name, price, sale) in enumerate(rng.sample(_GOODS, rng.randint(1, 2)), 1)
    )
    pictures = Picture.objects.bulk_create(
        Picture.of(jpeg) for jpeg, _ in zip(_jpegs(), goods, strict=False)
    )
    ProductPhoto.objects.bulk_create(
        ProductPhoto(product=product, picture=picture, position=1)
        for product, picture in zip(goods, pictures, strict=True)
    )


def _jpegs() -> Iterator[bytes]:
    """Jars of different colours, over and over."""
    colours = ["#d9822b", "#7a9e3f", "#b5403a", "#8a6fb0", "#3f7f9e"]
    return itertools.cycle([_jar(colour) for colour in colours])


def _jar(colour: str) -> bytes:
    image = Image.new("RGB", (600, 600), "#f4f1ea")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((190, 180, 410, 500), 30, fill=colour)
    draw.rectangle((210, 130, 390, 180), fill="#4a4a4a")
    draw.rectangle((215, 290, 385, 400), fill="#ffffff")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def _own(business: str) -> None:
    """What the demo's own business applied for: received, and asked for something."""
    merchant = Merchant.objects.get(name=business)
    person = merchant.memberships.select_related("user").get().user
    now = clock.now()
    common = {
        "merchant": merchant,
        "applied_by": person,
        "district": merchant.district,
        "contact_phone": merchant.phone,
        "baseline_sales": 4_200_000,
    }
    asked = Application.objects.create(
        program=Program.objects.get(title="SNS 마케팅 콘텐츠 제작 지원"),
        state=_S.SUPPLEMENT,
        supplement_note="최근 게시물 주소 세 개를 적어 주십시오.",
        supplement_until=now + 2 * clock.DAY,
        submitted_at=now - clock.DAY,
        changed_at=now - clock.DAY,
        **common,
    )
    _answers(asked.program, [asked])
    done = Application.objects.create(
        program=Program.objects.get(title="가을 수확 라이브커머스"),
        state=_S.NOT_SELECTED,
        reason="점수 순위가 모집 인원 밖입니다.",
        submitted_at=now - 100 * clock.DAY,
        decided_at=now - 90 * clock.DAY,
        **common,
    )
    _products([asked, done], random.Random(SEED))
