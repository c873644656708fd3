from __future__ import annotations

import datetime as dt
import functools
import itertools
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from center.models import User
from center.permissions import OPERATOR
from merchants import business_number
from merchants.models import Membership, Merchant, MerchantKind, MerchantState

PASSWORD = "correct-horse-1!"
_count = itertools.count(1)


def user(**fields: Any) -> User:
    n = next(_count)
    values = {"email": f"person{n}@example.com", "name": f"사람 {n}", "password": _hash(), **fields}
    return User.objects.create(**values)


@functools.cache
def _hash() -> str:
    """The same for all; not made at import, before the tests have said how hard it is."""
    return make_password(PASSWORD)


def staff(role: str = OPERATOR, **fields: Any) -> User:
    """A member of staff with one role."""
    person = user(is_staff=True, **fields)
    person.groups.add(Group.objects.get_or_create(name=role)[0])
    return person


def number(n: int) -> str:
    """The n-th valid business number; below 10,000 they are the tests' own to name."""
    nine = str(504_010_000 + n)
    return nine + str(business_number.check_digit(nine))


def fresh_number() -> str:
    """A valid business number that no other business of this run has."""
    return number(10_000 + next(_count))


def merchant(*, owner: User | None = None, **fields: Any) -> Merchant:
    """A verified business with an owner."""
    n = next(_count)
    values = {
        "name": f"상점 {n}",
        "number": number(10_000 + n),
        "kind": MerchantKind.INDIVIDUAL,
        "representative": f"대표 {n}",
        "section": "G",
        "district": "27230",
        "state": MerchantState.VERIFIED,
        "verified_until": dt.date(2099, 3, 31),
        **fields,
    }
    business = Merchant.objects.create(**values)
    Membership.objects.create(merchant=business, user=owner or user(), role=Membership.Role.OWNER)
    return business
