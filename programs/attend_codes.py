"""The codes of a session's screen: they change by themselves and are worth nothing soon after.

A code is made of the session, the time and the secret of the house; nothing is stored. The
one before still counts, for whoever read it as it changed. So a picture of the QR code sent
to somebody at home is refused ``2 × ATTENDANCE_QR_SECONDS`` later at the latest, a PIN after
``2 × ATTENDANCE_PIN_MINUTES``.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from programs.models import Session

_TOKEN_LENGTH, _PIN_DIGITS = 24, 6


def token(session: Session, now: dt.datetime) -> str:
    """What the QR code carries at ``now``."""
    return _token(session, _step(now, settings.ATTENDANCE_QR_SECONDS))


def is_fresh(session: Session, given: str, now: dt.datetime) -> bool:
    """Whether a token is that of ``now`` or the one just before."""
    step = _step(now, settings.ATTENDANCE_QR_SECONDS)
    return any(constant_time_compare(given, _token(session, s)) for s in (step, step - 1))


def pin(session: Session, now: dt.datetime) -> str:
    """Six digits, as the screen shows them at ``now``."""
    return _pin(session, _step(now, 60 * settings.ATTENDANCE_PIN_MINUTES))


def is_pin(session: Session, given: str, now: dt.datetime) -> bool:
    step = _step(now, 60 * settings.ATTENDANCE_PIN_MINUTES)
    return any(constant_time_compare(given, _pin(session, s)) for s in (step, step - 1))


def seconds_left(now: dt.datetime) -> float:
    """Until the QR code changes."""
    length = settings.ATTENDANCE_QR_SECONDS
    return float(length - now.timestamp() % length)


def _step(now: dt.datetime, seconds: int) -> int:
    return int(now.timestamp() // seconds)


def _token(session: Session, step: int) -> str:
    made = salted_hmac("programs.attend.qr", f"{session.pk}:{step}", algorithm="sha256")
    return made.hexdigest()[:_TOKEN_LENGTH]


def _pin(session: Session, step: int) -> str:
    made = salted_hmac("programs.attend.pin", f"{session.pk}:{step}", algorithm="sha256")
    return f"{int(made.hexdigest(), 16) % 10**_PIN_DIGITS:0{_PIN_DIGITS}}"
