from __future__ import annotations

import threading
import time

import pytest

from bookings import turnstile


def test_turnstile_when_somebody_is_inside_then_the_next_waits() -> None:
    inside, seen = threading.Event(), []

    def rival() -> None:
        inside.wait(5)
        with turnstile.through(7):
            seen.append("rival")

    waiting = threading.Thread(target=rival)
    waiting.start()
    with turnstile.through(7):
        inside.set()
        time.sleep(0.1)
        seen.append("first")
    waiting.join(5)
    assert seen == ["first", "rival"]


def test_turnstile_for_another_space_then_nobody_waits() -> None:
    with turnstile.through(7), turnstile.through(8):
        pass


def test_turnstile_when_the_one_inside_stays_then_patience_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turnstile, "PATIENCE", 0.01)
    with turnstile.through(7), turnstile.through(7):
        pass
    with turnstile.through(7):  # what was never taken was not given back either
        assert turnstile._GATES[7].locked()
    assert not turnstile._GATES[7].locked()
