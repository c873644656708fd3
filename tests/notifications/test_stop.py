"""The link in every advertisement that ends them: no log-in, one person, no forgery."""

import pytest
from django.core.signing import Signer
from django.test import Client

from center import log_secrets
from center.models import ConsentKind
from center.notifications import courtesy, stop_links
from center.notifications.delivery import deliver_due
from tests import factories
from tests.notifications.test_courtesy import agree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
MARKETING, NIGHT = ConsentKind.MARKETING, ConsentKind.NIGHT_MARKETING


@pytest.fixture
def person(db):
    return factories.user()


def path_for(person):
    return stop_links.link_for(person).removeprefix("http://127.0.0.1:8000")


def agreed_by(person):
    return set(courtesy.agreed(person))


def test_stop_when_only_looked_at_then_asked_and_nothing_ended(person, client):
    agree(person, MARKETING, NIGHT)
    page = client.get(path_for(person))
    assert (page.status_code, "그만 받으시겠습니까" in page.content.decode()) == (200, True)
    assert agreed_by(person) == {"marketing", "night_marketing"}


def test_stop_when_posted_without_a_log_in_then_ended_and_told_once(person, mailoutbox):
    other = factories.user()
    for one in (person, other):
        agree(one, MARKETING, NIGHT)
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(path_for(person), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert (agreed_by(person), agreed_by(other)) == (set(), {"marketing", "night_marketing"})
    deliver_due(limit=10)
    assert [mail.subject for mail in mailoutbox] == ["소식과 광고를 더 이상 보내지 않습니다"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda token, other: token.replace(token.partition(":")[0], str(other.pk), 1),
        lambda token, other: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token, other: token.partition(":")[0],
        lambda token, other: Signer(salt="other").sign(str(other.pk)),
        lambda token, other: "가",
    ],
    ids=["another person", "another signature", "none", "another purpose", "nonsense"],
)
def test_stop_when_the_link_is_forged_then_nothing_is_here(person, client, forge):
    other = factories.user()
    agree(other, MARKETING)
    token = path_for(person).split("/")[-2]
    address = f"/notifications/stop/{forge(token, other)}/"
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert agreed_by(other) == {"marketing"}


def test_log_when_the_link_is_used_then_without_its_key(person):
    assert log_secrets.without_keys(path_for(person)) == "/notifications/stop/…"
