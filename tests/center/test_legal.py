"""Privacy policy and terms: in every footer, past versions kept, no markup from the database."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center import legal, prose
from center.errors import RuleViolation
from center.models import ConsentText, LegalText
from tests import factories
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY


def version(kind="privacy", **fields):
    values = {
        "kind": kind,
        "title_ko": "새 처리방침",
        "title_en": "New policy",
        "body_ko": "## 제목\n본문 <b>굵게</b>\n- 하나\n- 둘",
        "body_en": "x",
        "in_force_from": NOW + WEEK,
        **fields,
    }
    return legal.publish(text=LegalText(**values))


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("address", ["/privacy/", "/terms/", "/privacy/1/", "/terms/1/"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_legal_pages_when_opened_by_anybody_then_whole(client, address, language):
    client.cookies["django_language"] = language
    page = soup(client.get(address))
    assert len(page.select("main article h2")) >= 12
    assert not set("[]{}") & set(page.select_one("main").text)


def test_privacy_policy_when_read_then_covers_what_article_30_wants(client, settings):
    text = soup(client.get("/privacy/")).select_one("main").text
    for item in (
        "처리 목적",
        "처리하는 개인정보의 항목",
        "보유 기간",
        "제3자 제공",
        "위탁",
        "파기",
        "권리와 행사 방법",
        "안전성 확보조치",
        "자동으로 수집하는 장치",
        "개인정보 보호책임자",
        "구제 방법",
        "처리방침의 변경",
        settings.PRIVACY_OFFICER_CONTACT,
        settings.CENTER_NAME,
    ):
        assert item in text


def test_footer_when_any_page_then_law_officer_processors_and_copyright(client, settings):
    settings.PRIVACY_PROCESSORS = ["가나클라우드(서버 운영)"]
    footer = soup(client.get("/")).select_one("footer.site")
    assert [a["href"] for a in footer.select("li a")] == [
        "/privacy/",
        "/terms/",
        "/certificates/",
        "/reports/open-data/",
    ]
    assert settings.PRIVACY_OFFICER in footer.text
    assert settings.PRIVACY_OFFICER_CONTACT in footer.text
    assert "가나클라우드(서버 운영)" in footer.text
    assert f"© {settings.CENTER_NAME}" in footer.text


def test_version_when_it_comes_into_force_then_the_old_one_stays_readable(client, at_now):
    made = version()
    assert made.version == 2
    assert "새 처리방침" not in client.get("/privacy/").content.decode()
    assert "아직 시행하지 않은" in client.get("/privacy/2/").content.decode()
    at_now.move_to(NOW + WEEK)
    page = client.get("/privacy/")
    assert soup(page).select_one("h1").text == "새 처리방침"
    old = soup(client.get("/privacy/1/"))
    assert "이전 버전입니다" in old.text
    assert [a["href"] for a in old.select("#versions ~ ul a")] == ["/privacy/2/", "/privacy/1/"]


@pytest.mark.parametrize("address", ["/privacy/9/", "/terms/0/", "/privacy/x/"])
def test_version_when_unknown_then_404(client, address):
    assert client.get(address).status_code == 404


def test_text_when_it_holds_markup_then_drawn_as_text(client, at_now):
    version()
    at_now.move_to(NOW + WEEK)
    page = client.get("/privacy/")
    assert "&lt;b&gt;굵게&lt;/b&gt;" in page.content.decode()
    article = soup(page).select_one("article")
    assert [h.text for h in article.select("h2")] == ["제목"]
    assert [li.text for li in article.select("li")] == ["하나", "둘"]


def test_blocks_when_kinds_alternate_then_in_order():
    assert prose.blocks("가\n나\n\n## 다\n- 라\n- 마\n바") == [
        prose.Block("text", ["가"]),
        prose.Block("text", ["나"]),
        prose.Block("heading", ["다"]),
        prose.Block("list", ["라", "마"]),
        prose.Block("text", ["바"]),
    ]
    assert prose.blocks("") == []


@pytest.mark.parametrize("begins", [NOW - DAY, NOW])
def test_publish_when_it_would_begin_now_or_earlier_then_refused(begins):
    with pytest.raises(RuleViolation) as refusal:
        version(in_force_from=begins)
    assert refusal.value.codes == ("text_too_early",)


def test_publish_when_before_a_version_to_come_then_refused():
    version(in_force_from=NOW + 9 * DAY)
    with pytest.raises(RuleViolation) as refusal:
        version(in_force_from=NOW + 8 * DAY)
    assert refusal.value.codes == ("text_too_early",)
    assert version(in_force_from=NOW + 10 * DAY).version == 3


@pytest.mark.parametrize("kind", ["privacy", "terms"])
def test_publish_when_less_than_the_promised_7_days_ahead_then_refused(kind):
    with pytest.raises(RuleViolation) as refusal:
        version(kind, in_force_from=NOW + WEEK - dt.timedelta(seconds=1))
    assert refusal.value.codes == ("text_not_announced",)
    assert version(kind, in_force_from=NOW + WEEK).version == 2


def admin_form(text, **changes):
    fields = ("title_ko", "title_en", "body_ko", "body_en")
    data = {name: getattr(text, name) for name in fields}
    return data | {"in_force_from": "2099-01-01T00:00"} | changes


def test_admin_when_in_force_then_read_only_and_a_new_version_begins_as_its_copy():
    manager = logged_in(factories.staff("manager"))
    text = ConsentText.objects.get(kind="marketing")
    change = reverse("admin:center_consenttext_change", args=[text.pk])
    assert manager.post(change, admin_form(text, title_ko="x")).status_code == 403
    add = reverse("admin:center_consenttext_add")
    page = soup(manager.get(add, {"copy": text.pk}))
    assert page.select_one("#id_body_ko").text.strip() == text.body_ko.strip()
    manager.post(add, admin_form(text, kind="marketing", title_ko="소식 받기"))
    made = ConsentText.objects.get(version=2)
    assert (made.kind, made.title_ko) == ("marketing", "소식 받기")
    draft = reverse("admin:center_consenttext_change", args=[made.pk])
    manager.post(draft, admin_form(made, title_ko="소식"))
    made.refresh_from_db()
    assert (made.version, made.title_ko) == (2, "소식")


def test_admin_when_it_begins_too_early_then_said_at_the_field():
    manager = logged_in(factories.staff("manager"))
    text = LegalText.objects.get(kind="terms")
    data = admin_form(text, kind="terms", in_force_from="2026-11-01T00:00")
    page = manager.post(reverse("admin:center_legaltext_add"), data)
    assert "더 늦은 시각을 고르십시오" in page.content.decode()
    assert LegalText.objects.filter(kind="terms").count() == 1


@pytest.mark.parametrize("model", ["consenttext", "legaltext", "consent"])
@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("operator", 403)])
def test_admin_lists_when_role_then_only_managers(model, role, status):
    client = logged_in(factories.staff(role))
    address = reverse(f"admin:center_{model}_changelist")
    assert client.get(address).status_code == status
