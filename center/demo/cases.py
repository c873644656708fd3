"""What waits for staff in the demo: registrations, one of them overdue, one submitted again, a
change after verification, and a business the tax office lists as closed."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from center import clock
from center.demo import papers
from center.demo.people import PASSWORD
from center.models import User
from merchants import business_number
from merchants.models import (
    BusinessStanding,
    Membership,
    Merchant,
    MerchantKind,
    MerchantState,
)
from merchants.services.review import decision_due

_HOUR = dt.timedelta(hours=1)
#: trade name, representative, street, section, telephone, begun so many hours ago
_REGISTRATIONS = [
    ("칠성 아침떡방", "오늘봄", "대구광역시 북구 칠성시장로 28", "C", "053-000-1101", 1),
    ("㈜동성로 안경공방", "권하늘", "대구광역시 중구 동성로 45", "G", "053-000-1102", 26),
    ("수성 다온커피", "서다온", "대구광역시 수성구 수성로 300", "I", "010-0000-1103", 200),
]
_AGAIN = ("앞산 도자기공방", "배도윤", "대구광역시 남구 앞산순환로 512", "R", "010-0000-1104", 5)
_DISTRICTS = {"북구": "27230", "중구": "27110", "수성구": "27260", "남구": "27200"}


def build() -> None:
    """After the bookings of the past: nobody here has any."""
    _named_business()
    for n, row in enumerate(_REGISTRATIONS, 1):
        papers.hand_in(
            _registration(n, *row), valid_until=_march(), checked_at=None, sideways=n == 2
        )
    _submitted_again()
    verified = Merchant.objects.filter(state=MerchantState.VERIFIED, memberships=None)
    changed, closed = verified.order_by("pk")[:2]
    _changed(changed)
    _closed(closed)


def _named_business() -> None:
    """The papers behind ``merchant@example.com``."""
    merchant = Merchant.objects.get(memberships__user__email="merchant@example.com")
    until = merchant.verified_until or _march()
    papers.hand_in(merchant, valid_until=until, checked_at=merchant.created_at)


def _registration(
    n: int, name: str, representative: str, address: str, section: str, phone: str, hours: int
) -> Merchant:
    submitted = clock.now() - hours * _HOUR
    nine = f"50888{n:04}"
    merchant = Merchant.objects.create(
        name=name,
        number=nine + str(business_number.check_digit(nine)),
        kind=MerchantKind.CORPORATION if name.startswith("㈜") else MerchantKind.INDIVIDUAL,
        representative=representative,
        section=section,
        district=_DISTRICTS[address.split()[1]],
        address=address,
        founded_on=dt.date(2019, 3, n + 1),
        phone=phone,
        state=MerchantState.SUBMITTED,
        created_at=submitted - _HOUR,
        submitted_at=submitted,
        decide_until=decision_due(submitted),
        business_status=BusinessStanding.ACTIVE,
        status_checked_at=submitted,
    )
    _owned(merchant, f"applicant{n}@example.com")
    return merchant


def _owned(merchant: Merchant, email: str) -> None:
    owner = User.objects.create(
        email=email, name=merchant.representative, password=make_password(PASSWORD)
    )
    EmailAddress.objects.create(user=owner, email=email, verified=True, primary=True)
    Membership.objects.create(merchant=merchant, user=owner, role=Membership.Role.OWNER)


def _submitted_again() -> None:
    """Returned two days ago because the representative differed from the certificate."""
    merchant = _registration(len(_REGISTRATIONS) + 1, *_AGAIN)
    staff = User.objects.get(email="staff@example.com")
    wrong, right = "배도훈", merchant.representative
    merchant.representative, merchant.decided_by = wrong, staff
    merchant.decided_at = clock.now() - 2 * clock.DAY
    merchant.state = MerchantState.RETURNED
    merchant.return_reasons, merchant.return_note = ["differs"], "대표자 이름이 등록증과 다릅니다."
    merchant.save()
    merchant.representative, merchant.state = right, MerchantState.SUBMITTED
    merchant.save()
    papers.hand_in(merchant, valid_until=_march(), checked_at=None)


def _changed(merchant: Merchant) -> None:
    """It moved after it was verified; its papers were checked long ago."""
    until = merchant.verified_until or _march()
    papers.hand_in(merchant, valid_until=until, checked_at=merchant.created_at)
    merchant.address = f"{merchant.district_name} 새로운길 12"
    merchant.review_asked_at = clock.now() - 3 * _HOUR
    merchant.revision += 1
    merchant.save()


def _closed(merchant: Merchant) -> None:
    until = merchant.verified_until or _march()
    papers.hand_in(merchant, valid_until=until, checked_at=merchant.created_at)
    merchant.business_status = BusinessStanding.CLOSED
    merchant.status_checked_at = clock.now() - 4 * _HOUR
    merchant.business_ended_on = clock.today() - 40 * clock.DAY
    merchant.save()


def _march() -> dt.date:
    """The next 31 March, on which certificates mostly end (domain.md §1)."""
    return dt.date(clock.today().year + 1, 3, 31)
