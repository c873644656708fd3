"""Export of one's own data: complete, only one's own, after the password once more."""

import io
import json
import os
import tracemalloc
import zipfile

import pytest
from django.conf import settings
from django.urls import reverse
from structlog.testing import capture_logs

from center import access, exports, heavy
from center.models import AccessAction, AccessRecord
from merchants.papers import store
from merchants.services import papers as services
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import logged_in
from tests.factories.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def opened(pieces):
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def told(user):
    archive = opened(exports.archive_of(user))
    return {name: json.loads(archive.read(name)) for name in archive.namelist()}


@pytest.fixture
def strange_files(monkeypatch):
    """A part with files whose names want to land elsewhere."""

    def part(user):
        names = ["../../사업자등록증.pdf", "a\\b\\사업자등록증.pdf", ".."]
        return [], [exports.PaperFile(name, lambda: b"%PDF") for name in names]

    monkeypatch.setitem(exports._parts, "strange", part)


def test_export_when_made_then_the_account_the_businesses_and_bookings(owner, merchant, studio):
    booking = confirm(hold(studio, merchant))
    staff = factories.staff()
    for subject in (owner, merchant):
        access.record_for(staff, action=AccessAction.VIEW, subjects=[subject], what="x")
    parts = told(owner)
    assert sorted(parts) == [
        "account.json",
        "applications.json",
        "attendance.json",
        "bookings.json",
        "bookings_regular.json",
        "businesses.json",
        "calendars.json",
        "consultations.json",
        "evaluations.json",
        "message_ways.json",
        "messages.json",
        "no_shows.json",
        "outcomes.json",
        "partners.json",
        "report_subscriptions.json",
        "saved_tables.json",
        "trainings.json",
        "waiting.json",
    ]
    assert parts["account.json"]["email"] == owner.email
    assert [row["action"] for row in parts["account.json"]["looked_at_by_staff"]] == ["view"]
    assert [row["number"] for row in parts["bookings.json"]] == [booking.reference]
    business = parts["businesses.json"][0]
    assert (business["name"], business["number"]) == (merchant.name, merchant.display_number)
    assert [row["action"] for row in business["looked_at_by_staff"]] == ["view"]


def test_export_when_others_have_data_then_none_of_it(owner, merchant, studio):
    other = factories.user(name="남의 이름")
    theirs = factories.merchant(owner=other, name="남의 상점")
    booking = confirm(hold(studio, theirs))
    access.record_for(other, action=AccessAction.VIEW, subjects=[other], what="x")
    text = json.dumps(told(owner), ensure_ascii=False)
    assert merchant.name in text
    for leak in ("남의", other.email, theirs.number, booking.reference):
        assert leak not in text
    assert "남의 상점" in json.dumps(told(other), ensure_ascii=False)


def test_export_when_there_are_papers_then_beside_under_harmless_names(owner, strange_files):
    archive = opened(exports.archive_of(owner))
    assert [name for name in archive.namelist() if name.startswith("strange/")] == [
        "strange/001-사업자등록증.pdf",
        "strange/002-사업자등록증.pdf",
        "strange/003-file",
    ]
    assert archive.read("strange/001-사업자등록증.pdf") == b"%PDF"
    assert archive.testzip() is None


def test_export_when_the_business_handed_papers_in_then_told_and_as_files(owner, merchant):
    factories.paper(merchant, b"one", b"two")
    destroyed = factories.paper(factories.merchant(owner=owner), b"gone").files.get()
    services.destroy_files([destroyed])
    factories.paper(factories.merchant(), b"theirs")
    archive = opened(exports.archive_of(owner))
    files = [name for name in archive.namelist() if name.startswith("businesses/")]
    assert [archive.read(name) for name in files] == [b"one", b"two"]
    first = json.loads(archive.read("businesses.json"))[0]
    assert [paper["state"] for paper in first["papers"]] == ["current"]


def test_export_when_a_paper_is_lost_then_said_in_its_place_and_all_else_is_there(owner, merchant):
    lost, _kept = factories.paper(merchant, b"one", b"two").files.order_by("pk")
    store.delete(lost.stored_name)
    with capture_logs() as said:
        archive = opened(exports.archive_of(owner))
    first, second = [name for name in archive.namelist() if name.startswith("businesses/")]
    assert first.endswith(".txt")
    words = archive.read(first).decode()
    assert first.removeprefix("businesses/001-").removesuffix(".txt") in words
    assert settings.CENTER_PHONE in words
    assert archive.read(second) == b"two"
    assert [line["event"] for line in said] == ["export_left_out"]


def test_export_when_papers_are_many_then_never_together_in_memory(owner, monkeypatch):
    mega = 1024 * 1024

    def part(user):
        return [], [exports.PaperFile(f"{n}.bin", lambda: os.urandom(mega)) for n in range(8)]

    monkeypatch.setitem(exports._parts, "z-papers", part)
    tracemalloc.start()
    try:
        with exports.archive_of(owner) as archive:
            peak = tracemalloc.get_traced_memory()[1]
            assert archive.seek(0, io.SEEK_END) > 8 * mega
    finally:
        tracemalloc.stop()
    assert peak < 5 * mega


def test_page_when_others_are_at_heavy_work_then_told_to_try_again(owner):
    client, address = logged_in(owner), reverse("account_export")
    asked = client.post(address)
    with heavy.heavy_work(), heavy.heavy_work():
        answer = client.post(asked.url, {"password": PASSWORD, "next": address})
    assert (answer.status_code, answer["Retry-After"]) == (429, "10")
    assert not AccessRecord.objects.exists()
    assert client.post(address)["Content-Type"] == "application/zip"


def test_page_when_asked_three_times_in_an_hour_then_the_next_is_refused(owner):
    client, address = logged_in(owner), reverse("account_export")
    client.post(client.post(address).url, {"password": PASSWORD, "next": address})
    for _each in range(2):
        assert client.post(address)["Content-Type"] == "application/zip"
    refused = client.post(address, follow=True)
    assert refused.redirect_chain == [(reverse("account_privacy"), 302)]
    assert "한 시간 동안 3번" in refused.content.decode()
    assert AccessRecord.objects.count() == 3


def test_page_when_asked_then_the_password_once_more_then_the_file(owner, merchant):
    client = logged_in(owner)
    address = reverse("account_export")
    asked = client.post(address)
    assert asked.status_code == 302
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not AccessRecord.objects.exists()
    wrong = client.post(asked.url, {"password": "nonsense"})
    assert wrong["Content-Type"].startswith("text/html")
    answer = client.post(asked.url, {"password": PASSWORD, "next": address})
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="my-data-2026-11-23.zip"'
    assert "account.json" in opened(answer.streaming_content).namelist()
    made = AccessRecord.objects.get()
    assert (made.actor, made.action, made.subject_ids) == (owner, "export", [owner.pk])


def test_page_when_anonymous_or_only_looked_at_then_no_file(client, owner_client):
    address = reverse("account_export")
    assert client.post(address).url.startswith(reverse("account_login"))
    assert owner_client.get(address).status_code == 405
