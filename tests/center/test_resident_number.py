from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from bookings.forms import CancelForm, ConfirmForm
from center.admin.people import PersonForm
from center.forms import ProfileForm, SignupForm
from center.models import User
from center.purposes import PurposeForm
from center.resident_number import blank_out, found_in, refuse_resident_numbers
from center.rights_forms import AnswerForm, RightsForm

pytestmark = pytest.mark.usefixtures("at_now")


def completed(first_twelve: str) -> str:
    """With the check digit as it was given until October 2020."""
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(int(a) * b for a, b in zip(first_twelve, weights, strict=True))
    return first_twelve + str((11 - total % 11) % 10)


@pytest.mark.parametrize(
    "text",
    [
        completed("850301123456"),
        "850301-1234567",
        "850301 2234567",
        "850301 - 2234567",
        "850301–1234567",
        "８５０３０１－１２３４５６７",
        "850301-5234567",
        "010203-3234567",
        "010203-8234567",
        "000229-4234567",
        "210101-3234567",
        "261123-4234567",
        "대표 홍길동(850301-1234567), 대구",
        "850301-1234567850301-1234567".replace("67850", "67, 850"),
        "첫째 111111-11, 둘째 850301-1234567",
    ],
)
def test_found_in_when_a_resident_number_then_true(text):
    assert found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "850301",
        "1985-03-01",
        "850301-1******",
        "850301-1",
        "220-81-62517",
        "2208162517",
        "010-1234-5678",
        "053-000-0000 010-1234-5678",
        "851301-1234567",
        "850230-1234567",
        "010229-3234567",
        "261124-3234567",
        "850301-9234567",
        "850301-0234567",
        "1234567890123456",
        "1850301-1234567",
        "850301-12345678",
        "130111-0006246",
        "110111-1129497",
        "110111-1707178",
        "1101111707178",
        "8801062123452",
    ],
)
def test_found_in_when_another_number_then_false(text):
    assert not found_in(text)


def test_found_in_when_both_check_digits_are_right_then_a_resident():
    number = next(
        completed(f"110111{serial:06}")
        for serial in range(100_000, 200_000)
        if corporation(f"110111{serial:06}") == completed(f"110111{serial:06}")
    )
    assert found_in(number)


def corporation(first_twelve: str) -> str:
    total = sum(int(digit) * (1, 2)[at % 2] for at, digit in enumerate(first_twelve))
    return first_twelve + str((10 - total % 10) % 10)


def test_found_in_when_born_since_numbers_lost_their_check_digit_then_date_and_sex_decide():
    assert found_in(corporation("201005312345"))
    assert not found_in(corporation("201004312345"))


def test_blank_out_when_in_a_text_then_its_digits_are_stars():
    assert blank_out("홍길동 850301-1234567, 053-000-0000") == "홍길동 ******-*******, 053-000-0000"
    assert blank_out("８５０３０１ 1234567") == "****** *******"


def test_validator_when_found_then_says_why_in_korean():
    refuse_resident_numbers("전화 053-000-0000")
    with translation.override("ko"), pytest.raises(ValidationError) as raised:
        refuse_resident_numbers("850301-1234567")
    assert raised.value.code == "resident_number"
    assert raised.value.messages[0].startswith("주민등록번호")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (RightsForm, "text"),
        (AnswerForm, "answer"),
        (SignupForm, "name"),
        (PurposeForm, "text"),
        (PersonForm, "reason"),
        (ConfirmForm, "purpose"),
        (ConfirmForm, "user_name"),
        (CancelForm, "text"),
    ],
)
def test_form_when_somebody_types_a_number_then_refused(form, field):
    with pytest.raises(ValidationError) as refusal:
        form.base_fields[field].clean("저는 850301-1234567입니다")
    assert [error.code for error in refusal.value.error_list] == ["resident_number"]


def test_profile_when_the_name_holds_a_number_then_refused():
    form = ProfileForm({"name": "김하나 850301-1234567"}, person=User())
    assert form.has_error("name", "resident_number")
