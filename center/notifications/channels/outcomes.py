"""How a delivery ends."""

from __future__ import annotations

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
    message's fault nor one of its attempts."""


class PermanentFailure(Exception):
    """Refused for good: trying again would change nothing."""
