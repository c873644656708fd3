"""What Locust's people do: of ten visits seven look at a week, two choose a time, one books.

Run by ``tests.load`` in a process of its own (Locust replaces the sockets of its process).
``LOAD_PLAN`` names a JSON file with "weeks" (addresses), "times" (space, start and end) and
"accounts" (cookies), all of the database the server under test looks at; ``LOAD_STATISTICS`` the
file that says afterwards what each kind of request took, in milliseconds, ``LOAD_REQUESTS``, if
there is one, that which tells of each of them at once.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser, constant_pacing, events, task
from locust.env import Environment

PLAN = json.loads(Path(os.environ["LOAD_PLAN"]).read_text())
#: each takes an account of its own: two at once in one browser is another test's matter
_accounts = itertools.cycle(PLAN["accounts"])
_chance = random.Random(1)
#: in turn, whoever visits: the shares hold in a short run too
_visits = itertools.cycle(["week", "book", *["week"] * 3, "choice", *["week"] * 3, "choice"])
#: a time taken by somebody else meanwhile, or a limit of the business, is an answer, no fault
_ANSWERS = {200, 302, 409}


class Person(FastHttpUser):
    """One browser; ``LOAD_PACE`` seconds lie between the beginnings of two of its visits."""

    wait_time = constant_pacing(float(os.environ["LOAD_PACE"]))

    @task
    def visit(self) -> None:
        {"week": self._look_at_a_week, "choice": self._choose_a_time, "book": self._book}[
            next(_visits)
        ]()

    def _look_at_a_week(self) -> None:
        self._ask("GET", _chance.choice(PLAN["weeks"]), "week page")

    def _choose_a_time(self) -> None:
        time = _chance.choice(PLAN["times"])
        chosen = urlencode({"start": time["start"], "end": time["end"]})
        self._ask("GET", f"/spaces/{time['space']}/?{chosen}", "slot choice")

    def _book(self) -> None:
        """Held, confirmed, and given back, so that half an hour does not fill the house."""
        time, cookies = _chance.choice(PLAN["times"]), next(_accounts)
        entered = {"start": time["start"], "end": time["end"]}
        held = self._ask("POST", f"/spaces/{time['space']}/hold/", "hold", cookies, entered)
        if held is None:
            return
        confirmed = {"purpose": "신제품 사진 촬영", "headcount": "1", "pledge": "on"}
        booking = self._ask("POST", held, "confirm", cookies, confirmed)
        if booking is not None:
            self._ask("POST", f"{booking}cancel/", "cancel", cookies, {"reason": "schedule"})

    def _ask(
        self,
        method: str,
        path: str,
        name: str,
        cookies: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> str | None:
        """Where the answer leads to; ``None`` where it leads nowhere."""
        sent: dict[str, Any] = {"allow_redirects": False, "name": name, "catch_response": True}
        if cookies is not None and form is not None:
            sent["headers"] = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
            sent["data"] = form | {"csrfmiddlewaretoken": cookies["csrftoken"]}
        with self.client.request(method, path, **sent) as answer:
            if answer.status_code not in _ANSWERS:
                answer.failure(f"{answer.status_code}")
                return None
            if answer.status_code == 409:
                self.environment.events.request.fire(
                    request_type="", name="refused", response_time=0, response_length=0,
                    exception=None, context={},
                )  # fmt: skip
            answer.success()
            # Cookies of this answer are the account's, and the next visit is another's.
            self.client.cookiejar.clear()
            return answer.headers.get("Location")


@events.init.add_listener
def _tell_of_each(environment: Environment, **_more: Any) -> None:
    if not (name := os.environ.get("LOAD_REQUESTS")):
        return
    file = Path(name).open("a", buffering=1)  # noqa: SIM115 – until the process ends

    def told(
        name: str, response_time: float, exception: BaseException | None, **_more: Any
    ) -> None:
        if name != "refused":  # which was told of as a hold
            file.write(f"{time.monotonic():.3f} {int(exception is not None)} {response_time:.0f}\n")

    environment.events.request.add_listener(told)


@events.quitting.add_listener
def _write_statistics(environment: Environment, **_more: Any) -> None:
    written = {
        entry.name: {
            "number": entry.num_requests,
            "failed": entry.num_failures,
            "p50": entry.get_response_time_percentile(0.5),
            "p95": entry.get_response_time_percentile(0.95),
            "p99": entry.get_response_time_percentile(0.99),
            "slowest": entry.max_response_time,
        }
        for entry in environment.stats.entries.values()
    }
    failures = {f"{e.name}: {e.error}": e.occurrences for e in environment.stats.errors.values()}
    file = Path(os.environ["LOAD_STATISTICS"])
    file.write_text(json.dumps({"requests": written, "failures": failures}, ensure_ascii=False))
