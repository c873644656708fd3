"""A business in the admin: to read, and what staff do for it after being asked once more."""

import pytest
from django.urls import reverse

from center.models import AccessRecord
from merchants import refusals
from merchants.models import DocumentKind, JoinRequest, Membership, Suspension
from merchants.services import members, register, suspend
from tests import factories
from tests.conftest import NOW, kst, logged_in
from tests.merchants import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LIST = "/admin/merchants/merchant/"


def page_of(merchant):
    return reverse("admin:merchants_merchant_change", args=[merchant.pk])


def text(response):
    return response.content.decode()


def asked(merchant):
    return members.ask_to_join(number=merchant.number, user=factories.user(), note="매장 직원")


def member(merchant):
    return Membership.objects.create(merchant=merchant, user=factories.user())


def suspended(merchant):
    return suspend.suspend(merchant=merchant, ends=kst(30), reason="미이용", by=factories.staff())


def address(name, thing):
    return reverse(f"admin:merchants_merchant_{name}", args=[thing.merchant_id, thing.pk])


def test_business_when_opened_then_papers_people_suspensions_and_its_case(staff_client):
    merchant = cases.waiting()
    things = {
        "request": asked(merchant),
        "owner": member(merchant),
        "lift": suspended(merchant),
    }
    page = text(staff_client.get(page_of(merchant)))
    assert reverse("admin:verification", args=[merchant.pk]) in page
    assert "소상공인확인서" in page
    for name, thing in things.items():
        assert address(name, thing) in page
    assert f'name="{"name"}"' not in page


@pytest.mark.parametrize("count", [1, 3])
def test_business_when_more_hangs_on_it_then_the_same_queries(
    staff_client, merchant, count, django_assert_num_queries
):
    for _ in range(count):
        member(merchant), asked(merchant), suspended(merchant)
    with django_assert_num_queries(13):
        staff_client.get(page_of(merchant))


def test_list_when_filtered_by_the_tax_office_then_those_alone(staff_client, merchant):
    factories.merchant(name="닫은 가게", business_status="closed", status_checked_at=NOW)
    page = text(staff_client.get(LIST, {"business_status__exact": "closed"}))
    assert "닫은 가게" in page
    assert merchant.name not in page


@pytest.mark.parametrize("role", ["operator", "manager"])
def test_draft_when_somebody_writes_it_then_staff_neither_find_nor_open_it(role):
    draft = factories.merchant(name="작성 중인 가게", state="draft", verified_until=None)
    visitor = register.register_visitor(name="첫손님 가게", phone="010-2222-3333")
    client = logged_in(factories.staff(role))
    for query in ({}, {"q": "작성 중인"}, {"state__exact": "draft"}):
        assert "작성 중인 가게" not in rows_of(client.get(LIST, query))
    assert client.get(page_of(draft)).status_code == 302  # to the list of pages
    assert client.get(page_of(visitor)).status_code == 200
    assert not AccessRecord.objects.filter(subject_ids__contains=[draft.pk]).exists()


def rows_of(response):
    """What the list shows; the words looked for stand beside it."""
    return " ".join(merchant.name for merchant in response.context["cl"].result_list)


def test_list_when_a_business_has_many_members_then_once(staff_client, merchant):
    member(merchant), member(merchant)
    assert rows_of(staff_client.get(LIST)) == merchant.name


def test_request_when_staff_let_in_then_asked_once_more_and_member(staff_client, merchant):
    request = asked(merchant)
    question = text(staff_client.get(address("request", request)))
    assert "매장 직원" in question
    request.refresh_from_db()
    assert request.state == JoinRequest.State.OPEN
    response = staff_client.post(address("request", request), {"answer": "accept"})
    assert response.url == page_of(merchant)
    assert merchant.memberships.filter(user=request.user, role="member").exists()
    again = staff_client.post(address("request", request), {"answer": "decline"}, follow=True)
    assert "이미" in text(again)


def test_request_when_staff_decline_then_no_member(staff_client, merchant):
    request = asked(merchant)
    staff_client.post(address("request", request), {"answer": "decline"})
    request.refresh_from_db()
    assert request.state == JoinRequest.State.DECLINED
    assert merchant.memberships.count() == 1


def test_owner_when_handed_over_by_staff_then_the_member_owns(staff_client, merchant):
    heir = member(merchant)
    staff_client.post(address("owner", heir), {"answer": "hand_over"})
    heir.refresh_from_db()
    assert heir.is_owner
    assert merchant.memberships.filter(role="owner").count() == 1
    assert staff_client.get(address("owner", heir)).status_code == 404


def test_suspension_when_of_the_business_of_the_member_of_staff_then_not_lifted(merchant):
    suspension, person = suspended(merchant), factories.staff()
    Membership.objects.create(merchant=merchant, user=person)
    page = logged_in(person).post(address("lift", suspension), {"answer": "lift"}, follow=True)
    assert "다른 담당자" in page.content.decode()
    suspension.refresh_from_db()
    assert suspension.lifted_at is None


def test_suspension_when_lifted_by_staff_then_over_by_whom(merchant):
    suspension, person = suspended(merchant), factories.staff()
    logged_in(person).post(address("lift", suspension), {"answer": "lift"})
    suspension.refresh_from_db()
    assert (suspension.lifted_at, suspension.lifted_by) == (NOW, person)


def test_acts_when_refused_then_said_with_what_to_do_next(staff_client, merchant):
    request = asked(merchant)
    members.withdraw_request(request=request)
    page = staff_client.post(address("request", request), {"answer": "accept"}, follow=True)
    violation = refusals.request_over()
    assert [str(row) for row in page.context["messages"]] == [
        f"{violation.message} {violation.remedy}".strip()
    ]


def test_acts_when_done_then_looked_and_changed_are_recorded(staff_client, merchant):
    suspension = suspended(merchant)
    staff_client.get(address("lift", suspension))
    staff_client.post(address("lift", suspension), {"answer": "lift"})
    records = AccessRecord.objects.order_by("pk").values_list("action", "subject_ids")
    assert list(records) == [("view", [merchant.pk]), ("change", [merchant.pk])]


@pytest.mark.parametrize("answer", ["", "nonsense"])
def test_acts_when_answered_with_nonsense_then_nothing_changes(staff_client, merchant, answer):
    suspension = suspended(merchant)
    assert staff_client.post(address("lift", suspension), {"answer": answer}).status_code == 400
    suspension.refresh_from_db()
    assert suspension.lifted_at is None


@pytest.mark.parametrize(
    ("role", "status"),
    [("operator", 200), ("manager", 200), ("official", 403), ("evaluator", 403)],
)
def test_acts_when_staff_then_by_role(merchant, role, status):
    client = logged_in(factories.staff(role))
    for name, thing in (
        ("request", asked(merchant)),
        ("owner", member(merchant)),
        ("lift", suspended(merchant)),
    ):
        assert client.get(address(name, thing)).status_code == status
    assert client.get(page_of(merchant)).status_code == status


def test_acts_when_owner_or_anonymous_then_refused(client, owner_client, merchant):
    suspension = suspended(merchant)
    for somebody in (client, owner_client):
        somebody.post(address("lift", suspension), {"answer": "lift"})
    assert Suspension.objects.get().lifted_at is None


def test_acts_when_of_another_business_then_not_found(staff_client, merchant):
    suspension, other = suspended(merchant), factories.merchant()
    wrong = reverse("admin:merchants_merchant_lift", args=[other.pk, suspension.pk])
    assert staff_client.post(wrong, {"answer": "lift"}).status_code == 404


# Kinds of papers -----------------------------------------------------------------------------

KIND = {
    "code": "market-shop",
    "name": "상점가 입점 확인서",
    "asked_of": ["individual", "corporation"],
    "is_active": "on",
    "position": "5",
}


def test_kind_when_manager_adds_one_then_asked_of_those_ticked():
    client = logged_in(factories.staff("manager"))
    client.post(reverse("admin:merchants_documentkind_add"), KIND)
    kind = DocumentKind.objects.get(code="market-shop")
    assert (kind.asked_of, kind.is_needed) == (["individual", "corporation"], False)


def test_kind_when_manager_changes_one_then_its_code_stays():
    client, kind = logged_in(factories.staff("manager")), DocumentKind.objects.first()
    change = reverse("admin:merchants_documentkind_change", args=[kind.pk])
    client.post(change, {**KIND, "code": "other"})
    changed = DocumentKind.objects.get(pk=kind.pk)
    assert (changed.code, changed.name) == (kind.code, KIND["name"])
    assert (
        client.get(reverse("admin:merchants_documentkind_delete", args=[kind.pk])).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("role", "seen", "added"),
    [("operator", 200, 403), ("official", 403, 403), ("evaluator", 403, 403)],
)
def test_kinds_when_other_staff_then_by_role(role, seen, added):
    client = logged_in(factories.staff(role))
    assert client.get(reverse("admin:merchants_documentkind_changelist")).status_code == seen
    assert client.post(reverse("admin:merchants_documentkind_add"), KIND).status_code == added
