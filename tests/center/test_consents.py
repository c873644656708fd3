"""Consent is separate, unticked, versioned, withdrawable; refusing it blocks nothing."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse

from center import consents
from center.consent_forms import ConsentForm
from center.errors import RuleViolation
from center.models import Consent, ConsentKind, ConsentText
from tests import factories, sql
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE = "/account/privacy/"
SECOND = dt.timedelta(seconds=1)
MARKETING = ConsentKind.MARKETING


def text_of(kind):
    return next(text for text in consents.optional_texts() if text.kind == kind)


def agree(user, kind=MARKETING):
    return consents.give(user=user, text=text_of(kind), address="192.0.2.7")


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def test_texts_when_the_house_is_new_then_five_defaults_without_gaps():
    kinds = [text.kind for text in consents.optional_texts()]
    assert kinds == ["third_party", "marketing", "night_marketing", "portrait"]
    assert consents.collection_notice().title == "개인정보 수집·이용 안내"
    for text in ConsentText.objects.all():
        for words in (text.title_ko, text.title_en, text.body_ko, text.body_en):
            assert words.strip()
            assert not set("[]{}") & set(words)


def test_texts_when_agencies_are_named_then_from_the_settings(settings):
    body = text_of("third_party").body_ko
    assert all(agency in body for agency in settings.SUPERVISING_AGENCIES)
    assert settings.CENTER_NAME in text_of("marketing").body_ko


def test_give_when_agreed_then_version_time_channel_and_address_are_kept(owner):
    made = agree(owner)
    assert (made.text, made.kind) == (text_of(MARKETING), "marketing")
    assert (made.given_at, made.channel, made.address) == (NOW, "web", "192.0.2.7")
    assert consents.has_agreed(owner, MARKETING)
    others = [kind for kind in ConsentKind.optional if kind != MARKETING]
    assert not any(consents.has_agreed(owner, kind) for kind in others)


def test_give_when_twice_then_one_row(owner, at_now):
    first = agree(owner)
    at_now.shift(SECOND)
    assert agree(owner) == first
    assert Consent.objects.count() == 1


def test_withdraw_when_agreed_then_over_and_kept(owner, at_now):
    first = agree(owner)
    at_now.shift(SECOND)
    consents.withdraw(user=owner, kind=MARKETING)
    consents.withdraw(user=owner, kind=MARKETING)
    first.refresh_from_db()
    assert first.withdrawn_at == NOW + SECOND
    assert not consents.has_agreed(owner, MARKETING)
    assert agree(owner) != first


def test_new_version_when_in_force_then_carries_no_old_consent(owner, at_now):
    first = agree(owner)
    factories.consent_text("marketing", in_force_from=NOW + dt.timedelta(days=1))
    at_now.move_to(NOW + dt.timedelta(days=1) - SECOND)
    assert consents.has_agreed(owner, MARKETING)
    at_now.move_to(NOW + dt.timedelta(days=1))
    assert not consents.has_agreed(owner, MARKETING)
    standing = next(s for s in consents.standings(owner) if s.text.kind == MARKETING)
    assert (standing.is_given, standing.is_outdated) == (False, True)
    again = agree(owner)
    first.refresh_from_db()
    assert first.withdrawn_at == NOW + dt.timedelta(days=1)
    assert (again.text.version, again.withdrawn_at) == (2, None)


@pytest.mark.parametrize("which", ["old", "future", "notice"])
def test_give_when_the_text_is_not_offered_today_then_refused(owner, which, at_now):
    old = text_of(MARKETING)
    newer = factories.consent_text("marketing", in_force_from=NOW + SECOND)
    text = {"old": old, "future": newer, "notice": consents.collection_notice()}[which]
    at_now.shift(SECOND if which == "old" else 0)
    with pytest.raises(RuleViolation) as refusal:
        consents.give(user=owner, text=text)
    assert refusal.value.codes == ("text_changed",)
    assert not Consent.objects.exists()


def test_consent_when_two_live_of_a_kind_then_the_database_refuses(owner):
    first = agree(owner)
    with pytest.raises(IntegrityError, match="one_live_of_a_kind"), transaction.atomic():
        Consent.objects.create(
            user=owner, text=first.text, kind=first.kind, given_at=NOW, channel="web"
        )


@pytest.mark.parametrize(
    ("kind", "text_kind"), [("marketing", "portrait"), ("collection", "collection")]
)
def test_consent_when_kind_does_not_fit_then_the_database_refuses(owner, kind, text_kind):
    text = ConsentText.objects.get(kind=text_kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(user=owner, text=text, kind=kind, given_at=NOW, channel="web")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE center_consent SET given_at = given_at - interval '1 day'",
        "UPDATE center_consent SET user_id = user_id + 1, withdrawn_at = now()",
        "DELETE FROM center_consent",
        "TRUNCATE center_consent",
    ],
)
def test_consent_when_rewritten_by_sql_then_refused(owner, statement):
    agree(owner)
    with pytest.raises(IntegrityError, match="consent: "):
        sql.run(statement)


def test_consent_when_withdrawn_then_never_given_back(owner):
    agree(owner)
    consents.withdraw(user=owner, kind=MARKETING)
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        Consent.objects.update(withdrawn_at=None)


@pytest.mark.parametrize("table", ["center_consenttext", "center_legaltext"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET body_ko = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_texts_in_force_when_rewritten_by_sql_then_refused(table, statement):
    with pytest.raises(IntegrityError, match=r"refused|keeps its texts"):
        sql.run(statement.format(table))


def test_texts_in_force_when_rewritten_by_the_orm_then_refused():
    text = text_of(MARKETING)
    for change in (text.save, text.delete, lambda: ConsentText.objects.update(body_ko="x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_text_when_not_in_force_yet_then_may_be_mended_or_taken_back():
    text = factories.consent_text("portrait")
    text.body_ko = "고친 내용"
    text.save(update_fields=["body_ko"])
    text.delete()
    assert ConsentText.objects.filter(kind="portrait").count() == 1


def test_text_when_it_would_begin_before_an_earlier_version_then_refused():
    with pytest.raises(IntegrityError, match="begins after"), transaction.atomic():
        factories.consent_text("portrait", in_force_from=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))


def test_page_when_opened_then_every_consent_apart_and_nothing_agreed(owner_client):
    page = soup(owner_client.get(PAGE))
    cards = page.select("[id^=consent-]")
    assert [card["id"] for card in cards] == [f"consent-{kind}" for kind in ConsentKind.optional]
    assert [len(card.select("form")) for card in cards] == [1] * 4
    assert [card.select_one(".badge").text for card in cards] == ["동의하지 않음"] * 4


def test_page_when_agreed_and_withdrawn_then_one_button_each(owner_client, owner):
    post = reverse("account_consent", args=["marketing"])
    page = owner_client.post(post, {"text": text_of(MARKETING).pk}, follow=True)
    assert Consent.objects.live().get(user=owner).address == "127.0.0.1"
    assert soup(page).select_one("#consent-marketing .badge").text == "동의함"
    page = owner_client.post(post, {"withdraw": "1"}, follow=True)
    assert not Consent.objects.live().exists()
    assert soup(page).select_one("#consent-marketing .badge").text == "동의하지 않음"


def test_page_when_the_text_changed_then_says_so_and_asks_anew(owner_client, owner, at_now):
    shown = agree(owner).text
    factories.consent_text("marketing", in_force_from=NOW + SECOND)
    at_now.shift(SECOND)
    page = soup(owner_client.get(PAGE))
    assert page.select_one("#consent-marketing .badge").text == "문안이 바뀌었습니다"
    post = reverse("account_consent", args=["marketing"])
    answer = owner_client.post(post, {"text": shown.pk}, follow=True)
    assert "지금 시행 중인 문안이 아닙니다" in answer.content.decode()
    assert not consents.has_agreed(owner, MARKETING)


@pytest.mark.parametrize("kind", ["collection", "nonsense"])
def test_page_when_another_kind_is_posted_then_404(owner_client, kind):
    post = reverse("account_consent", args=[kind])
    assert owner_client.post(post, {"text": "1"}).status_code == 404
    marketing = reverse("account_consent", args=["marketing"])
    for forged in ("", "x", "0", "9" * 30, str(text_of("portrait").pk)):
        assert owner_client.post(marketing, {"text": forged}).status_code == 404
    assert not Consent.objects.exists()


def test_page_when_anonymous_then_log_in_and_others_see_their_own(client, owner, other_client):
    agree(owner)
    assert client.get(PAGE).status_code == 302
    assert client.post(reverse("account_consent", args=["marketing"])).status_code == 302
    badge = soup(other_client.get(PAGE)).select_one("#consent-marketing .badge")
    assert badge.text == "동의하지 않음"


@pytest.mark.parametrize("given", [0, 3])
def test_page_when_more_consents_then_the_same_queries(owner, given, django_assert_num_queries):
    for kind in ConsentKind.optional[:given]:
        agree(owner, kind)
    client = logged_in(owner)
    with django_assert_num_queries(6):
        client.get(PAGE)


def test_form_when_shown_then_unticked_and_optional():
    form = ConsentForm()
    assert form.chosen_consents == []
    assert not form.fields["consents"].required
    assert [text.kind for text in form.consent_texts] == list(ConsentKind.optional)


def test_form_when_nothing_is_ticked_then_valid_and_nothing_written(owner):
    form = ConsentForm({})
    assert form.is_valid()
    form.give_consents(user=owner, address=None)
    assert not Consent.objects.exists()


def test_form_when_some_are_ticked_then_only_these(owner):
    form = ConsentForm({"consents": [str(text_of(MARKETING).pk)]})
    assert form.is_valid()
    form.give_consents(user=owner, address="192.0.2.7")
    assert [c.kind for c in Consent.objects.live()] == ["marketing"]


def test_form_when_a_text_changed_meanwhile_then_asked_again(at_now):
    shown = text_of(MARKETING)
    factories.consent_text("marketing", in_force_from=NOW + SECOND)
    at_now.shift(SECOND)
    form = ConsentForm({"consents": [str(shown.pk)]})
    assert not form.is_valid()
    assert "문안이 바뀌었습니다" in form.errors["consents"][0]


def test_sign_up_when_opened_then_the_notice_is_there_and_no_box(client):
    page = soup(client.get(reverse("account_signup")))
    assert "제15조제1항" in page.select_one("main details").text
    assert not page.select("main input[type=checkbox]")
