"""Fixtures everybody may use. The clock of most tests stands at NOW."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client

from bookings.models import Resource
from center import clock, idle
from center.models import User
from merchants.models import Merchant
from tests import factories

#: a Monday, 10:41 in Korea; no holidays near
NOW = dt.datetime(2026, 11, 23, 10, 41, tzinfo=clock.KST)


@pytest.fixture(scope="session", autouse=True)
def _light_hashes() -> Iterator[None]:
    """Passwords by the same algorithm with the least effort: with its real one each log-in and
    each failed one computes for a quarter of a second over 100 MB."""
    with pytest.MonkeyPatch.context() as patch:
        for parameter, least in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, parameter, least)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_read_when_asked_for() -> Iterator[None]:
    """As in development. Otherwise each ``Client`` reads them all at its first request, which
    took a third of the computing of the tests of pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "WHITENOISE_AUTOREFRESH", True)
        yield


@pytest.fixture
def at_now() -> Iterator[time_machine.Traveller]:
    """Stops the clock at NOW; ``at_now.move_to`` sets it elsewhere."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    # A test marked django_db has the database without naming the fixture.
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        cache.clear()


@pytest.fixture
def papers_root(tmp_path: Path, settings: Any) -> Path:
    """The folder the storage of papers has in this test; there is nothing in it yet."""
    root = tmp_path / "papers"
    papers = settings.STORAGES["papers"]
    papers = {**papers, "OPTIONS": {**papers["OPTIONS"], "location": root}}
    settings.STORAGES = {**settings.STORAGES, "papers": papers}
    return root


@pytest.fixture
def house(db: None) -> None:
    factories.open_house()


@pytest.fixture
def studio(house: None) -> Resource:
    """One studio with one unit, open house, default rules."""
    return factories.studio()


@pytest.fixture
def owner(db: None) -> User:
    return factories.user()


@pytest.fixture
def merchant(owner: User) -> Merchant:
    """A verified business of ``owner``."""
    return factories.merchant(owner=owner)


@pytest.fixture
def owner_client(owner: User, merchant: Merchant) -> Client:
    return logged_in(owner)


@pytest.fixture
def other_client(db: None) -> Client:
    """The owner of another business."""
    other = factories.user()
    factories.merchant(owner=other)
    return logged_in(other)


@pytest.fixture
def staff_client(db: None) -> Client:
    return logged_in(factories.staff())


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    idle.stamp(session, person)  # as the log-in does; else the first request would
    session.save()
    return client


def kst(
    day: int, hour: int = 0, minute: int = 0, *, month: int = 11, year: int = 2026
) -> dt.datetime:
    """An instant on the Korean wall clock of the tests' year."""
    return dt.datetime(year, month, day, hour, minute, tzinfo=clock.KST)
