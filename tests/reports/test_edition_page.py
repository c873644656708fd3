"""The page of a period and its files: who may, what they get."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from bookings.models import Resource
from center import heavy, periods
from center.figures import registry
from center.models import AccessRecord
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR
from center.reports.files import FORMATS
from center.reports.models import Compiling, CompilingState, Edition, Step
from center.reports.services import comparing
from tests import factories
from tests.conftest import logged_in
from tests.reports.test_freezing import frozen, used

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]
PAGE = "/reports/2026-10/"
ADDRESSES = [
    PAGE,
    "/reports/2026-q3/",
    "/reports/2026-10/v1.csv",
    "/reports/2026-10/v1.json",
    "/reports/2026-10/progress/",
    "/reports/2026-10/v1/charts/usage_by_category.svg",
    "/reports/2026-11/preliminary.csv",
]


@pytest.fixture(autouse=True)
def _one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})


def person(role: str) -> Client:
    if role in (OPERATOR, MANAGER):
        return logged_in(factories.staff(role))
    user = factories.user()
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return logged_in(user)


@pytest.fixture
def edition(studio: Resource) -> Edition:
    """Three uses of the recording room among more of others."""
    used(studio, *(dt.date(2026, 10, day) for day in (1, 2, 6, 7, 8, 13, 14, 15, 16, 20)))
    used(factories.resource("recording"), *(dt.date(2026, 10, day) for day in (1, 2, 6)))
    for category, last in (("conference", 15), ("office_seat", 16)):
        days = [day for day in range(6, last) if day != 9]
        used(factories.resource(category), *(dt.date(2026, 10, day) for day in days))
    return frozen()


@pytest.mark.parametrize("address", ADDRESSES)
def test_report_when_merchant_or_evaluator_or_nobody_then_is_kept_away(
    edition, owner_client, client, address
):
    assert owner_client.get(address).status_code == 403
    assert person(EVALUATOR).get(address).status_code == 403
    answer = client.get(address)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize("role", [OFFICIAL, OPERATOR, MANAGER])
@pytest.mark.parametrize("address", ADDRESSES[:1] + ADDRESSES[2:5])
def test_report_when_official_or_staff_then_is_shown(edition, role, address):
    assert person(role).get(address).status_code == 200


def test_report_when_official_then_small_numbers_are_hidden_and_staff_see_them(edition):
    cells = {role: uses_of(person(role).get(PAGE), "녹음실") for role in (OFFICIAL, OPERATOR)}
    assert cells == {OPERATOR: "3", OFFICIAL: "X"}
    assert "내부용" not in person(OFFICIAL).get(PAGE).content.decode()


def uses_of(answer: Any, name: str) -> str:
    section = answer.context["outline"].sections[0]
    line = next(each for each in section.lines if each.name == name)
    at = [column.key for column in section.columns].index("bookings.uses")
    return line.values[at].text


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_file_when_asked_twice_then_is_the_same_and_named_for_the_office(edition, extension):
    reader = person(OFFICIAL)
    first, second = (reader.get(f"/reports/2026-10/v1.{extension}") for _ in range(2))
    assert first.content == second.content
    assert first["Content-Type"] == FORMATS[extension].content_type
    named = unquote(first["Content-Disposition"])
    assert f"filename*=utf-8''대구_디지털커머스_실적보고_2026-10_v1.{extension}" in named


def test_json_when_checked_then_the_digest_on_page_and_files_is_of_its_bytes(edition):
    reader = person(OFFICIAL)
    answer = reader.get("/reports/2026-10/v1.json")
    assert hashlib.sha256(answer.content).hexdigest() == edition.public_digest
    assert edition.public_digest in reader.get("/reports/2026-10/v1.csv").content.decode()
    assert reverse("report_json", args=["2026-10", "v1"]) in reader.get(PAGE).content.decode()
    assert b'"X"' in answer.content
    assert reader.get("/reports/2026-10/v2.json").status_code == 404
    assert reader.get("/reports/2026-11/preliminary.json").status_code == 404


def test_file_when_asked_in_cp949_then_is_in_cp949(edition):
    address = "/reports/2026-10/v1.csv?encoding=cp949"
    with heavy.heavy_work(), heavy.heavy_work():
        assert person(OFFICIAL).get(address).status_code == 429
    answer = person(OFFICIAL).get(address)
    assert answer["Content-Type"] == "text/csv; charset=cp949"
    assert "녹음실" in answer.content.decode("cp949")


@pytest.mark.parametrize(
    "address", ["/reports/2026-10/v2.csv", "/reports/2026-10/preliminary.csv", "/reports/2027-10/"]
)
def test_file_when_there_is_none_then_not_found(edition, address):
    assert person(OFFICIAL).get(address).status_code == 404


def test_internal_file_when_staff_say_what_for_then_it_is_written_down(edition):
    staff = person(OPERATOR)
    address = "/reports/2026-10/v1/internal.csv"
    assert "유통원" not in staff.get(address).content.decode("utf-8")
    assert not AccessRecord.objects.filter(what=address).exists()
    answer = staff.post(address, {"purpose": "inspection", "text": "감사 자료 3호"})
    assert "녹음실" in answer.content.decode("utf-8-sig")
    assert "내부용" in unquote(answer["Content-Disposition"])
    record = AccessRecord.objects.get(what=address)
    assert record.subject_ids == [edition.pk]
    assert record.purpose.endswith("감사 자료 3호")
    assert person(OFFICIAL).post(address, {"purpose": "inspection"}).status_code == 403


def test_freeze_when_official_then_forbidden_and_when_staff_then_asked_for(edition):
    address = reverse("report_freeze", args=["2026-10"])
    assert person(OFFICIAL).post(address, {"reason": "정정"}).status_code == 403
    staff = person(OPERATOR)
    assert staff.post(address, {"reason": ""}).status_code == 409
    assert staff.post(address, {"reason": "정정"})["Location"] == PAGE
    asked = Compiling.objects.open().get()
    assert (asked.reason, asked.state) == ("정정", CompilingState.WAITING)
    page = staff.get(PAGE).content.decode()
    assert reverse("report_cancel", args=["2026-10", asked.pk]) in page
    Compiling.objects.open().update(state=CompilingState.WORKING, step=Step.WRITING)
    shown = [each.get("/reports/2026-10/progress/") for each in (staff, person(OFFICIAL))]
    assert ['value="60"' in each.content.decode() for each in shown] == [True, True]
    assert ["<form" in each.content.decode() for each in shown] == [True, False]
    staff.post(reverse("report_cancel", args=["2026-10", asked.pk]))
    assert not Compiling.objects.open().exists()
    assert staff.get("/reports/2026-10/progress/").content.strip() == b""


def test_report_when_corrected_since_then_staff_read_what_and_officials_how_many(edition, studio):
    used(studio, dt.date(2026, 10, 21))
    comparing.compare(pk=edition.pk)
    staff, reader = person(OPERATOR).get(PAGE), person(OFFICIAL).get(PAGE)
    assert reader.context["pending_count"] == staff.context["pending_count"] > 0
    assert reader.context["pending"] == []
    assert ("10", "11") in {(each.before, each.after) for each in staff.context["pending"]}
    assert reader.context["edition"].digest == edition.digest


def test_report_when_there_is_a_second_version_then_says_why_and_what_changed(edition, studio):
    used(studio, dt.date(2026, 10, 21))
    frozen(reason="10월 21일 출석 누락 정정")
    page = person(OPERATOR).get(PAGE)
    assert "10월 21일 출석 누락 정정" in page.content.decode()
    assert ("10", "11") in {(each.before, each.after) for each in page.context["compared"]}
    first = person(OFFICIAL).get(f"{PAGE}?version=v1")
    assert first.context["edition"].version == 1


def test_report_when_a_second_version_states_the_same_then_says_so(edition):
    frozen(reason="표지 정정")
    staff, same = person(OPERATOR), "앞 버전과 모두 같습니다"
    assert same in staff.get(PAGE).content.decode()
    assert same not in staff.get(f"{PAGE}?version=v1").content.decode()


@pytest.mark.parametrize("versions", [1, 3])
def test_report_when_more_versions_then_the_same_queries(
    edition, versions, django_assert_num_queries
):
    for n in range(1, versions):
        frozen(reason=f"정정 {n}")
    reader = person(OFFICIAL)
    with django_assert_num_queries(8):
        reader.get(PAGE)


def test_chart_when_shown_then_is_a_picture_of_public_numbers(edition):
    answer = person(OPERATOR).get("/reports/2026-10/v1/charts/usage_by_category.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "녹음실" not in answer.content.decode()


def test_subscription_when_pressed_then_starts_and_stops(edition):
    reader = person(OFFICIAL)
    address = reverse("report_subscription", args=["month"])
    reader.post(address, {"key": "2026-10"})
    assert [each["runs"] for each in reader.get(PAGE).context["subscriptions"]] == [True, False]
    reader.post(address, {"key": "2026-10", "stop": "1"})
    assert [each["runs"] for each in reader.get(PAGE).context["subscriptions"]] == [False, False]


def test_periods_when_lower_case_then_are_found():
    assert periods.of_key("2026-Q3").key == "2026-Q3"
    assert reverse("report", args=["2026-Q3"]) == "/reports/2026-q3/"
