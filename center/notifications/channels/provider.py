"""Solapi, who carries text messages and 알림톡 for the house.

``POST {base}/messages/v4/send-many/detail`` takes messages, each with ``customFields`` of the
sender's own; ``GET {base}/messages/v4/list-old`` lists what it took. It has its own package,
of which the signature and the forms of requests are used. Its client is not: that waits as
long as bytes drip, tries again by itself and tells neither status nor ``Retry-After``, and
here must be known after a fixed time whether a message was taken, was not, or nobody can say.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from typing import Any

import httpx
from django.conf import settings
from solapi.lib.authenticator import Authenticator
from solapi.model.request.message import Message as Letter
from solapi.model.request.messages.get_messages import GetMessagesRequest
from solapi.model.request.send_message_request import SendMessageRequest

from center import clock
from center.notifications.channels.outcomes import Away, PermanentFailure, TemporaryFailure
from center.notifications.channels.retry_after import pause_asked_for

#: as the provider counts: on its way, or on the telephone; everything else has failed
UNDER_WAY, DELIVERED = frozenset({"2000", "3000"}), "4000"
#: a server that keeps silent is asked so often in a run and then left alone
_SILENCES = 2
#: for which one that says it is busy is left alone, whatever it says
_SHORTEST_PAUSE = dt.timedelta(seconds=1)
_MAX_BYTES = 256 * 1024
_LISTED = 100
#: answers about the house and not about the message; the house can mend that
_ABOUT_US = frozenset({401, 402, 403})
_CODES_ABOUT_US = frozenset({"NotEnoughBalance"})


def is_on() -> bool:
    """Whether the house has an account there and a number to send from."""
    return bool(settings.SOLAPI_API_KEY and settings.SOLAPI_API_SECRET and settings.SMS_SENDER)


class Provider:
    """One connection for one run of a worker."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx.AsyncClient | None = None
        self._silences = 0
        self._away: Away | None = None
        #: None: for the rest of the run
        self._away_until: dt.datetime | None = None

    def send(self, letter: Letter) -> str:
        """Hand one message over; returns its number there.

        Raises Away, PermanentFailure, or TemporaryFailure where nobody knows whether it was
        taken: then ``find`` tells, some time later.
        """
        request = SendMessageRequest(messages=[letter], show_message_list=True)
        body = request.model_dump(exclude_none=True, by_alias=True, exclude={"agent"})
        answer = self._ask("POST", "/messages/v4/send-many/detail", json=body)
        for row in _rows(answer.get("failedMessageList")):
            raise PermanentFailure(f"{row.get('statusCode')} {row.get('statusMessage')}")
        for row in _rows(answer.get("messageList")):
            if number := row.get("messageId"):
                return str(number)
        raise TemporaryFailure("an answer nobody can read")

    def find(self, *, reference: str, to: str, since: dt.datetime) -> str:
        """The number of a message that was taken with our reference and has not failed; empty
        if there is none. Raises TemporaryFailure where it cannot be known."""
        query = GetMessagesRequest(
            to=to,
            limit=_LISTED,
            start_date=(since - dt.timedelta(minutes=5)).isoformat(),
            end_date=(clock.now() + dt.timedelta(minutes=5)).isoformat(),
        )
        wanted = query.model_dump(exclude_none=True, by_alias=True)
        try:
            answer = self._ask("GET", "/messages/v4/list-old", params=wanted)
        except PermanentFailure as failure:
            raise TemporaryFailure(str(failure)) from failure
        found = answer.get("messageList")
        for row in _rows(list(found.values()) if isinstance(found, dict) else found):
            if _reference_in(row) == reference and has_not_failed(row.get("statusCode")):
                return str(row.get("messageId") or "")
        return ""

    def close(self) -> None:
        if self._loop is not None:
            loop, client, self._loop, self._client = self._loop, self._client, None, None
            if client is not None:
                loop.run_until_complete(client.aclose())
            loop.close()

    def _ask(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        if self._away is not None and not self._is_back():
            raise self._away
        try:
            answer = self._within_time(method, path, content)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._leave_alone(type(error).__name__) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise self._silence(error) from error
        if answer.status_code == httpx.codes.OK:
            return _read(answer.content)
        raise self._refusal(answer)

    def _within_time(self, method: str, path: str, content: dict[str, Any]) -> httpx.Response:
        """An event loop, because only cancelling ends every kind of waiting."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._client = httpx.AsyncClient(
                base_url=settings.SOLAPI_URL,
                timeout=settings.SOLAPI_SECONDS / 2,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            )
        work = self._fetch(method, path, content)
        return self._loop.run_until_complete(asyncio.wait_for(work, settings.SOLAPI_SECONDS))

    async def _fetch(self, method: str, path: str, content: dict[str, Any]) -> httpx.Response:
        signed = Authenticator(settings.SOLAPI_API_KEY, settings.SOLAPI_API_SECRET).get_auth_info()
        assert self._client is not None
        asked = self._client.stream(method, path, headers={"Authorization": signed}, **content)
        async with asked as response:
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise httpx.ReadError("too much")
        return httpx.Response(response.status_code, headers=response.headers, content=bytes(body))

    def _silence(self, error: Exception) -> TemporaryFailure:
        """Whether the message was taken, nobody knows. After the second silence the others of
        this run do not wait as long again."""
        self._silences += 1
        if self._silences >= _SILENCES:
            self._leave_alone(type(error).__name__)
        return TemporaryFailure(type(error).__name__)

    def _leave_alone(self, reason: str, pause: dt.timedelta | None = None) -> Away:
        if pause is not None:
            pause = max(pause, _SHORTEST_PAUSE)
        self._away = Away(reason, pause=pause)
        self._away_until = None if pause is None else clock.now() + pause
        return self._away

    def _is_back(self) -> bool:
        """By its own word; else only the next run asks."""
        return self._away_until is not None and clock.now() >= self._away_until

    def _refusal(self, answer: httpx.Response) -> Exception:
        status, code = answer.status_code, ""
        with contextlib.suppress(TemporaryFailure):  # an error page
            code = str(_read(answer.content).get("errorCode", ""))
        said = f"HTTP {status} {code}".strip()
        pause = pause_asked_for(answer.headers.get("Retry-After", ""))
        if status == httpx.codes.TOO_MANY_REQUESTS or (status == 503 and pause):
            return self._leave_alone(said, pause)
        if status in _ABOUT_US or code in _CODES_ABOUT_US:
            return self._leave_alone(said)
        final = 400 <= status < 500 and status != httpx.codes.REQUEST_TIMEOUT
        return PermanentFailure(said) if final else TemporaryFailure(said)


def has_not_failed(code: object) -> bool:
    return code == DELIVERED or code in UNDER_WAY


def _reference_in(row: dict[str, Any]) -> object:
    fields = row.get("customFields")
    return fields.get("reference") if isinstance(fields, dict) else None


def _rows(found: Any) -> list[dict[str, Any]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _read(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise TemporaryFailure("an answer nobody can read")
    return answer
