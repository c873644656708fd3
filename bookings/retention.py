"""What of the equipment desk is destroyed when its time is over (PIPA §21)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from bookings.models import Damage, DamageState, DeviceCard, HandOver, Photo, Training
from center import clock, retention
from center.retention import Rule


def _old_photos(at: dt.datetime) -> QuerySet[Photo]:
    """``PHOTO_KEEP_DAYS`` after they were taken; what is still out or not yet repaired keeps
    its photos, and so does the ledger, which shows no people."""
    until = at - settings.PHOTO_KEEP_DAYS * clock.DAY
    needed: tuple[QuerySet[Any, Any], ...] = (
        DeviceCard.objects.exclude(photo=None).values("photo"),
        HandOver.objects.out().exclude(out_photo=None).values("out_photo"),
        Damage.objects.filter(state=DamageState.OPEN).exclude(photo=None).values("photo"),
    )
    photos = Photo.objects.filter(taken_at__lt=until)
    for rows in needed:
        photos = photos.exclude(pk__in=rows.order_by())
    return photos


def _ended_trainings(at: dt.datetime) -> QuerySet[Training]:
    """``TRAINING_KEEP_YEARS`` after they ran out or were taken back."""
    until = clock.years_before(at, settings.TRAINING_KEEP_YEARS)
    ended = Q(valid_until__lt=clock.day_of(until)) | Q(revoked_at__lt=until)
    return Training.objects.filter(ended)


_OVER = "개인정보 보호법 제21조"

for rule in (
    Rule("photos_of_devices", "photo", f"{_OVER} (반납·수리 뒤 보관 기간 경과)", _old_photos),
    Rule("ended_trainings", "training", f"{_OVER} (유효기간 경과)", _ended_trainings),
):
    retention.register(rule)
