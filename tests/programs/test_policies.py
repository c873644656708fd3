"""Who may apply: each rule just inside and just outside, all violations at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from merchants.models import MerchantKind
from programs import policies
from programs.models import Program, SelectionMode
from programs.policies import Facts

TODAY = dt.date(2026, 11, 23)
FINE = Facts(
    today=TODAY,
    is_verified=True,
    kind=MerchantKind.INDIVIDUAL,
    section="G",
    district="27230",
    founded_on=dt.date(2024, 11, 23),
)


def codes(program, facts=FINE, **changes):
    return [violation.code for violation in policies.violations(program, replace(facts, **changes))]


def call(**fields):
    return Program(selection=SelectionMode.FIRST_COME, quota=10, **fields)


def test_violations_when_nothing_is_asked_then_none():
    assert codes(call()) == []


def test_violations_when_everything_is_wrong_then_all_of_them_each_with_a_way_out():
    program = call(
        districts=["47"],
        sections=["C"],
        merchant_kinds=[MerchantKind.CORPORATION],
        least_months=36,
        once_a_year=True,
    )
    facts = replace(
        FINE,
        is_verified=False,
        suspended_until=dt.datetime(2026, 12, 1, tzinfo=dt.UTC),
        supported_this_year=True,
    )
    found = policies.violations(program, facts)
    assert [violation.code for violation in found] == [
        "not_verified",
        "suspended",
        "district",
        "section",
        "kind",
        "too_young",
        "supported_this_year",
    ]
    assert all(violation.message and violation.remedy for violation in found)


@pytest.mark.parametrize(
    ("districts", "own", "expected"),
    [
        (["27230"], "27230", []),
        (["27230"], "27260", ["district"]),
        (["27"], "27260", []),
        (["27"], "47110", ["district"]),
        (["27"], "", ["district"]),
    ],
)
def test_district_when_a_code_or_a_province_is_asked(districts, own, expected):
    assert codes(call(districts=districts), district=own) == expected


@pytest.mark.parametrize(
    ("least", "most", "founded", "expected"),
    [
        (24, None, dt.date(2024, 11, 23), []),
        (24, None, dt.date(2024, 11, 24), ["too_young"]),
        (None, 24, dt.date(2024, 11, 23), []),
        (None, 24, dt.date(2024, 11, 22), ["too_old"]),
        (24, 36, None, ["founding_unknown"]),
        (None, None, None, []),
    ],
)
def test_age_at_the_month_then_the_day_itself_counts(least, most, founded, expected):
    program = call(least_months=least, most_months=most)
    assert codes(program, founded_on=founded) == expected


def test_age_when_a_founder_to_be_then_no_month_old():
    founder = {"kind": MerchantKind.PRE_FOUNDER, "founded_on": None}
    assert codes(call(most_months=12), **founder) == []
    assert codes(call(least_months=1), **founder) == ["too_young"]


@pytest.mark.parametrize(("taken", "expected"), [(1, []), (2, ["repeat_full"])])
def test_repeat_share_when_its_places_are_given_then_refused(taken, expected):
    program = call(repeat_percent=20)
    assert codes(program, supported_before=True, repeat_taken=taken) == expected
    assert codes(program, supported_before=False, repeat_taken=taken) == []


def test_repeat_share_when_scored_then_capped_at_selection_only():
    program = Program(selection=SelectionMode.SCORED, quota=10, repeat_percent=0)
    assert codes(program, supported_before=True, repeat_taken=9) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"districts": ["27"]},
        {"sections": ["G"]},
        {"merchant_kinds": ["individual"]},
        {"least_months": 12},
        {"most_months": 36},
    ],
)
def test_changed_business_when_the_call_has_a_condition_then_staff_look_first(condition):
    assert codes(call(**condition)) == []
    assert codes(call(**condition), is_reviewed=True) == ["under_review"]
    scored = Program(selection=SelectionMode.SCORED, quota=10, **condition)
    assert codes(scored, is_reviewed=True) == []


def test_changed_business_when_the_call_is_for_all_then_free_to_apply():
    assert codes(call(), is_reviewed=True) == []
