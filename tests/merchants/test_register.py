"""From the first entry to a submitted registration."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from center.errors import RuleViolation
from merchants.models import Document, DocumentKind, Merchant, MerchantState
from merchants.services import register, verify
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def entries(**fields):
    return {
        "kind": "individual",
        "number": factories.number(1),
        "name": "달구벌 수제청",
        "representative": "김달구",
        "section": "C",
        "district": "27230",
        "founded_on": dt.date(2015, 3, 2),
        "phone": "053-123-4567",
        **fields,
    }


def papers_for(merchant):
    """The papers that are needed, without files: services look at the rows alone."""
    for kind in DocumentKind.objects.asked_of(merchant.kind).filter(is_needed=True):
        Document.objects.create(
            merchant=merchant,
            kind=kind,
            number="0010-2026-12345" if kind.has_number else "",
            valid_until=dt.date(2027, 3, 31) if kind.has_expiry else None,
        )
    return merchant


def draft(user=None, **fields):
    return register.start(user=user or factories.user(), entries=entries(**fields))


def submitted(**fields):
    return register.submit(merchant=papers_for(draft(**fields)))


def codes(call, **arguments):
    with pytest.raises(RuleViolation) as caught:
        call(**arguments)
    return caught.value.codes


def test_start_when_sent_twice_then_one_draft_of_the_latest_entries(owner):
    first = draft(owner)
    second = draft(owner, name="달구벌 청과")
    assert second.pk == first.pk
    assert Merchant.objects.get().name == "달구벌 청과"
    assert first.memberships.get().is_owner


def test_draft_when_it_has_a_number_then_the_number_is_not_taken():
    draft()
    other = submitted()
    assert other.state == MerchantState.SUBMITTED


def test_start_when_number_is_registered_then_led_to_its_owner():
    submitted()
    assert codes(draft) == ("number_registered",)


def test_submit_when_rival_was_faster_then_refused_and_nothing_changes():
    slow = papers_for(draft())
    submitted()
    assert codes(register.submit, merchant=slow) == ("number_registered",)
    slow.refresh_from_db()
    assert (slow.state, slow.submitted_at) == (MerchantState.DRAFT, None)


def test_submit_when_incomplete_then_everything_missing_is_named():
    merchant = draft(number=None, representative="", section="")
    assert codes(register.submit, merchant=merchant) == (
        "missing",
        "missing",
        "missing",
        "paper_missing",
        "paper_missing",
    )
    with pytest.raises(RuleViolation) as caught:
        register.submit(merchant=merchant)
    assert [v.field for v in caught.value.violations] == [
        "number",
        "representative",
        "section",
        "business_registration",
        "small_merchant",
    ]


@pytest.mark.parametrize(
    ("valid_until", "accepted"),
    [(dt.date(2026, 11, 22), False), (dt.date(2026, 11, 23), True), (dt.date(2026, 11, 24), True)],
)
def test_submit_when_paper_ends_around_today_then_its_last_day_counts(valid_until, accepted):
    merchant = papers_for(draft())
    merchant.documents.filter(kind__has_expiry=True).update(valid_until=valid_until)
    if accepted:
        assert register.submit(merchant=merchant).state == MerchantState.SUBMITTED
    else:
        assert codes(register.submit, merchant=merchant) == ("paper_run_out",)


def test_submit_when_accepted_then_answer_promised_in_two_working_days():
    merchant = submitted()
    assert merchant.submitted_at == NOW
    assert merchant.decide_until == kst(25, 18)


def test_submit_when_sent_twice_then_refused():
    assert codes(register.submit, merchant=submitted()) == ("already_submitted",)


def test_pre_founder_when_without_number_then_may_submit():
    merchant = submitted(kind="pre_founder", number=None)
    assert (merchant.state, merchant.number) == (MerchantState.SUBMITTED, None)


def test_change_when_verified_then_proven_entries_are_looked_at_again(merchant):
    changed = register.change(merchant=merchant, entries={"phone": "010-1234-5678"})
    assert changed.review_asked_at is None
    changed = register.change(merchant=merchant, entries={"representative": "이달구"})
    assert (changed.state, changed.review_asked_at) == (MerchantState.VERIFIED, NOW)
    assert codes(register.change, merchant=merchant, entries={"number": factories.number(7)}) == (
        "number_fixed",
    )


def test_change_when_nothing_differs_then_no_new_revision(merchant):
    before = merchant.revision
    assert register.change(merchant=merchant, entries={"name": merchant.name}).revision == before


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "submitted", "submitted_at": None},
        {"state": "returned", "return_reasons": []},
        {"state": "verified", "verified_until": None},
        {"representative": ""},
        {"number": None},
        {"number": "123"},
    ],
)
def test_registered_business_when_written_past_the_services_then_database_refuses(broken):
    merchant = submitted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Merchant.objects.filter(pk=merchant.pk).update(**broken)


def test_states_when_order_is_broken_then_database_refuses():
    merchant = papers_for(draft())
    with pytest.raises(Exception, match="transition"), transaction.atomic():
        Merchant.objects.filter(pk=merchant.pk).update(
            state="verified", verified_until=dt.date(2027, 3, 31)
        )


def test_verify_when_seen_then_books_until_the_date(owner):
    merchant, staff = submitted(), factories.staff()
    until = dt.date(2027, 3, 31)
    done = verify.verify(merchant=merchant, revision=merchant.revision, until=until, by=staff)
    assert (done.state, done.decided_by, done.decided_at) == (MerchantState.VERIFIED, staff, NOW)
    assert [done.is_verified_on(until + n * dt.timedelta(days=1)) for n in (-1, 0, 1)] == [
        True,
        True,
        False,
    ]


def test_decision_when_two_operators_then_the_second_is_told():
    merchant, one, two = submitted(), factories.staff(), factories.staff()
    seen = merchant.revision
    verify.send_back(merchant=merchant, revision=seen, reasons=["unreadable"], note="", by=one)
    until = dt.date(2027, 3, 31)
    assert codes(verify.verify, merchant=merchant, revision=seen, until=until, by=two) == (
        "not_waiting",
    )
    merchant.refresh_from_db()
    assert (merchant.state, merchant.decided_by) == (MerchantState.RETURNED, one)


def test_decision_when_owner_changed_meanwhile_then_the_operator_looks_again():
    merchant = submitted()
    seen = merchant.revision
    register.change(merchant=merchant, entries={"name": "다른 이름"})
    assert codes(
        verify.verify,
        merchant=merchant,
        revision=seen,
        until=dt.date(2027, 3, 31),
        by=factories.staff(),
    ) == ("changed_meanwhile",)


def test_verify_when_a_needed_paper_is_gone_then_refused():
    merchant = submitted()
    merchant.documents.filter(kind__code="small_merchant").update(state="removed", ended_at=NOW)
    assert codes(
        verify.verify,
        merchant=merchant,
        revision=merchant.revision,
        until=dt.date(2027, 3, 31),
        by=factories.staff(),
    ) == ("papers_missing",)


@pytest.mark.parametrize(
    ("reasons", "note", "code"), [([], "", "reason_needed"), (["other"], " ", "note_needed")]
)
def test_send_back_when_without_reason_then_refused(reasons, note, code):
    merchant = submitted()
    assert codes(
        verify.send_back,
        merchant=merchant,
        revision=merchant.revision,
        reasons=reasons,
        note=note,
        by=factories.staff(),
    ) == (code,)


def test_send_back_when_mended_then_submitted_and_verified():
    merchant, staff = submitted(), factories.staff()
    back = verify.send_back(
        merchant=merchant,
        revision=merchant.revision,
        reasons=["differs"],
        note="대표자 이름이 등록증과 다릅니다.",
        by=staff,
    )
    again = register.submit(
        merchant=register.change(merchant=back, entries={"representative": "김달순"})
    )
    done = verify.verify(
        merchant=again, revision=again.revision, until=dt.date(2027, 3, 31), by=staff
    )
    assert (done.state, done.return_reasons) == (MerchantState.VERIFIED, [])
    events = done.events.order_by("pgh_id").values_list("state", flat=True)
    assert list(dict.fromkeys(events)) == ["draft", "submitted", "returned", "verified"]


def test_change_when_the_number_is_corrected_then_the_former_status_is_forgotten(owner):
    merchant = draft(owner)
    Merchant.objects.filter(pk=merchant.pk).update(business_status="closed", status_checked_at=NOW)
    register.change(merchant=merchant, entries={"name": "다른 이름"})
    merchant.refresh_from_db()
    assert merchant.business_status == "closed"
    register.change(merchant=merchant, entries={"number": factories.number(5)})
    merchant.refresh_from_db()
    assert (merchant.business_status, merchant.status_checked_at) == ("unchecked", None)
