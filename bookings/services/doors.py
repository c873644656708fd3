"""Tablets at doors: set up with a code, known by a token, heard of, revoked.

Neither code nor token is kept, only their hashes; both are drawn with far more bits than
anybody can try, so a plain hash serves.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.crypto import constant_time_compare

from bookings import entry_refusals as refusals
from bookings import references
from bookings.models import Booking, DoorDevice
from bookings.models.bookings import new_reference
from bookings.policies import MINUTE
from center import clock
from center.errors import RuleViolation
from center.models import User

CODE_MINUTES = 15
#: a tablet asks every 30 seconds; whoever was not heard of for longer could not reach us
SILENT = dt.timedelta(seconds=90)
#: how long after it is back a tablet may still tell of arrivals
TELLING = 15 * MINUTE
#: how long before the end of entry a tablet may have fallen silent to be waited for
PATIENCE = dt.timedelta(hours=2)


@transaction.atomic
def issue_code(*, device: DoorDevice) -> str:
    """A code that enrols one tablet as this door within fifteen minutes; an earlier one, and
    a tablet enrolled before, stop working once it is used.

    Raises RuleViolation ``door_revoked``.
    """
    device = _locked(device)
    if device.revoked_at is not None:
        raise RuleViolation(refusals.door_revoked())
    code = new_reference()
    device.code_hash = _hash(references.normal(code))
    device.code_expires_at = clock.now() + CODE_MINUTES * MINUTE
    device.save(update_fields=["code_hash", "code_expires_at"])
    return code


@transaction.atomic
def enrol(*, code: str) -> tuple[DoorDevice, str]:
    """The door of a code, and the token its tablet is known by from now on.

    Raises RuleViolation ``code_unknown``, whether it is wrong, used or over.
    """
    rows = DoorDevice.objects.select_for_update(no_key=True)
    device = rows.filter(code_hash=_hash(references.normal(code))).first()
    now = clock.now()
    if device is None or device.code_expires_at is None or device.code_expires_at <= now:
        raise RuleViolation(refusals.code_unknown())
    token = secrets.token_urlsafe(32)
    device.token_hash, device.enrolled_at = _hash(token), now
    device.code_hash = device.code_expires_at = None
    device.last_seen, device.silent_from, device.silent_until = now, None, None
    device.save(
        update_fields=[
            "token_hash",
            "enrolled_at",
            "code_hash",
            "code_expires_at",
            "last_seen",
            "silent_from",
            "silent_until",
        ]
    )
    return device, token


def device_of(pk: int, token: str) -> DoorDevice | None:
    """The door whose tablet holds the token; None for a revoked one and for a forgery."""
    device = DoorDevice.objects.select_related("resource").filter(pk=pk).first()
    if device is None or device.token_hash is None:
        return None
    return device if constant_time_compare(device.token_hash, _hash(token)) else None


def hear(*, device: DoorDevice) -> DoorDevice:
    """Note that a tablet is in touch; and, after a silence, since when it was not. A network
    that is back for a moment only does not end it, for the tablet could not tell all."""
    now = clock.now()
    if device.last_seen is not None and now - device.last_seen > SILENT:
        if not _was_back_for_a_moment(device, device.last_seen):
            device.silent_from = device.last_seen
        device.silent_until = now
    device.last_seen = now
    # Nobody may have revoked it meanwhile: only these columns are written.
    device.save(update_fields=["last_seen", "silent_from", "silent_until"])
    return device


def _was_back_for_a_moment(device: DoorDevice, until: dt.datetime) -> bool:
    """Of a tablet heard of ``until`` then: whether a silence had ended no longer before. One
    of hours is a tablet that was switched off, and ends all the same."""
    if device.silent_from is None or device.silent_until is None:
        return False
    return until - device.silent_until <= SILENT and until - device.silent_from <= PATIENCE


def arrival(device: DoorDevice, waited: dt.timedelta) -> dt.datetime | None:
    """When somebody came whose number waited that long on a tablet out of touch; None where
    it was in touch then, so that nobody comes in time by saying so."""
    now = clock.now()
    if device.silent_until is None or now - device.silent_until > TELLING:
        return None
    came = now - waited
    return came if device.was_silent_at(came) else None


@transaction.atomic
def revoke(*, device: DoorDevice, by: User) -> DoorDevice:
    """Make a tablet and an open code worthless at once, for good. Twice changes nothing."""
    device = _locked(device)
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = clock.now(), by
        device.token_hash = device.code_hash = device.code_expires_at = None
        device.save(
            update_fields=[
                "revoked_at",
                "revoked_by",
                "token_hash",
                "code_hash",
                "code_expires_at",
            ]
        )
    return device


def enrolled() -> list[DoorDevice]:
    """Every tablet that lets people in."""
    return list(DoorDevice.objects.filter(token_hash__isnull=False, last_seen__isnull=False))


def may_have_come(
    booking: Booking, closes: dt.datetime, now: dt.datetime, doors: Iterable[DoorDevice]
) -> bool:
    """Whether somebody may have come to a door that could not tell us yet. It is waited for
    until the booking ends, no longer."""
    if now >= booking.ends:
        return False
    return any(door.serves(booking) and _unheard(door, closes, now) for door in doors)


def _unheard(door: DoorDevice, closes: dt.datetime, now: dt.datetime) -> bool:
    """Not heard of since entry ended, or back just now and still telling. A tablet that was
    away for hours before is switched off, not cut off."""
    assert door.last_seen is not None
    if closes - PATIENCE <= door.last_seen < closes:
        return True
    if door.silent_from is None or door.silent_until is None:
        return False
    just_back = now - door.silent_until <= SILENT
    return just_back and closes - PATIENCE <= door.silent_from < closes


def _locked(device: DoorDevice) -> DoorDevice:
    return DoorDevice.objects.select_for_update(no_key=True, of=("self",)).get(pk=device.pk)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
