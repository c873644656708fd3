"""Log-ins and businesses of the demo."""

from __future__ import annotations

import datetime as dt
import random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from center import clock, roles
from center.models import User
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR
from merchants import business_number, regions
from merchants.models import Membership, Merchant, MerchantKind, MerchantState

PASSWORD = "center-demo-1!"  # noqa: S105  (printed on the demo's own pages)
BUSINESSES = 300
LOAD_ACCOUNTS = 200

_FIRST = [
    "달구벌",
    "팔공",
    "수성",
    "금호",
    "비슬",
    "앞산",
    "서문",
    "칠성",
    "동성로",
    "반월당",
    "신천",
    "두류",
    "안동",
    "경주",
    "포항",
    "구미",
    "영천",
    "청도",
    "의성",
    "성주",
    "새벽",
    "햇살",
    "푸른",
    "정든",
    "오늘",
    "소담",
    "다온",
    "가람",
    "누리",
    "한결",
]
_SECOND = [
    "수제청",
    "떡방",
    "김치",
    "반찬",
    "공방",
    "의류",
    "가구",
    "조명",
    "공구",
    "전자",
    "꽃집",
    "베이커리",
    "커피",
    "양말",
    "도자기",
    "참기름",
    "사과농원",
    "한과",
    "안경",
    "주방용품",
    "문구",
    "화장품",
    "비누",
    "침구",
    "가방",
]
_SURNAMES = "김이박최정강조윤장임한오서신권황안송류홍"
_GIVEN = [
    "민준",
    "서연",
    "도윤",
    "지우",
    "하준",
    "서현",
    "은우",
    "수아",
    "지호",
    "지민",
    "현우",
    "예은",
    "준서",
    "유진",
    "영희",
    "철수",
    "미경",
    "상훈",
    "정숙",
    "병철",
]
_SECTIONS = "GGGGGGCCCCIIISSRPNMJFHA"
_AREAS = [
    "서문시장",
    "칠성종합시장",
    "신매시장",
    "동서시장",
    "서남신시장",
    "대구종합유통단지",
    "",
    "",
    "",
]


def build(rng: random.Random) -> None:
    """The named log-ins, 300 businesses, and 200 accounts for trying many at once."""
    # One hash for all: two hundred different ones would take a minute of nothing but hashing.
    password = make_password(PASSWORD)
    numbers = _numbers(rng)
    _staff(password)
    _businesses(rng, numbers, password)
    _load_accounts(rng, numbers, password)


def _staff(password: str) -> None:
    people = [
        ("staff@example.com", "이운영", OPERATOR, True),
        ("manager@example.com", "박센터장", MANAGER, True),
        ("official@example.com", "최주무관", OFFICIAL, False),
        ("evaluator@example.com", "정평가", EVALUATOR, False),
    ]
    for email, name, role, is_staff in people:
        user = User.objects.create(email=email, name=name, password=password)
        rights = roles.Rights(frozenset({role}), is_staff, is_active=True)
        roles.change(by=None, whom=user, to=rights, reason="시연용 계정")
    User.objects.create(email="newcomer@example.com", name="한새로", password=password)
    _verified_addresses()


def _businesses(rng: random.Random, numbers: list[str], password: str) -> None:
    names = list(dict.fromkeys(f"{a} {b}" for a in _FIRST for b in _SECOND))
    rng.shuffle(names)
    names.remove("달구벌 수제청")
    owner = User.objects.create(email="merchant@example.com", name="김달구", password=password)
    first = _merchant(rng, "달구벌 수제청", numbers.pop(), "27230", representative="김달구")
    others = [_merchant(rng, names[n], numbers.pop()) for n in range(BUSINESSES - 1)]
    Merchant.objects.bulk_create([first, *others])
    Membership.objects.create(merchant=first, user=owner, role=Membership.Role.OWNER)
    _verified_addresses()


def _load_accounts(rng: random.Random, numbers: list[str], password: str) -> None:
    users = User.objects.bulk_create(
        User(email=f"load{n:03}@example.com", name=f"시험 {n:03}", password=password)
        for n in range(1, LOAD_ACCOUNTS + 1)
    )
    merchants = Merchant.objects.bulk_create(
        _merchant(rng, f"시험 상점 {n:03}", numbers.pop()) for n in range(1, LOAD_ACCOUNTS + 1)
    )
    Membership.objects.bulk_create(
        Membership(merchant=merchant, user=user, role=Membership.Role.OWNER)
        for merchant, user in zip(merchants, users, strict=True)
    )
    _verified_addresses()


def _verified_addresses() -> None:
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in User.objects.filter(emailaddress=None)
    )


def _merchant(
    rng: random.Random, name: str, number: str, district: str = "", representative: str = ""
) -> Merchant:
    today = clock.today()
    return Merchant(
        name=name,
        number=number,
        kind=rng.choices([MerchantKind.INDIVIDUAL, MerchantKind.CORPORATION], [9, 1])[0],
        representative=representative or rng.choice(_SURNAMES) + rng.choice(_GIVEN),
        section=rng.choice(_SECTIONS),
        district=district or rng.choice(_districts()),
        market_area=rng.choice(_AREAS),
        founded_on=today - dt.timedelta(days=rng.randint(60, 9000)),
        women_owned=rng.random() < 0.42,
        youth_owned=rng.random() < 0.23,
        disabled_owned=rng.random() < 0.04,
        phone=f"010-{rng.randint(2000, 9999)}-{rng.randint(0, 9999):04}",
        state=MerchantState.VERIFIED,
        verified_until=_papers_end(today),
        created_at=clock.now() - dt.timedelta(days=rng.randint(400, 800)),
    )


def _papers_end(today: dt.date) -> dt.date:
    """Certificates of small merchants mostly end on 31 March (domain.md §1); never too soon."""
    end = dt.date(today.year + 1, 3, 31)
    return end if (end - today).days > 120 else dt.date(today.year + 2, 3, 31)


def _districts() -> list[str]:
    """Codes of Daegu (three times as likely) and Gyeongbuk in force today."""
    today = clock.today()
    codes = [d.code for d in regions.districts() if d.in_force(today)]
    return sorted(c for c in codes if c.startswith("27")) * 3 + sorted(
        c for c in codes if c.startswith("47")
    )


def _numbers(rng: random.Random) -> list[str]:
    """Valid business numbers, all different."""
    found: dict[str, None] = {}
    while len(found) < BUSINESSES + LOAD_ACCOUNTS:
        nine = f"{rng.choice([501, 502, 503, 504, 505, 506, 514])}{rng.randint(1, 79):02}{rng.randint(1, 9999):04}"
        found[nine + str(business_number.check_digit(nine))] = None
    return list(found)
