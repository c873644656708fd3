"""Businesses to be found by telephone or address, however they were written."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, QuerySet, TextField, Value

from merchants import likeness
from merchants.models import Merchant


def with_plain_contacts(businesses: QuerySet[Merchant]) -> QuerySet[Any]:
    """With ``plain_phone`` and ``plain_address``, free of what people write differently."""
    return businesses.annotate(
        plain_phone=_without("phone", likeness.PHONE_NOISE),
        plain_address=_without("address", likeness.ADDRESS_NOISE),
    )


def _without(field: str, noise: str) -> Func:
    return Func(
        F(field),
        Value(noise),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
