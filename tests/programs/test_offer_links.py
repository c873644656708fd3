"""The link that answers an offer of a place: each person's own, for as long as he is a member."""

from __future__ import annotations

import pytest
from django.core import signing
from django.urls import reverse

from center.notifications.models import Message
from merchants.services import members
from programs import links
from programs.models import ApplicationState
from programs.services import places
from tests import factories
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

_S = ApplicationState
ANSWERS = {"accept": _S.SELECTED, "decline": _S.DECLINED}
NO_MORE = "지금은 이 사업체의 구성원이 아닙니다."


@pytest.fixture
def colleague(merchant):
    """Applied for the business that ``owner`` owns."""
    person = factories.user()
    merchant.memberships.create(user=person)
    return person


@pytest.fixture
def offered(merchant, colleague):
    """A place that became free, offered to the business."""
    program = factories.program(quota=1, reserve=5)
    waiting = factories.application(program, merchant, _S.RESERVE, applied_by=colleague)
    places.fill_now(program=program)
    waiting.refresh_from_db()
    assert waiting.state == _S.OFFERED
    return waiting


def link(application, person):
    return reverse("program_offer", args=[links.token_of_offer(application, person)])


def old_link(application):
    """As they were sent before each person had one of his own."""
    token = signing.Signer(salt="programs.offer").sign(application.receipt)
    return reverse("program_offer", args=[token])


def answered(client, address, answer="accept"):
    return client.post(address, {"answer": answer}, follow=True).content.decode()


def state_of(application):
    application.refresh_from_db()
    return application.state


def test_offer_then_each_is_told_with_a_link_of_his_own(offered, owner, colleague):
    told = Message.objects.filter(kind="programs.offered", channel="inbox")
    assert {row.recipient: row.link for row in told} == {
        person: link(offered, person) for person in (owner, colleague)
    }
    assert link(offered, owner) != link(offered, colleague)


@pytest.mark.parametrize(("answer", "state"), ANSWERS.items())
def test_link_of_a_member_when_nobody_is_logged_in_then_it_answers(
    client, offered, colleague, answer, state
):
    address = link(offered, colleague)
    assert 'value="accept"' in client.get(address).content.decode()
    answered(client, address, answer)
    assert state_of(offered) == state
    assert offered.decided_by == (colleague if answer == "accept" else None)


@pytest.mark.parametrize("answer", ANSWERS)
def test_link_of_who_was_removed_since_then_refused_and_the_owners_counts(
    client, offered, owner, colleague, answer
):
    membership = offered.merchant.memberships.get(user=colleague)
    members.remove(membership=membership, by=owner)
    assert NO_MORE in answered(client, link(offered, colleague), answer)
    assert state_of(offered) == _S.OFFERED
    answered(client, link(offered, owner), answer)
    assert state_of(offered) == ANSWERS[answer]


@pytest.mark.parametrize("answer", ANSWERS)
def test_link_of_a_deactivated_account_then_refused_and_the_owners_counts(
    client, offered, owner, colleague, answer
):
    colleague.is_active = False
    colleague.save(update_fields=["is_active"])
    assert NO_MORE in answered(client, link(offered, colleague), answer)
    assert state_of(offered) == _S.OFFERED
    answered(client, link(offered, owner), answer)
    assert state_of(offered) == ANSWERS[answer]


@pytest.mark.parametrize("answer", ANSWERS)
def test_link_of_another_merchant_then_refused(client, offered, answer):
    other = factories.user()
    factories.merchant(owner=other)
    assert NO_MORE in answered(client, link(offered, other), answer)
    assert state_of(offered) == _S.OFFERED


def test_link_when_the_person_is_none_or_it_was_changed_then_404(client, offered, colleague):
    address = link(offered, colleague)
    changed = address.replace(f":{colleague.pk}:", f":{offered.applied_by_id + 1}:")
    assert changed != address
    colleague.pk = 10**9
    for gone in (changed, link(offered, colleague)):
        assert client.get(gone).status_code == 404


def test_old_link_then_asks_to_log_in_and_changes_nothing(client, other_client, offered, owner):
    address = old_link(offered)
    for visitor in (client, other_client, logged_in(owner)):
        page = visitor.get(address)
        assert page.status_code == 200
        assert "<h1>로그인한 뒤 답해 주십시오</h1>" in page.content.decode()
        assert f'href="{reverse("program_mine")}"' in page.content.decode()
        assert 'value="accept"' not in page.content.decode()
        assert visitor.post(address, {"answer": "decline"}).status_code == 200
    assert state_of(offered) == _S.OFFERED


def test_page_of_the_application_then_the_readers_own_link_and_none_for_staff(
    offered, owner_client, owner, colleague, staff_client
):
    page = offered.get_absolute_url()
    for client, person in ((owner_client, owner), (logged_in(colleague), colleague)):
        assert link(offered, person) in client.get(page).content.decode()
    desk = staff_client.get(reverse("admin:application_case", args=[offered.pk]))
    assert desk.context["offer_token"] == ""
