"""Road addresses (도로명주소) by a word, from the search of juso.go.kr.

``POST {url}`` with the form ``confmKey, keyword, currentPage, countPerPage, resultType=json``
answers ``{"results": {"common": {"errorCode": "0", …}, "juso": [{"roadAddr", "zipNo", "admCd",
"siNm", "sggNm", "bdNm", …}]}}``; the first five digits of ``admCd`` are the district. Codes
``E0005`` to ``E0013`` and ``E0015`` find fault with the keyword, all others with us.

Nobody depends on it: without a key it is off, and when it does not answer people type the
address. Key and keyword travel in the body, so that no log of addresses holds them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings

from center import clock
from merchants import outside, regions

#: how long a page waits at most
SECONDS = 3.0
_COUNT = 10
#: the service takes 40 Korean letters
_LONGEST = 40
#: as long as a business keeps its address
_ADDRESS_LENGTH = 200
_FAULTS_OF_KEYWORD = {f"E{code:04}" for code in (5, 6, 8, 9, 10, 11, 12, 13, 15)}
# The service refuses these words and takes callers who send them for intruders.
_SQL = r"(?:or|select|insert|delete|update|create|drop|exec|union|fetch|declare|truncate)"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class FoundAddress:
    """One address; the district is the code in force today, empty where there is none."""

    road_address: str
    postal_code: str
    district: str
    building: str

    @property
    def district_name(self) -> str:
        return regions.district_name(self.district)


@dataclass(frozen=True)
class Findings:
    """What a search brought.

    ``too_vague``: the keyword says too little to search for. ``unavailable``: the service did
    not answer. Neither: these are all, or the ten best.
    """

    addresses: tuple[FoundAddress, ...] = ()
    too_vague: bool = False
    unavailable: bool = False


def is_on() -> bool:
    """Whether there is a key, and an address it may be sent to."""
    return bool(settings.ADDRESS_SEARCH_KEY) and outside.is_safe(settings.ADDRESS_SEARCH_URL)


def search(keyword: str, *, seconds: float = SECONDS) -> Findings:
    """Addresses for a road and number, a place name or a building. Raises nothing.

    Returns within ``seconds``. What is not fit to be searched for is not sent.
    """
    keyword = clean(keyword)
    if len(keyword) < 2 or not re.search(r"[^\W\d]", keyword):
        return Findings(too_vague=True)
    if not is_on():
        return Findings(unavailable=True)
    found: list[Findings] = []
    try:
        outside.within(seconds, _ask(keyword, seconds, found))
    except Exception as error:  # the reason is for operators, people type the address
        reason = str(error) if isinstance(error, outside.NoAnswer) else type(error).__name__
        _log.warning("address_search_unanswered", reason=reason)
        return Findings(unavailable=True)
    return found[0]


def clean(keyword: str) -> str:
    """What may be sent: letters, digits and the signs of addresses, no word of SQL."""
    text = re.sub(r"[^\w\s.,()·-]|_", " ", keyword)
    text = re.sub(rf"\b{_SQL}\b", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"-{2,}", "-", text)
    return " ".join(text.split())[:_LONGEST].strip()


async def _ask(keyword: str, seconds: float, found: list[Findings]) -> None:
    asked = {
        "confmKey": settings.ADDRESS_SEARCH_KEY,
        "keyword": keyword,
        "currentPage": "1",
        "countPerPage": str(_COUNT),
        "resultType": "json",
    }
    async with outside.client(seconds=seconds) as client:
        body = await outside.post(client, settings.ADDRESS_SEARCH_URL, data=asked)
    found.append(_read(body))


# Reading -----------------------------------------------------------------------------------


def _read(body: bytes) -> Findings:
    """What the answer says; raises NoAnswer if it is none."""
    results = _results(body)
    common = results.get("common")
    code = common.get("errorCode") if isinstance(common, dict) else None
    if code in _FAULTS_OF_KEYWORD:
        return Findings(too_vague=True)
    if code != "0":
        raise outside.NoAnswer(f"code {_text(code, 10)}")
    rows = results.get("juso") or []
    if not isinstance(rows, list):
        raise outside.NoAnswer("no list")
    read = (_address(row) for row in rows[:_COUNT] if isinstance(row, dict))
    return Findings(tuple(address for address in read if address))


def _results(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise outside.NoAnswer("not JSON") from None
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, dict):
        raise outside.NoAnswer("no results")
    return results


def _address(row: dict[str, Any]) -> FoundAddress | None:
    """One row; None where it names no address."""
    road_address = _text(row.get("roadAddr"), _ADDRESS_LENGTH)
    if not road_address:
        return None
    postal_code = _text(row.get("zipNo"), 5)
    return FoundAddress(
        road_address=road_address,
        postal_code=postal_code if re.fullmatch(r"[0-9]{5}", postal_code) else "",
        district=regions.successor(_text(row.get("admCd"), 5), clock.today()) or "",
        building=_text(row.get("bdNm"), 80),
    )


def _text(value: object, length: int) -> str:
    """Short printable text; empty for everything else."""
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value if c.isprintable())[:length].strip()
