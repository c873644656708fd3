import pytest
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def ask(client, space, **query):
    return client.get(reverse("slots_json", args=[space.slug]), query)


def test_slots_json_when_asked_then_free_slots_with_offset(client, studio):
    answer = ask(client, studio, **{"from": "2026-11-26", "days": "1"}).json()
    assert answer["resource"] == studio.slug
    assert len(answer["slots"]) == 8
    assert answer["slots"][0] == {
        "start": "2026-11-26T09:00:00+09:00",
        "end": "2026-11-26T10:00:00+09:00",
        "free_units": 1,
    }


def test_slots_json_when_nothing_is_said_then_seven_days_from_today(client, studio):
    days = {slot["start"][:10] for slot in ask(client, studio).json()["slots"]}
    assert days == {"2026-11-26", "2026-11-27"}


@pytest.mark.parametrize(
    "query",
    [
        {"from": "nonsense"},
        {"from": "2026-02-30"},
        {"from": "9999-12-31"},
        {"days": "0"},
        {"days": "32"},
        {"days": "many"},
        {"days": "-1"},
        {"days": "9" * 5000},
    ],
)
def test_slots_json_when_nonsense_then_400_with_a_sentence(client, studio, query):
    response = ask(client, studio, **query)
    assert response.status_code == 400
    assert response.json()["error"]


def test_slots_json_when_unknown_space_then_404(client, db):
    response = client.get("/spaces/nowhere/slots.json")
    assert response.status_code == 404
    assert response.json()["error"]


def test_slots_json_when_posted_then_405(client, studio):
    assert client.post(reverse("slots_json", args=[studio.slug])).status_code == 405
