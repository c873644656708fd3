"""Papers in the browser: what is kept, what is refused, who may see them."""

import datetime as dt
import io
import sys
import uuid

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from center.models import AccessAction, AccessRecord
from merchants.models import Document, DocumentKind, DocumentPage, Membership, Merchant
from merchants.papers import sending, store, workshop
from merchants.services import papers as services
from merchants.services import register, verify
from tests import factories
from tests.conftest import NOW, logged_in
from tests.merchants.papers.test_store import FullDisk, on
from tests.merchants.test_register import entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "paper_room")]
CERTIFICATE = "small_merchant"


@pytest.fixture
def paper_room(tmp_path, settings):
    """An empty store for each test."""
    options = {**settings.STORAGES["papers"]["OPTIONS"], "location": tmp_path / "papers"}
    papers = {**settings.STORAGES["papers"], "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "papers": papers}


def photo(name="등록증.jpg", color="white"):
    content = io.BytesIO()
    Image.new("RGB", (40, 56), color).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def no_photo(name="page.jpg"):
    return SimpleUploadedFile(name, b"<html><script>alert(1)</script></html>", "image/jpeg")


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def draft(owner):
    return register.start(user=owner, entries=entries())


@pytest.fixture
def client_of(owner):
    return logged_in(owner)


def hand_in(client, code=CERTIFICATE, **data):
    data = {f"{code}-{name}": value for name, value in data.items()}
    return client.post(reverse("paper_upload", args=[code]), data)


def stored(draft, client):
    hand_in(client, "business_registration", uploads=[photo()])
    return DocumentPage.objects.select_related("document").get(document__merchant=draft)


def handed_in(draft):
    """As after ``submit``, whatever papers there are: from now on staff look at it."""
    Merchant.objects.filter(pk=draft.pk).update(
        state="submitted", submitted_at=NOW, decide_until=NOW
    )


def test_upload_when_good_then_encrypted_and_shown(client_of, draft):
    assert hand_in(
        client_of, uploads=[photo()], number="0010-1", valid_until="2027-03-31"
    ).url == reverse("papers")
    paper = Document.objects.get()
    assert (paper.number, paper.valid_until) == ("0010-1", dt.date(2027, 3, 31))
    file = paper.files.get()
    with store.storage().open(file.stored_name) as raw:
        assert b"JFIF" not in raw.read()
    assert services.content_of(file)[:3] == b"\xff\xd8\xff"
    page = soup(client_of.get(reverse("papers")))
    picture = page.select_one(f"#paper-{CERTIFICATE} .files img")
    drawn = client_of.get(picture["src"])
    assert drawn["Content-Type"] in {"image/jpeg", "image/png"}
    assert Image.open(io.BytesIO(drawn.content)).width <= 240


def test_upload_when_date_is_wrong_then_the_photo_is_kept(client_of, draft):
    response = hand_in(client_of, uploads=[photo()], number="0010-1", valid_until="2026-11-22")
    page = soup(response)
    assert response.status_code == 400
    assert "유효기간이 지난 서류" in page.select_one(f"#paper-{CERTIFICATE}").text
    paper = Document.objects.get()
    assert (paper.files.count(), paper.number, paper.valid_until) == (1, "0010-1", None)
    assert page.select_one(f"#id_{CERTIFICATE}-number")["value"] == "0010-1"
    assert hand_in(client_of, number="0010-1", valid_until="2026-11-23").status_code == 302
    paper.refresh_from_db()
    assert (paper.files.count(), paper.valid_until) == (1, NOW.date())


def test_upload_when_one_of_two_is_refused_then_named_and_the_other_kept(client_of, draft):
    response = hand_in(client_of, "business_registration", uploads=[photo(), no_photo("가짜.jpg")])
    assert response.status_code == 400
    assert "가짜.jpg: " in soup(response).select_one("#errors").text
    assert DocumentPage.objects.get().name == "등록증.jpg"


def test_upload_when_nothing_is_chosen_then_said_and_typing_kept(client_of, draft):
    response = hand_in(client_of, number="0010-1", valid_until="2027-03-31")
    page = soup(response)
    assert response.status_code == 400
    assert "고른 파일이 없습니다" in page.text
    assert page.select_one(f"#id_{CERTIFICATE}-valid_until")["value"] == "2027-03-31"
    assert not Document.objects.exists()


def test_upload_when_more_than_ten_files_then_refused(client_of, draft, settings):
    settings.PAPER_FILES = 2
    hand_in(client_of, "business_registration", uploads=[photo(), photo()])
    response = hand_in(client_of, "business_registration", uploads=[photo()])
    assert response.status_code == 400
    assert "2개까지" in soup(response).text
    assert DocumentPage.objects.count() == 2


def test_upload_when_of_a_kind_not_asked_for_then_not_found(client_of, draft):
    assert hand_in(client_of, "founding_plan", uploads=[photo()]).status_code == 404
    assert hand_in(client_of, "unknown", uploads=[photo()]).status_code == 404


def test_file_when_taken_back_then_gone_from_the_store(
    client_of, draft, django_capture_on_commit_callbacks
):
    file = stored(draft, client_of)
    with django_capture_on_commit_callbacks(execute=True):
        client_of.post(reverse("paper_file_remove", args=[file.document.public_id, 1]))
    assert not DocumentPage.objects.exists()
    assert Document.objects.get().state == Document.State.REMOVED
    with pytest.raises(store.PaperLost):
        store.load(file.stored_name, key_id=file.key_id)


def test_checked_paper_when_renewed_then_replaced_and_business_looked_at_again(
    client_of, draft, owner, django_capture_on_commit_callbacks
):
    hand_in(client_of, "business_registration", uploads=[photo()])
    hand_in(client_of, uploads=[photo()], number="1", valid_until="2027-03-31")
    merchant = register.submit(merchant=draft)
    merchant = verify.verify(
        merchant=merchant,
        revision=merchant.revision,
        until=dt.date(2027, 3, 31),
        by=factories.staff(),
    )
    checked = Document.objects.get(kind__code=CERTIFICATE)
    assert checked.checked_at == NOW
    # What was checked can neither be changed nor taken back by its owner.
    client_of.post(reverse("paper_file_remove", args=[checked.public_id, 1]))
    assert checked.files.count() == 1
    assert hand_in(client_of, number="2", valid_until="2028-03-31").status_code == 400
    hand_in(client_of, uploads=[photo()], number="2", valid_until="2028-03-31")
    checked.refresh_from_db()
    merchant.refresh_from_db()
    assert checked.state == Document.State.REPLACED
    assert (merchant.state, merchant.review_asked_at) == ("verified", NOW)


def test_renewal_when_taken_back_then_the_checked_paper_is_in_use_again(client_of, draft):
    hand_in(client_of, uploads=[photo()], number="1", valid_until="2027-03-31")
    Document.objects.update(checked_at=NOW)
    hand_in(client_of, uploads=[photo()], number="2", valid_until="2028-03-31")
    renewed = Document.objects.get(number="2")
    client_of.post(reverse("paper_file_remove", args=[renewed.public_id, 1]))
    states = Document.objects.values_list("number", "state", "ended_at")
    assert set(states) == {("1", "current", None), ("2", "removed", NOW)}


def test_file_when_staff_checked_it_meanwhile_then_the_owner_is_told(client_of, draft):
    file = stored(draft, client_of)
    Document.objects.update(checked_at=NOW)
    answer = client_of.post(
        reverse("paper_file_remove", args=[file.document.public_id, 1]), follow=True
    )
    assert "그사이 확인이 끝난 서류" in answer.content.decode()
    assert DocumentPage.objects.count() == 1


def test_picture_when_the_browser_still_has_it_then_not_drawn_again(client_of, draft):
    file = stored(draft, client_of)
    address = reverse("paper_preview", args=[file.document.public_id, 1, 1])
    first = client_of.get(address)
    again = client_of.get(address, headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client_of.get(f"{address}?width=240")["ETag"] != first["ETag"]


def test_picture_when_others_are_being_drawn_then_to_be_asked_for_again(
    client_of, draft, staff_client
):
    address = addresses(stored(draft, client_of))[1]
    handed_in(draft)
    with workshop._window, workshop._window:
        refused = [client.get(address) for client in (client_of, staff_client)]
    assert [(one.status_code, one["Retry-After"]) for one in refused] == [(503, "5")] * 2
    assert not any(one.has_header("ETag") for one in refused)
    assert not AccessRecord.objects.exists()
    assert [client.get(address).status_code for client in (client_of, staff_client)] == [200] * 2
    assert AccessRecord.objects.get().action == AccessAction.VIEW


def test_paper_when_its_file_is_lost_then_a_page_that_says_so(client_of, draft):
    file = stored(draft, client_of)
    store.delete(file.stored_name)
    download, preview = addresses(file)
    answer = client_of.get(download)
    assert (answer.status_code, client_of.get(preview).status_code) == (503, 503)
    assert "지금은 이 파일을 열 수 없습니다" in answer.content.decode()


def test_identity_paper_when_verified_then_its_file_is_destroyed(
    client_of, draft, django_capture_on_commit_callbacks
):
    DocumentKind.objects.filter(code="business_registration").update(is_identity=True)
    file = stored(draft, client_of)
    hand_in(client_of, uploads=[photo()], number="1", valid_until="2027-03-31")
    merchant = register.submit(merchant=draft)
    with django_capture_on_commit_callbacks(execute=True):
        verify.verify(
            merchant=merchant,
            revision=merchant.revision,
            until=dt.date(2027, 3, 31),
            by=factories.staff(),
        )
    name, key = file.stored_name, file.key_id
    file.refresh_from_db()
    assert file.stored_name is None
    with pytest.raises(store.PaperLost):
        store.load(name, key_id=key)


@pytest.mark.parametrize(
    ("valid_until", "word"),
    [
        (dt.date(2026, 11, 22), "유효기간 지남"),
        (dt.date(2026, 11, 23), "곧 만료"),
        (dt.date(2026, 12, 23), "곧 만료"),
        (dt.date(2026, 12, 24), "제출함"),
    ],
)
def test_paper_when_it_ends_around_thirty_days_then_the_page_says_so(
    client_of, draft, valid_until, word
):
    hand_in(client_of, uploads=[photo()], number="1", valid_until="2027-03-31")
    Document.objects.update(valid_until=valid_until)
    page = soup(client_of.get(reverse("papers")))
    assert page.select_one(f"#paper-{CERTIFICATE} .badge").text == word


@pytest.mark.parametrize("files", [1, 3])
def test_papers_page_when_more_files_then_the_same_queries(
    client_of, draft, files, django_assert_num_queries
):
    hand_in(client_of, "business_registration", uploads=[photo() for _ in range(files)])
    client_of.get(reverse("papers"))
    with django_assert_num_queries(7):
        client_of.get(reverse("papers"))


def addresses(file):
    key = file.document.public_id
    return [
        reverse("paper_file", args=[key, 1]),
        reverse("paper_preview", args=[key, 1, 1]),
    ]


def test_paper_when_owner_or_staff_then_shown_and_only_staff_written_down(
    client_of, draft, staff_client
):
    file = stored(draft, client_of)
    handed_in(draft)
    for address in addresses(file):
        assert client_of.get(address).status_code == 200
    assert not AccessRecord.objects.exists()
    download, preview = addresses(file)
    assert staff_client.get(preview)["Content-Type"] == "image/jpeg"
    # Taking the file out asks for a purpose first; nothing is written until it is given.
    assert soup(staff_client.get(download)).select("input[name=purpose]")
    taken = staff_client.post(download, {"purpose": "inquiry", "text": "전화 문의"})
    assert taken["Content-Type"] == "image/jpeg"
    records = AccessRecord.objects.order_by("pk").values_list(
        "action", "subject_kind", "subject_ids"
    )
    assert list(records) == [
        (AccessAction.VIEW, "merchant", [draft.pk]),
        (AccessAction.DOWNLOAD, "merchant", [draft.pk]),
    ]
    assert AccessRecord.objects.latest("pk").purpose.endswith(": 전화 문의")


@pytest.mark.parametrize("role", ["operator", "manager"])
def test_paper_when_not_handed_in_yet_then_its_owners_alone(client_of, draft, role):
    file, client = stored(draft, client_of), logged_in(factories.staff(role))
    assert [client.get(address).status_code for address in addresses(file)] == [404, 404]
    assert not AccessRecord.objects.exists()
    person = factories.staff(role)
    Membership.objects.update(user=person)  # staff may have a business of their own
    assert logged_in(person).get(addresses(file)[1]).status_code == 200


@pytest.mark.parametrize("role", ["official", "evaluator"])
def test_paper_when_other_roles_then_not_found(client_of, draft, role):
    file = stored(draft, client_of)
    handed_in(draft)
    client = logged_in(factories.staff(role))
    assert [client.get(address).status_code for address in addresses(file)] == [404, 404]


def test_paper_when_somebody_else_then_as_if_there_were_none(
    client, client_of, draft, other_client
):
    file = stored(draft, client_of)
    member = factories.user()
    Membership.objects.create(merchant=draft, user=member)
    guessed = reverse("paper_file", args=[uuid.uuid4(), 1])
    for stranger in (other_client, logged_in(member), logged_in(factories.user())):
        answers = [stranger.get(address) for address in addresses(file)]
        assert [answer.status_code for answer in answers] == [404, 404]
        known, unknown = (
            soup(stranger.get(address)).main.text for address in (addresses(file)[0], guessed)
        )
        assert known == unknown
    for address in addresses(file):
        assert client.get(address).url == f"{reverse('account_login')}?next={address}"
    assert (
        other_client.post(
            reverse("paper_file_remove", args=[file.document.public_id, 1])
        ).status_code
        == 404
    )
    assert DocumentPage.objects.count() == 1


def test_paper_when_session_has_ended_then_log_in(client_of, draft):
    file = stored(draft, client_of)
    client_of.logout()
    assert client_of.get(addresses(file)[0]).status_code == 302


def test_paper_when_served_then_as_attachment_that_runs_nothing(client_of, draft):
    file = stored(draft, client_of)
    answer = client_of.get(addresses(file)[0])
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%EB%93%B1%EB%A1%9D%EC%A6%9D.jpg"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


def test_staff_when_they_try_to_take_a_paper_back_then_not_found(client_of, draft, staff_client):
    file = stored(draft, client_of)
    answer = staff_client.post(reverse("paper_file_remove", args=[file.document.public_id, 1]))
    assert answer.status_code == 404
    assert DocumentPage.objects.count() == 1


def test_upload_when_one_file_is_too_heavy_then_the_rest_is_not_opened(
    client_of, draft, monkeypatch, tmp_path
):
    opened = tmp_path / "opened"
    program = f"import os; open({str(opened)!r}, 'a').write('x'); os.kill(os.getpid(), 9)"
    monkeypatch.setattr(workshop, "_COMMAND", [sys.executable, "-c", program])
    names = ("하나.jpg", "둘.jpg", "셋.jpg")
    page = hand_in(client_of, uploads=[photo(name) for name in names])
    said = soup(page).select_one(f"#paper-{CERTIFICATE}").get_text()
    assert (page.status_code, opened.read_text()) == (400, "x")
    assert [name for name in names if name not in said] == []
    assert not DocumentPage.objects.exists()


def test_upload_when_sent_too_often_then_refused_with_the_way_out(client_of, draft, monkeypatch):
    monkeypatch.setattr(sending, "_LIMITS", {"files": "2/10m/user"})
    for _time in range(2):
        assert hand_in(client_of, uploads=[photo()]).status_code == 302
    kept = DocumentPage.objects.count()
    page = hand_in(client_of, number="0010-1", uploads=[photo()])
    assert page.status_code == 400
    assert "10분 뒤" in soup(page).select_one(f"#paper-{CERTIFICATE}").get_text()
    assert DocumentPage.objects.count() == kept
    # What comes without a file is not counted.
    assert hand_in(client_of, number="0010-1").status_code == 302


def test_upload_when_the_disk_is_full_then_said_and_the_paper_of_before_stays(
    client_of, draft, settings
):
    hand_in(client_of, uploads=[photo()])
    before = list(DocumentPage.objects.values_list("stored_name", flat=True))
    on(settings, FullDisk)
    page = hand_in(client_of, number="0010-1", uploads=[photo("둘.jpg")])
    assert page.status_code == 400
    assert "한 시간 뒤에" in soup(page).select_one(f"#paper-{CERTIFICATE}").get_text()
    assert list(DocumentPage.objects.values_list("stored_name", flat=True)) == before
