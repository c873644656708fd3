"""Whether failed attempts can be counted, as allauth does in the cache.

It refuses what it cannot count, which is right and must stay so; but it says "too many", and
somebody who tried once should hear what is really the matter.
"""

from __future__ import annotations

import secrets

from allauth.core.internal import ratelimit
from django.core.cache import cache

_SECONDS = 5


def take_turns() -> None:
    """Wait for the counter of an address for as long as one who died with it may keep it.

    allauth waits a second and then refuses as "too many": on a busy machine, the third of a few
    people of one house who log in at the same moment.
    """
    ratelimit.CACHE_LOCK_WAIT_TIMEOUT = ratelimit.CACHE_LOCK_TIMEOUT


def can_be_counted() -> bool:
    """Whether the cache keeps what it is told: one that is away says nothing of it itself."""
    name, token = f"attempts:{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(name, token, _SECONDS)
    return bool(cache.get(name) == token)
