"""One case: what the page shows, and the decisions on it."""

import datetime as dt

import pytest
from django.urls import reverse

from center.models import AccessRecord
from merchants import cases as changes
from merchants.models import Document, MerchantState, Suspension
from merchants.services import papers, register, suspend, verify
from tests import factories
from tests.conftest import NOW, kst, logged_in
from tests.merchants import cases
from tests.merchants.test_register import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
UNTIL = "2027-03-31"


def address(merchant):
    return reverse("admin:verification", args=[merchant.pk])


def decide(client, merchant, decision, revision=None, query="", **data):
    sent = {
        "decision": decision,
        "revision": merchant.revision if revision is None else revision,
        **data,
    }
    return client.post(address(merchant) + query, sent)


def text(response):
    return response.content.decode()


def test_case_when_opened_then_papers_entries_and_findings(staff_client):
    merchant = cases.waiting(name="달구벌 수제청", address="유통단지로 45")
    page = staff_client.get(address(merchant))
    case = page.context["case"]
    assert [entry.field for entry in case.on_certificate] == [
        "number",
        "name",
        "representative",
        "founded_on",
        "address",
        "section",
        "kind",
    ]
    assert [view.paper.kind.code for view in case.papers] == [
        "business_registration",
        "small_merchant",
    ]
    assert merchant.display_number in text(page)
    assert "2027. 3. 31.(수)까지 유효합니다." in text(page)
    assert page.context["verify_form"].initial["until"] == dt.date(2027, 3, 31)


def test_case_when_corrected_after_a_return_then_what_was_there_before_shows(staff_client):
    case = staff_client.get(address(cases.submitted_again())).context["case"]
    before = {entry.field: entry.before for entry in case.on_certificate if entry.before}
    assert before == {"representative": "김달구"}


def test_case_when_verified_business_changed_then_what_was_there_before_shows(staff_client):
    merchant = cases.changed()
    case = staff_client.get(address(merchant)).context["case"]
    (changed,) = [entry for entry in case.on_certificate if entry.before]
    assert (changed.field, changed.value) == ("name", "새 이름")


def test_case_when_returned_before_then_who_returned_it_and_why(staff_client, at_now):
    judge = factories.staff()
    returned = cases.returned(by=judge)
    at_now.shift(600)
    register.submit(merchant=returned)
    (past,) = staff_client.get(address(returned)).context["case"].past
    assert (past.at, past.by, past.verified_until) == (NOW, judge.label, None)
    assert past.reasons == ["서류와 입력 내용이 다름"]


def test_case_when_verified_after_a_return_then_the_newest_decision_first(staff_client, at_now):
    merchant, until = cases.submitted_again(), dt.date.fromisoformat(UNTIL)
    at_now.shift(600)
    verify.verify(merchant=merchant, revision=merchant.revision, until=until, by=factories.staff())
    past = staff_client.get(address(merchant)).context["case"].past
    assert [decision.verified_until for decision in past] == [until, None]


@pytest.mark.parametrize("count", [0, 3])
def test_case_when_more_neighbours_then_the_same_queries(
    staff_client, count, django_assert_num_queries
):
    merchant = cases.waiting()
    for _ in range(count):
        cases.waiting(phone=merchant.phone)
    with django_assert_num_queries(14):
        page = staff_client.get(address(merchant))
    twins = [f for f in page.context["case"].findings if f.code == "twins"]
    assert [len(f.twins) for f in twins] == ([count] if count else [])


def test_neighbours_when_written_otherwise_then_found_in_the_database(staff_client):
    merchant = cases.waiting(phone="053-123-4567", address="유통단지로 45, 2층 (산격동)")
    cases.waiting(representative="이팔공", name="가", phone="0531234567")
    cases.waiting(
        representative="박팔공", name="나", phone="053-999-9999", address="유통단지로45 2층"
    )
    findings = staff_client.get(address(merchant)).context["case"].findings
    (found,) = [finding for finding in findings if finding.code == "twins"]
    assert [twin.merchant.name for twin in found.twins] == ["가", "나"]


def test_verify_when_decided_then_on_to_the_next_case_saying_what_was_done(staff_client):
    first, second = cases.waiting(name="하나"), cases.waiting(name="둘")
    response = decide(staff_client, first, "verify", until=UNTIL)
    assert response.url == address(second)
    first.refresh_from_db()
    assert (first.state, first.verified_until) == (MerchantState.VERIFIED, dt.date(2027, 3, 31))
    page = text(staff_client.get(response.url))
    assert "하나: 2027. 3. 31.(수)까지 확인했습니다." in page
    assert f'href="{address(first)}"' in page


def test_verify_when_filtered_then_the_filter_stays_to_the_last_case(at_now, staff_client):
    first = cases.waiting(name="하나 떡집")
    cases.waiting(name="둘 김치")
    last = cases.waiting(name="셋 떡집")
    query = "?q=%EB%96%A1%EC%A7%91"
    assert decide(staff_client, first, "verify", query=query, until=UNTIL).url == (
        address(last) + query
    )
    assert decide(staff_client, last, "verify", query=query, until=UNTIL).url == (
        reverse("admin:verifications") + query
    )


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("2026-11-22", 409),
        ("2026-11-23", 302),
        ("2028-02-26", 302),
        ("2028-02-27", 409),
        ("", 400),
        ("x", 400),
    ],
)
def test_verify_when_the_day_is_at_its_limits_then_taken_or_said(staff_client, until, code):
    assert decide(staff_client, cases.waiting(), "verify", until=until).status_code == code


def test_return_when_with_reasons_then_the_owner_reads_them(staff_client):
    merchant = cases.waiting()
    decide(
        staff_client, merchant, "return", reasons=["unreadable", "other"], note="뒷면도 필요합니다."
    )
    merchant.refresh_from_db()
    assert (merchant.state, merchant.return_reasons, merchant.return_note) == (
        MerchantState.RETURNED,
        ["unreadable", "other"],
        "뒷면도 필요합니다.",
    )


@pytest.mark.parametrize("data", [{}, {"reasons": ["other"], "note": " "}])
def test_return_when_without_reason_or_text_then_asked_and_kept_open(staff_client, data):
    merchant = cases.waiting()
    response = decide(staff_client, merchant, "return", **data)
    assert response.status_code == 409
    assert "<details open>" in text(response)
    merchant.refresh_from_db()
    assert merchant.state == MerchantState.SUBMITTED


def test_suspend_when_decided_then_until_the_end_of_the_day_and_the_case_stays(staff_client):
    merchant = cases.waiting()
    response = decide(staff_client, merchant, "suspend", ends="2026-12-24", reason="허위 서류")
    assert response.url == address(merchant)
    suspension = Suspension.objects.get()
    assert (suspension.ends, suspension.reason) == (kst(25, month=12), "허위 서류")
    assert suspension.imposed_by is not None
    codes = [f.code for f in staff_client.get(response.url).context["case"].findings]
    assert "suspended" in codes


@pytest.mark.parametrize(("ends", "code"), [("2026-11-22", 409), ("2026-11-23", 302)])
def test_suspend_when_the_day_is_at_its_limit_then_taken_or_said(staff_client, ends, code):
    merchant = cases.waiting()
    response = decide(staff_client, merchant, "suspend", ends=ends, reason="허위 서류")
    assert response.status_code == code


def test_suspend_when_flagged_business_then_it_leaves_the_queue(staff_client):
    merchant = factories.merchant(business_status="closed", status_checked_at=NOW)
    response = decide(staff_client, merchant, "suspend", ends="2026-12-24", reason="폐업")
    assert response.url == reverse("admin:verifications")


def test_flagged_business_when_verified_again_then_it_leaves_the_queue(staff_client):
    merchant = cases.papers_for(
        factories.merchant(business_status="paused", status_checked_at=NOW, founded_on="2020-01-01")
    )
    response = decide(staff_client, merchant, "verify", until=UNTIL)
    assert response.url == reverse("admin:verifications")


def test_decision_when_two_operators_then_the_second_sees_who_was_first(staff_client):
    merchant = cases.waiting()
    seen = merchant.revision
    other = logged_in(factories.staff())
    assert decide(other, merchant, "return", reasons=["unreadable"]).status_code == 302
    response = decide(staff_client, merchant, "verify", revision=seen, until=UNTIL)
    assert response.status_code == 409
    assert "상태(보완 요청)" in text(response)
    merchant.refresh_from_db()
    assert merchant.state == MerchantState.RETURNED


def test_decision_when_the_owner_changed_meanwhile_then_typing_kept_and_change_named(staff_client):
    merchant = cases.waiting()
    seen = merchant.revision
    register.change(merchant=merchant, entries={"name": "다른 이름"})
    data = {"reasons": ["differs"], "note": "이름이 다릅니다."}
    response = decide(staff_client, merchant, "return", revision=seen, **data)
    assert response.status_code == 409
    page = text(response)
    assert "바뀐 것: 상호." in page
    assert "이름이 다릅니다.</textarea>" in page
    fresh = response.context["return_form"]["revision"].value()
    again = decide(staff_client, merchant, "return", revision=fresh, **data)
    assert again.status_code == 302


def test_suspend_when_another_operator_did_then_not_twice(staff_client):
    merchant = cases.waiting()
    seen = merchant.revision
    suspend.suspend(merchant=merchant, ends=kst(30), reason="x", by=factories.staff())
    response = decide(
        staff_client, merchant, "suspend", revision=seen, ends="2026-12-24", reason="x"
    )
    assert response.status_code == 409
    assert "바뀐 것: 이용 정지." in text(response)
    assert Suspension.objects.count() == 1


def changed_since(merchant, revision):
    merchant.refresh_from_db()
    return changes.changed_since(merchant, revision)


def test_changes_when_a_paper_or_a_suspension_came_then_named_to_who_saw_less(owner):
    merchant = cases.waiting()
    first = merchant.revision
    papers.hand_in(
        merchant=merchant,
        kind=cases.confirmation(),
        files=[],
        entries={"valid_until": dt.date(2027, 2, 28)},
        by=owner,
    )
    imposed = suspend.suspend(merchant=merchant, ends=kst(30), reason="x")
    assert changed_since(merchant, first) == ["소상공인확인서", "이용 정지"]
    assert changed_since(merchant, first + 1) == ["이용 정지"]
    assert changed_since(merchant, first + 2) == []
    suspend.lift_suspension(suspension=imposed)
    assert changed_since(merchant, first + 2) == ["이용 정지"]
    assert changed_since(merchant, first + 3) == []


def test_changes_when_a_page_was_taken_back_then_its_paper_is_named():
    merchant = cases.waiting()
    paper = merchant.documents.get(kind=cases.confirmation())
    page, _other = (paper.files.create(position=n, size=1, key_id="x") for n in (1, 2))
    seen = merchant.revision
    papers.remove_file(file=page)
    assert changed_since(merchant, seen) == ["소상공인확인서"]
    assert changed_since(merchant, seen + 1) == []


@pytest.mark.parametrize(("minutes", "said"), [(4, True), (5, False)])
def test_case_when_somebody_else_opened_it_a_moment_ago_then_said(at_now, minutes, said):
    merchant = cases.waiting()
    logged_in(factories.staff(name="이운영")).get(address(merchant))
    seen = AccessRecord.objects.get().at  # by the clock of the database, which is not frozen
    at_now.move_to(seen + dt.timedelta(minutes=minutes))
    staff_client = logged_in(factories.staff())
    assert ("이운영" in text(staff_client.get(address(merchant)))) is said


def test_look_up_when_the_office_is_off_then_papers_decide(staff_client):
    merchant = cases.waiting()
    response = decide(staff_client, merchant, "look_up")
    assert response.url == address(merchant)
    assert "서류로 판단" in text(staff_client.get(response.url))


def test_case_when_opened_and_decided_then_recorded_by_whom():
    merchant, person = cases.waiting(), factories.staff()
    client = logged_in(person)
    client.get(address(merchant))
    decide(client, merchant, "verify", until=UNTIL)
    records = AccessRecord.objects.order_by("pk")
    assert [(r.action, r.subject_ids, r.actor) for r in records] == [
        ("view", [merchant.pk], person),
        ("change", [merchant.pk], person),
    ]
    assert "사업자등록증" in records[0].what


def test_case_when_draft_or_unknown_then_not_found(staff_client):
    assert staff_client.get(address(draft())).status_code == 404
    assert staff_client.get("/admin/verifications/999999/").status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"decision": "nonsense"}, {"decision": "verify", "revision": "x"}]
)
def test_decision_when_nonsense_then_refused_and_nothing_changes(staff_client, data):
    merchant = cases.waiting()
    assert staff_client.post(address(merchant), data).status_code == 400
    merchant.refresh_from_db()
    assert merchant.state == MerchantState.SUBMITTED


# Who may: every address of verification, every role -----------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("operator", 200), ("manager", 200), ("official", 403), ("evaluator", 403)],
)
def test_access_when_staff_then_by_role(role, status):
    merchant = cases.waiting()
    client = logged_in(factories.staff(role))
    assert client.get("/admin/verifications/").status_code == status
    assert client.get(address(merchant)).status_code == status
    decided = decide(client, merchant, "verify", until=UNTIL).status_code
    assert decided == (302 if status == 200 else 403)
    merchant.refresh_from_db()
    assert (merchant.state == MerchantState.VERIFIED) is (status == 200)


def test_access_when_owner_or_anonymous_then_refused(client):
    merchant = cases.waiting()
    owner = logged_in(merchant.memberships.get().user)
    for somebody, target in ((owner, "/staff-only/"), (client, "/account/login/")):
        for response in (
            somebody.get("/admin/verifications/", follow=True),
            somebody.get(address(merchant), follow=True),
        ):
            assert response.redirect_chain[-1][0].startswith(target)
        decide(somebody, merchant, "verify", until=UNTIL)
    merchant.refresh_from_db()
    assert merchant.state == MerchantState.SUBMITTED


# Until when is proposed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expiries", "expected"),
    [
        (["2027-03-31", None], "2027-03-31"),
        (["2027-03-31", "2027-01-10"], "2027-01-10"),
        (["2026-11-22"], "2027-03-31"),  # has run out: says nothing of the future
        (["2026-11-23"], "2026-11-23"),
        ([], "2027-03-31"),
        (["2030-01-01"], "2028-02-26"),  # no further than the setting's days
    ],
)
def test_proposal_when_papers_run_out_then_the_first_expiry(expiries, expected):
    papers = [Document(valid_until=e and dt.date.fromisoformat(e)) for e in expiries]
    proposed = verify.proposed_until(papers, dt.date(2026, 11, 23))
    assert proposed.isoformat() == expected
