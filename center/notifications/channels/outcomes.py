"""How a delivery ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Receipt:
    """It was taken: under the provider's number, for that address."""

    provider_id: str = ""
    address: str = ""


class TemporaryFailure(Exception):
    """Not delivered, or nobody knows: to be tried again later."""


class Away(TemporaryFailure):
    """Nobody takes anything for the house at the moment, so nothing was tried: neither this
    message's fault nor one of its attempts. ``pause`` is how long it wants to be left alone,
    if it said so."""

    def __init__(self, reason: str, *, pause: dt.timedelta | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class PermanentFailure(Exception):
    """Refused for good: trying again would change nothing."""


class NotNow(Exception):
    """It is too late in the day; ``until`` is the moment from which it may go."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


class TooLate(Exception):
    """Whatever it tells of is over: nobody is served by it any more."""


class Unwanted(Exception):
    """The person does not want it any more."""
