"""Who acts for a business: invitations, requests, roles, leaving."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from center.errors import RuleViolation
from merchants.models import Invitation, JoinRequest, Membership, Merchant
from merchants.selectors import merchant_of
from merchants.services import members, register, verify
from tests import factories
from tests.conftest import NOW, logged_in
from tests.merchants.test_register import entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND = dt.timedelta(seconds=1)


def codes(call, **arguments):
    with pytest.raises(RuleViolation) as caught:
        call(**arguments)
    return caught.value.codes


def member(merchant, **fields):
    return Membership.objects.create(merchant=merchant, user=factories.user(), **fields)


def invited(merchant, owner, person):
    return members.invite(merchant=merchant, email=person.email, by=owner)


def roles(merchant):
    return {m.user_id: m.role for m in merchant.memberships.all()}


def test_invitation_when_accepted_then_member_once(merchant, owner):
    person = factories.user()
    invitation = invited(merchant, owner, person)
    for _ in range(2):
        members.accept(invitation=invitation, user=person)
    assert roles(merchant) == {owner.pk: "owner", person.pk: "member"}


@pytest.mark.parametrize("wrong", [{"accepted_at": NOW}, {"email": "Person@example.com"}])
def test_invitation_when_the_row_makes_no_sense_then_refused(merchant, owner, wrong):
    invitation = invited(merchant, owner, factories.user())
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(**wrong)


@pytest.mark.parametrize(
    ("late", "accepted"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)]
)
def test_invitation_when_seven_days_pass_then_it_ends_to_the_second(
    merchant, owner, at_now, late, accepted
):
    person = factories.user()
    invitation = invited(merchant, owner, person)
    at_now.move_to(NOW + dt.timedelta(days=7) + late)
    if accepted:
        members.accept(invitation=invitation, user=person)
        assert person.pk in roles(merchant)
    else:
        assert codes(members.accept, invitation=invitation, user=person) == ("invitation_over",)


def test_invitation_when_withdrawn_or_of_another_address_then_refused(merchant, owner):
    person = factories.user()
    invitation = invited(merchant, owner, person)
    assert codes(members.accept, invitation=invitation, user=factories.user()) == ("other_address",)
    members.withdraw_invitation(invitation=invitation, by=owner)
    assert codes(members.accept, invitation=invitation, user=person) == ("invitation_over",)
    assert roles(merchant) == {owner.pk: "owner"}


def test_invite_when_member_invited_or_by_a_member_then_refused(merchant, owner):
    colleague = member(merchant).user
    arguments = {"merchant": merchant, "email": "New@example.com"}
    assert codes(members.invite, **arguments, by=colleague) == ("owner_only",)
    members.invite(**arguments, by=owner)
    assert codes(members.invite, **arguments, by=owner) == ("already_invited",)
    arguments["email"] = colleague.email.upper()
    assert codes(members.invite, **arguments, by=owner) == ("already_member",)


def test_invitation_when_its_member_was_removed_then_it_opens_no_more(merchant, owner):
    person = factories.user()
    invitation = invited(merchant, owner, person)
    joined = members.accept(invitation=invitation, user=person)
    members.remove(membership=joined, by=owner)
    assert codes(members.accept, invitation=invitation, user=person) == ("invitation_over",)
    assert roles(merchant) == {owner.pk: "owner"}


def test_invitation_when_accepted_then_an_open_request_is_answered_too(merchant, owner):
    person = factories.user()
    asked = members.ask_to_join(number=merchant.number, user=person, note="")
    members.accept(invitation=invited(merchant, owner, person), user=person)
    asked.refresh_from_db()
    assert asked.state == "accepted"


def test_invite_when_not_submitted_or_too_often_then_refused(merchant, owner, at_now):
    draft = register.start(user=factories.user(), entries=entries())
    by = draft.memberships.get().user
    arguments = {"merchant": draft, "email": "a@example.com", "by": by}
    assert codes(members.invite, **arguments) == ("not_submitted",)
    for n in range(20):
        members.invite(merchant=merchant, email=f"{n}@example.com", by=owner)
    arguments = {"merchant": merchant, "email": "20@example.com", "by": owner}
    assert codes(members.invite, **arguments) == ("too_many_invitations",)
    at_now.move_to(NOW + dt.timedelta(days=1))
    members.invite(**arguments)
    members.withdraw_invitation(invitation=Invitation.objects.get(email="20@example.com"), by=owner)
    assert codes(members.invite, **arguments) == ("invited_lately",)


def test_request_when_repeated_within_a_day_then_the_owner_is_left_in_peace(merchant, at_now):
    person = factories.user()
    arguments = {"number": merchant.number, "user": person, "note": ""}
    members.withdraw_request(request=members.ask_to_join(**arguments))
    assert codes(members.ask_to_join, **arguments) == ("asked_lately",)
    at_now.move_to(NOW + dt.timedelta(days=1) - SECOND)
    assert codes(members.ask_to_join, **arguments) == ("asked_lately",)
    at_now.move_to(NOW + dt.timedelta(days=1))
    assert members.ask_to_join(**arguments).state == "open"


def test_staff_when_it_is_their_own_business_then_somebody_else_decides(merchant):
    staff = factories.staff()
    asked = members.ask_to_join(number=merchant.number, user=staff, note="")
    arguments = {"by": staff, "by_staff": True}
    assert codes(members.answer, request=asked, accepted=True, **arguments) == ("own_business",)
    own = Membership.objects.create(merchant=merchant, user=staff)
    assert codes(members.hand_over, merchant=merchant, to=own, **arguments) == ("own_business",)
    register.change(merchant=merchant, entries={"name": "다른 이름"})
    merchant.refresh_from_db()
    decision = {"merchant": merchant, "revision": merchant.revision, "by": staff}
    assert codes(verify.verify, until=dt.date(2027, 3, 31), **decision) == ("own_business",)
    assert codes(verify.send_back, reasons=["differs"], note="", **decision) == ("own_business",)


def test_hand_over_when_the_member_left_meanwhile_then_said(merchant, owner):
    heir = member(merchant)
    members.remove(membership=heir, by=heir.user)
    assert codes(members.hand_over, merchant=merchant, to=heir, by=owner) == ("member_gone",)


def test_leave_all_when_sole_owner_then_invitations_and_requests_end(merchant, owner):
    invitation = invited(merchant, owner, factories.user())
    asked = members.ask_to_join(number=merchant.number, user=factories.user(), note="")
    members.leave_all(user=owner)
    invitation.refresh_from_db()
    asked.refresh_from_db()
    assert (roles(merchant), invitation.withdrawn_at, asked.state) == ({}, NOW, "declined")


def test_leave_all_when_colleagues_would_stay_without_owner_then_refused(merchant, owner):
    colleague = member(merchant)
    assert codes(members.leave_all, user=owner) == ("owns_business",)
    members.leave_all(user=colleague.user)
    assert roles(merchant) == {owner.pk: "owner"}


def test_business_when_a_draft_came_first_then_the_known_one_counts(merchant):
    person = factories.user()
    draft = register.start(user=person, entries=entries())
    assert merchant_of(person) == draft
    Membership.objects.create(merchant=merchant, user=person)
    assert merchant_of(person) == merchant


def test_draft_when_discarded_then_gone(client):
    person = factories.user()
    register.start(user=person, entries=entries())
    client = logged_in(person)
    assert "이 등록을 지우시겠습니까" in client.get(reverse("merchant_discard")).content.decode()
    assert client.post(reverse("merchant_discard")).url == reverse("merchant")
    assert not Merchant.objects.exists()


def test_invite_when_the_former_one_ran_out_then_a_new_one(merchant, owner, at_now):
    person = factories.user()
    first = invited(merchant, owner, person)
    at_now.move_to(NOW + dt.timedelta(days=7))
    second = invited(merchant, owner, person)
    first.refresh_from_db()
    assert first.withdrawn_at == NOW + dt.timedelta(days=7)
    assert list(Invitation.objects.open(NOW + dt.timedelta(days=8))) == [second]


def test_invitation_link_when_tampered_then_not_found(merchant, owner):
    person = factories.user()
    first, second = invited(merchant, owner, person), invited(merchant, owner, factories.user())
    token = members.token_of(first)
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"{second.pk}:{token.partition(':')[2]}",
        str(second.pk),
        "x",
    ]
    client = logged_in(person)
    for wrong in forged:
        assert client.get(reverse("invitation", args=[wrong])).status_code == 404
    assert client.get(reverse("invitation", args=[token])).status_code == 200
    assert client.post(reverse("invitation", args=[token])).url == reverse("merchant")
    assert person.pk in roles(merchant)


def test_invitation_page_when_of_another_account_then_said_and_nothing_happens(merchant, owner):
    invitation = invited(merchant, owner, factories.user())
    client = logged_in(factories.user())
    answer = client.post(reverse("invitation", args=[members.token_of(invitation)]))
    assert answer.status_code == 409
    assert "다른 이메일 주소로 보낸 초대" in answer.content.decode()
    assert roles(merchant) == {owner.pk: "owner"}


def test_invitation_page_when_accepted_then_the_history_does_not_hold_its_key(merchant, owner):
    person = factories.user()
    token = members.token_of(invited(merchant, owner, person))
    assert logged_in(person).post(reverse("invitation", args=[token])).status_code == 302
    history = apps.get_model("merchants", "MembershipEvent").objects.filter(user=person)
    about = history.select_related("pgh_context").get().pgh_context.metadata
    assert (about["url"], about["user"]) == ("/merchants/invitations/…", person.pk)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/merchants/invitations/7:abc/", "/merchants/invitations/…"),
        ("/account/password/reset/key/3-set/", "/account/password/reset/key/…"),
        ("/notifications/stop/x:y/", "/notifications/stop/…"),
        ("/bookings/ABCD/cancel/", "/bookings/ABCD/cancel/"),
    ],
)
def test_history_when_written_before_then_cleaned_by_the_migration(written, kept):
    context = apps.get_model("pghistory", "Context")
    row = context.objects.create(metadata={"url": written, "user": 1})
    bare = context.objects.create(metadata={"user": 2})
    with connection.schema_editor() as editor:
        import_module("center.migrations.0011_no_keys_in_history").clean(apps, editor)
    row.refresh_from_db()
    bare.refresh_from_db()
    assert (row.metadata, bare.metadata) == ({"url": kept, "user": 1}, {"user": 2})


def test_hand_over_when_done_then_one_owner_and_the_former_stays(merchant, owner):
    heir = member(merchant)
    members.hand_over(merchant=merchant, to=heir, by=owner)
    assert roles(merchant) == {owner.pk: "member", heir.user_id: "owner"}
    assert codes(members.hand_over, merchant=merchant, to=heir, by=owner) == ("owner_only",)


def test_owner_when_a_second_one_is_written_then_database_refuses(merchant):
    with pytest.raises(IntegrityError), transaction.atomic():
        member(merchant, role="owner")


def test_remove_when_owner_or_oneself_then_allowed_else_not(merchant, owner):
    one, two = member(merchant), member(merchant)
    assert codes(members.remove, membership=one, by=two.user) == ("owner_only",)
    members.remove(membership=one, by=owner)
    members.remove(membership=two, by=two.user)
    own = merchant.memberships.get(user=owner)
    assert codes(members.remove, membership=own, by=owner) == ("owner_stays",)
    assert roles(merchant) == {owner.pk: "owner"}
    history = apps.get_model("merchants", "MembershipEvent").objects
    gone = history.filter(pgh_label="delete").values_list("user", flat=True)
    assert set(gone) == {one.user_id, two.user_id}


def test_request_when_asked_twice_then_one(merchant):
    person = factories.user()
    for _ in range(2):
        members.ask_to_join(number=merchant.number, user=person, note="직원")
    assert JoinRequest.objects.count() == 1


def test_request_when_answered_twice_then_the_second_is_told(merchant, owner):
    person = factories.user()
    asked = members.ask_to_join(number=merchant.number, user=person, note="")
    assert codes(members.answer, request=asked, by=person, accepted=True) == ("owner_only",)
    members.answer(request=asked, by=owner, accepted=False)
    assert codes(members.answer, request=asked, by=owner, accepted=True) == ("request_over",)
    assert roles(merchant) == {owner.pk: "owner"}


def test_request_when_business_has_nobody_then_staff_let_in_its_owner(merchant, owner):
    merchant.memberships.all().delete()
    person, staff = factories.user(), factories.staff()
    asked = members.ask_to_join(number=merchant.number, user=person, note="")
    members.answer(request=asked, by=staff, accepted=True, by_staff=True)
    assert roles(merchant) == {person.pk: "owner"}


PAGES = [
    ("get", "merchant", []),
    ("get", "merchant_edit", []),
    ("get", "papers", []),
    ("get", "members", []),
    ("post", "members", []),
    ("get", "register_check", []),
]


@pytest.mark.parametrize(("method", "name", "arguments"), PAGES)
def test_pages_when_anonymous_then_log_in(client, method, name, arguments):
    address = reverse(name, args=arguments)
    assert getattr(client, method)(address).url == f"{reverse('account_login')}?next={address}"


@pytest.mark.parametrize("name", ["merchant_edit", "papers", "members", "register_check"])
def test_owner_pages_when_member_or_nobody_or_staff_then_not_found(merchant, name, staff_client):
    colleague = logged_in(member(merchant).user)
    for client in (colleague, logged_in(factories.user()), staff_client):
        assert client.get(reverse(name)).status_code == 404


def test_business_page_when_member_then_no_papers_and_no_editing(merchant):
    page = logged_in(member(merchant).user).get(reverse("merchant")).content.decode()
    assert merchant.name in page
    assert reverse("papers") not in page
    assert reverse("merchant_edit") not in page
    assert reverse("leave") in page


def test_acts_on_members_when_of_another_business_then_not_found(
    merchant, owner_client, other_client
):
    colleague = member(merchant)
    asked = members.ask_to_join(number=merchant.number, user=factories.user(), note="")
    invitation = members.invite(
        merchant=merchant, email="x@example.com", by=merchant.memberships.get(role="owner").user
    )
    acts = [
        reverse("member_remove", args=[colleague.pk]),
        reverse("member_hand_over", args=[colleague.pk]),
        reverse("join_answer", args=[asked.pk]),
        reverse("invitation_withdraw", args=[invitation.pk]),
        reverse("join_withdraw", args=[asked.pk]),
    ]
    answers = [other_client.post(address, {"answer": "accept"}).status_code for address in acts]
    assert answers == [404] * 5
    assert set(roles(merchant).values()) == {"owner", "member"}
    assert JoinRequest.objects.get().state == "open"
    # The owner may, but for the request somebody else made.
    answers = [owner_client.post(address, {"answer": "decline"}).status_code for address in acts]
    assert answers == [302, 404, 302, 302, 404]


def test_leave_when_owner_then_kept_and_member_then_gone(merchant, owner, owner_client):
    colleague = member(merchant)
    owner_client.post(reverse("leave"))
    logged_in(colleague.user).post(reverse("leave"))
    assert roles(merchant) == {owner.pk: "owner"}
