"""Visitors of the counter: handed to the person, or ended for the sake of another business."""

import pytest
from django.urls import reverse

from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.models import Membership, Merchant, MerchantState
from merchants.services import members, register, visitors
from tests import factories
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def staff(db):
    return factories.staff()


@pytest.fixture
def visitor(db):
    return register.register_visitor(name="첫손님 가게", phone="010-2222-3333")


def codes(call, **arguments):
    with pytest.raises(RuleViolation) as caught:
        call(**arguments)
    return caught.value.codes


def test_invite_when_accepted_then_the_person_owns_the_draft_and_goes_on(visitor, staff):
    person = factories.user()
    invitation = visitors.invite(visitor=visitor, email=person.email.upper(), by=staff)
    client = logged_in(person)
    address = reverse("invitation", args=[members.token_of(invitation)])
    assert "첫손님 가게 등록을 이어서 하시겠습니까?" in client.get(address).content.decode()
    assert client.post(address)["location"] == reverse("register")
    assert [(m.user, m.is_owner) for m in visitor.memberships.all()] == [(person, True)]
    assert 'value="첫손님 가게"' in client.get(reverse("register")).content.decode()
    message = Message.objects.get(kind="merchants.visitor_invited")
    assert (message.address, message.link) == (person.email, address)


def test_invite_when_sent_again_then_only_the_last_link_works(visitor, staff):
    wrong, right = factories.user(), factories.user()
    first = visitors.invite(visitor=visitor, email=wrong.email, by=staff)
    second = visitors.invite(visitor=visitor, email=right.email, by=staff)
    assert codes(members.accept, invitation=first, user=wrong) == ("invitation_over",)
    assert members.accept(invitation=second, user=right).is_owner


def test_invite_when_somebody_acts_for_it_or_for_oneself_then_refused(visitor, staff, merchant):
    assert codes(visitors.invite, visitor=visitor, email=staff.email, by=staff) == ("own_business",)
    for taken in (merchant, factories.merchant(state=MerchantState.DRAFT, verified_until=None)):
        arguments = {"visitor": taken, "email": "a@example.com", "by": staff}
        assert codes(visitors.invite, **arguments) == ("not_visitor",)


@pytest.mark.parametrize(
    ("state", "code"), [("draft", "own_draft"), ("verified", "own_registration")]
)
def test_accept_when_the_person_has_a_business_then_refused_and_said(visitor, staff, state, code):
    person = factories.user()
    factories.merchant(owner=person, state=state, name="제 가게")
    invitation = visitors.invite(visitor=visitor, email=person.email, by=staff)
    assert codes(members.accept, invitation=invitation, user=person) == (code,)
    address = reverse("invitation", args=[members.token_of(invitation)])
    page = logged_in(person).post(address)
    assert page.status_code == 409
    assert "제 가게" in page.content.decode()
    assert not Membership.objects.filter(merchant=visitor).exists()


def test_end_when_nothing_hangs_on_it_then_gone(visitor, merchant):
    visitors.end(visitor=visitor, into=merchant)
    assert list(Merchant.objects.all()) == [merchant]
