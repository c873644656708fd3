"""The page that finds addresses: who may see it, what it says, how often."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from merchants.views.addresses import PER_MINUTE
from tests import factories
from tests.conftest import NOW, logged_in
from tests.merchants import address_office as office
from tests.merchants import tax_office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def get(client, keyword="유통단지로 34"):
    return client.get(reverse("address_search"), {"q": keyword})


def found(response):
    return BeautifulSoup(response.content, "html.parser").find(id="found")


def test_address_search_when_found_then_each_with_its_district(owner_client, address_office):
    address_office.behave(office.lists(office.row(), office.row("대구광역시 중구 <동성로> 1")))
    response = get(owner_client)
    assert response.status_code == 200
    first, second = found(response).find_all("button")
    assert first.attrs | {"class": None} == {
        "class": None,
        "type": "button",
        "data-address": "대구광역시 북구 유통단지로 34 (산격동)",
        "data-district": "27230",
        "hidden": "",
    }
    assert second["data-address"] == "대구광역시 중구 <동성로> 1 (산격동)"
    assert "<동성로>" not in response.content.decode()
    assert found(response)["data-summary"] == "2건"
    assert "41515 · 대구광역시 북구 · 대구종합유통단지" in found(response).text


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        (office.lists(), "찾지 못했습니다"),
        (office.refuses("E0006"), "더 자세히"),
        (office.refuses("E0001"), "응답하지 않습니다"),
        (tax_office.status(403), "응답하지 않습니다"),
        (tax_office.says("<title>점검</title>"), "응답하지 않습니다"),
    ],
)
def test_address_search_when_it_brings_nothing_then_said_what_to_do(
    owner_client, address_office, behaviour, sentence
):
    address_office.behave(behaviour)
    response = get(owner_client)
    assert response.status_code == 200
    assert sentence in found(response).text
    assert found(response)["data-summary"] == found(response).text.strip()
    assert found(response).find("button") is None


def test_address_search_when_opened_then_a_form_and_nobody_is_asked(owner_client, address_office):
    for keyword in ("", "   "):
        response = get(owner_client, keyword)
        assert response.status_code == 200
        assert found(response) is None
    assert owner_client.get(reverse("address_search")).status_code == 200
    assert address_office.forms == []


def test_address_search_when_the_keyword_is_markup_then_shown_as_text(owner_client, address_office):
    page = get(owner_client, '"><script>길</script>').content.decode()
    assert "<script>길" not in page


def test_address_search_when_there_is_no_key_then_not_found(owner_client, address_office, settings):
    settings.ADDRESS_SEARCH_KEY = ""
    assert get(owner_client).status_code == 404


def test_address_search_when_anonymous_then_log_in(client, address_office):
    response = get(client)
    assert response.status_code == 302
    assert response.url.startswith(f"{reverse('account_login')}?next=/merchants/addresses/")
    assert address_office.forms == []


def test_address_search_when_logged_in_then_open_whatever_the_role(
    other_client, staff_client, address_office
):
    for client in (other_client, staff_client, logged_in(factories.user())):
        assert get(client).status_code == 200


def test_address_search_when_posted_then_refused(owner_client, address_office):
    assert owner_client.post(reverse("address_search"), {"q": "길 1"}).status_code == 405


def test_address_search_when_too_often_then_a_pause_for_this_person_alone(
    owner_client, other_client, address_office, at_now
):
    for _ in range(PER_MINUTE):
        assert get(owner_client, "동").status_code == 200
    assert get(owner_client, "동").status_code == 429
    assert owner_client.get(reverse("address_search")).status_code == 200
    assert get(other_client, "동").status_code == 200
    at_now.move_to(NOW.replace(minute=42))
    assert get(owner_client, "동").status_code == 200


def test_address_search_when_the_cache_is_away_then_still_searched(
    owner_client, address_office, settings
):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/1"}
    settings.CACHES = {"default": away}
    settings.DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = False
    assert get(owner_client).status_code == 200
    assert len(address_office.forms) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_address_search_when_more_are_found_then_no_more_queries(
    owner_client, address_office, django_assert_num_queries, rows
):
    address_office.behave(office.lists(*[office.row(f"길 {n}") for n in range(rows)]))
    get(owner_client, "동")
    with django_assert_num_queries(3):  # session, person, unread messages
        get(owner_client)
