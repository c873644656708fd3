import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from merchants import business_number as numbers

valid = (
    st.tuples(st.integers(101, 999), st.integers(1, 99), st.integers(1, 9999))
    .map(lambda parts: f"{parts[0]}{parts[1]:02}{parts[2]:04}")
    .map(lambda nine: nine + str(numbers.check_digit(nine)))
)


@pytest.mark.parametrize("number", ["220-81-62517", "124-81-00998", "104-81-36565"])
def test_is_valid_when_known_good_then_true(number):
    assert numbers.is_valid(numbers.normalize(number))


@pytest.mark.parametrize(
    "number",
    [
        "0000000000",
        "1234567890",
        "220816251",
        "22081625170",
        "",
        "abcdefghij",
        "２２０８１６２５１７",
    ],
)
def test_is_valid_when_wrong_then_false(number):
    assert not numbers.is_valid(number)


@given(valid, st.integers(0, 9), st.integers(0, 9))
def test_is_valid_when_one_digit_is_wrong_then_false(number, position, digit):
    assume(number[position] != str(digit))
    wrong = number[:position] + str(digit) + number[position + 1 :]
    if position == 8:  # the ninth digit counts by 5 and by its tens: two digits can agree
        assert numbers.is_valid(wrong) == (wrong[9] == str(numbers.check_digit(wrong[:9])))
    else:
        assert not numbers.is_valid(wrong)


@given(valid)
def test_display_when_normalized_again_then_the_same(number):
    assert numbers.normalize(numbers.display(number)) == number
    assert numbers.is_valid(number)
