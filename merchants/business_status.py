"""What the National Tax Service says of a business number (사업자등록 상태조회).

``POST {base}/status?serviceKey=…`` with ``{"b_no": ["2208162517", …]}``, a hundred numbers at
most, answers ``{"status_code": "OK", "data": [{"b_no", "b_stt_cd", "tax_type", "tax_type_cd",
"end_dt", …}]}``: ``b_stt_cd`` 01 계속사업자, 02 휴업자, 03 폐업자; a number the office does not
know has empty codes and a sentence in ``tax_type`` (domain.md §3).

The look-up helps and never hinders. Without a key nobody is asked; whatever goes wrong out
there ends as ``unchecked``, within a few seconds, and people go on by the papers.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote

import httpx
import structlog
from django.conf import settings
from django.core.cache import cache

from center import clock
from merchants import business_number, outside
from merchants.models import BusinessStanding

BATCH = 100
_STANDINGS = {
    "01": BusinessStanding.ACTIVE,
    "02": BusinessStanding.PAUSED,
    "03": BusinessStanding.CLOSED,
}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class BusinessStatus:
    """One answer; ``checked_at`` is empty exactly while the standing is ``unchecked``."""

    number: str
    standing: BusinessStanding
    ended_on: dt.date | None = None
    checked_at: dt.datetime | None = None


def look_up(numbers: Iterable[str], *, seconds: float | None = None) -> dict[str, BusinessStatus]:
    """The status of each number, given as ten digits. Raises nothing and returns in time.

    ``seconds`` is how long the whole look-up may take; without it the setting for people who
    wait before a page. An answer is good for ``BUSINESS_STATUS_CACHE_HOURS``.
    """
    wanted = list(dict.fromkeys(numbers))
    found = _remembered(wanted)
    missing = [n for n in wanted if n not in found and business_number.is_valid(n)]
    if missing and is_on():
        fresh = _ask(missing, seconds or settings.BUSINESS_STATUS_SECONDS)
        _remember(fresh)
        found |= fresh
    return {n: found.get(n) or BusinessStatus(n, BusinessStanding.UNCHECKED) for n in wanted}


def is_on() -> bool:
    """Whether there is a key, and an address it may be sent to."""
    return bool(settings.BUSINESS_STATUS_KEY) and outside.is_safe(settings.BUSINESS_STATUS_URL)


# Remembering -------------------------------------------------------------------------------


def _key(number: str) -> str:
    return f"business-status:2:{number}"


def _remembered(numbers: Sequence[str]) -> dict[str, BusinessStatus]:
    """Answers that are still fresh by our own clock; the cache's expiry only tidies up."""
    stale = clock.now() - dt.timedelta(hours=settings.BUSINESS_STATUS_CACHE_HOURS)
    kept = cache.get_many([_key(number) for number in numbers]).values()
    answers = [BusinessStatus(**values) for values in kept]
    return {a.number: a for a in answers if a.checked_at is not None and a.checked_at > stale}


def _remember(answers: dict[str, BusinessStatus]) -> None:
    kept = {_key(number): asdict(answer) for number, answer in answers.items()}
    cache.set_many(kept, timeout=settings.BUSINESS_STATUS_CACHE_HOURS * 3600)


# Asking ------------------------------------------------------------------------------------


class _AddKey(httpx.AsyncBaseTransport):
    """Puts the key into the address below everything that logs, traces or raises it."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._below = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._below.handle_async_request(
            httpx.Request(
                request.method,
                request.url.copy_set_param("serviceKey", self._key),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        )

    async def aclose(self) -> None:
        await self._below.aclose()


def _ask(numbers: Sequence[str], seconds: float) -> dict[str, BusinessStatus]:
    """What the office answers within the time; a number without an answer is left out."""
    answers: dict[str, BusinessStatus] = {}
    try:
        outside.within(seconds, _ask_in_batches(numbers, seconds, answers))
    except Exception as error:  # the reason is for operators, the page goes on without
        _log.warning("business_status_unanswered", reason=type(error).__name__)
    return answers


async def _ask_in_batches(
    numbers: Sequence[str], seconds: float, answers: dict[str, BusinessStatus]
) -> None:
    # data.go.kr hands each key out twice, plain and percent-encoded; both are taken.
    transport = _AddKey(unquote(settings.BUSINESS_STATUS_KEY))
    async with outside.client(seconds=seconds, transport=transport) as client:
        for batch in batches(numbers):
            answers.update(await _answers(client, batch))


def batches(numbers: Sequence[str]) -> Iterable[list[str]]:
    """The numbers, as many at a time as the office takes."""
    rest = iter(numbers)
    while batch := list(itertools.islice(rest, BATCH)):
        yield batch


async def _answers(client: httpx.AsyncClient, batch: list[str]) -> dict[str, BusinessStatus]:
    """The answers for one batch; none, and a line in the log, if it failed."""
    try:
        url = f"{settings.BUSINESS_STATUS_URL.rstrip('/')}/status"
        body = await outside.post(client, url, json={"b_no": batch})
        return _read(body, asked=set(batch), now=clock.now())
    except (outside.NoAnswer, httpx.HTTPError) as error:
        reason = str(error) if isinstance(error, outside.NoAnswer) else type(error).__name__
        _log.warning("business_status_unanswered", numbers=len(batch), reason=reason)
        return {}


# Reading -----------------------------------------------------------------------------------


def _read(body: bytes, *, asked: set[str], now: dt.datetime) -> dict[str, BusinessStatus]:
    """The usable rows of an answer, by number; raises outside.NoAnswer if it is none at all."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise outside.NoAnswer("not JSON") from None
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise outside.NoAnswer("no data")
    read = (_status(row, now) for row in rows if isinstance(row, dict))
    return {status.number: status for status in read if status and status.number in asked}


def _status(row: dict[str, Any], now: dt.datetime) -> BusinessStatus | None:
    """One row; None where it does not say what the format promises."""
    number, code, tax_type = (_text(row.get(name)) for name in ("b_no", "b_stt_cd", "tax_type"))
    if number is None or code is None or tax_type is None:
        return None
    standing = _STANDINGS.get(code)
    if not code and tax_type and not row.get("tax_type_cd"):
        standing = BusinessStanding.UNREGISTERED
    if standing is None:
        return None
    return BusinessStatus(number, standing, _date(row.get("end_dt")), now)


def _text(value: object) -> str | None:
    """Short printable text; None for everything else."""
    if not isinstance(value, str):
        return None
    return "".join(c for c in value[:100] if c.isprintable()).strip()


def _date(value: object) -> dt.date | None:
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{8}", value)):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
