"""``python -m tests.journeys.rarities``: makes what the demo has none of, by the services, and
prints where it is seen: a JSON object of address templates and the values of their parts."""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import Any


def make() -> dict[str, list[Any]]:
    from bookings.models import DoorDevice, HolidayOverride, Resource, SpecialOpening
    from bookings.past_import import uploads as past_uses
    from center import clock, rights
    from center.models import RightsRequest, User
    from merchants.models import Membership, Merchant
    from merchants.register_import import uploads
    from merchants.services import members, register, suspend
    from programs.models import ConsultingRule, Product, ProductReview, Program, Session
    from programs.services import apply, calls, joint

    def person(name: str) -> User:
        return User.objects.get(email=f"{name}@example.com")

    def business(name: str) -> Merchant:
        return Merchant.objects.of_user(person(name).pk).get()

    owner, newcomer, manager = person("merchant"), person("newcomer"), person("manager")
    mine, today = business("merchant"), clock.today()
    space = Resource.objects.get(slug="studio")
    DoorDevice.objects.create(name="1층 입구", resource=space, created_by=manager)
    HolidayOverride.objects.create(date=today + 200 * clock.DAY, is_holiday=True, name="임시 휴일")
    SpecialOpening.objects.create(
        resource=space,
        date=today + 203 * clock.DAY,
        opens=dt.time(10),
        closes=dt.time(12),
        reason="행사",
    )
    ConsultingRule.objects.create(valid_from=today + 300 * clock.DAY)
    rights.ask(user=owner, kind=RightsRequest.Kind.ACCESS, text="기록을 보고 싶습니다.")

    call = Program.objects.filter(state="published", closes_at__gt=clock.now()).first()
    Program.objects.filter(pk=call.pk).update(is_joint=True, opens_at=clock.now() - clock.DAY)
    call.refresh_from_db()
    taught = Session.objects.filter(application=None).select_related("program").first()
    copy = calls.copy(program=taught.program, by=manager)
    draft = apply.begin(user=person("load192"), merchant=business("load192"), program=call)
    named = joint.name(application=draft, number=business("load191").number, by=person("load192"))
    invitation = members.invite(merchant=mine, email=newcomer.email, by=owner)
    other = business("load193")
    asked = members.ask_to_join(number=other.number, user=newcomer, note="함께 일합니다.")
    second = Membership.objects.create(merchant=other, user=person("applicant1"), role="member")
    suspension = suspend.suspend(
        merchant=business("load194"),
        ends=clock.now() + 30 * clock.DAY,
        reason="기물 파손",
        by=manager,
    )
    visitor = register.register_visitor(name="처음 온 가게", phone="010-1234-5678")
    register_file = "상호,사업자등록번호\n새 가게,220-81-62517\n".encode()
    upload = uploads.try_file(content=register_file, file_name="명부.csv", by=manager)
    uses_file = (
        "사업자등록번호,공간,이용일,시작,종료,결과\n"
        f"{mine.number},{space.name},2020-10-01,03:00,04:00,이용\n"
        f"{mine.number},없는 방,2020-10-01,03:00,04:00,이용\n"
    ).encode()
    uses = past_uses.try_file(content=uses_file, file_name="이용.csv", by=manager)
    product = Product.objects.filter(application__merchant=mine).first()
    ProductReview.objects.create(
        product=product, state="supplement", reason="사진을 더 올려 주십시오."
    )
    return {
        "merchants/invitations/<str:token>/": [members.token_of(invitation)],
        "joint/<slug:receipt>/": [draft.receipt],
        "joint/answers/<int:pk>/": [named.pk],
        "products/<int:pk>/": [product.pk],
        "spaces/<slug:slug>/series/": ["office"],
        "admin/programs/<int:pk>/sessions/repeat/": [copy.pk],
        "admin/visitors/<int:pk>/": [visitor.pk],
        "admin/merchants/merchant/<int:pk>/owner/<int:member_pk>/": [other.pk, second.pk],
        "admin/merchants/merchant/<int:pk>/requests/<int:request_pk>/": [other.pk, asked.pk],
        "admin/merchants/merchant/<int:pk>/suspensions/<int:suspension_pk>/lift/": [
            suspension.merchant_id,
            suspension.pk,
        ],
        "admin/merchants/merchant/import/<int:pk>/": [upload.pk],
        "admin/bookings/booking/import/<int:pk>/": [uses.pk],
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")
    import django

    django.setup()
    print(json.dumps(make()))
