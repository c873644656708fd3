import pytest

from merchants import likeness


@pytest.mark.parametrize(
    "spelling",
    [
        "달구벌 수제청",
        "㈜달구벌수제청",
        "(주) 달구벌 수제청",
        "달구벌수제청 (주)",
        "주식회사 달구벌수제청",
        "（주）달구벌·수제청",
    ],
)
def test_name_when_spelled_otherwise_then_the_same(spelling):
    assert likeness.plain_name(spelling) == "달구벌수제청"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("㈜달구벌 수제청", "달구벌수제청", True),
        ("달구벌 수제청", "달구벌 수제청 본점", True),
        ("달구벌 수제청", "달구벌 수재청", True),
        ("달구벌 수제청", "팔공 수제청", False),
        ("떡", "떡방앗간", False),
        ("", "", False),
        ("(주)", "㈜", False),
    ],
)
def test_names_when_compared_then_alike_or_not(one, other, alike):
    assert likeness.names_are_alike(one, other) is alike
    assert likeness.names_are_alike(other, one) is alike


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("대구광역시 북구 유통단지로 45, 2층 (산격동)", "대구광역시 북구 유통단지로45 2층", True),
        ("유통단지로 1-2", "유통단지로 12", False),
    ],
)
def test_addresses_when_compared_then_spaces_and_brackets_do_not_count(one, other, same):
    assert (likeness.plain_address(one) == likeness.plain_address(other)) is same


@pytest.mark.parametrize(
    "written", ["053-123-4567", "053 123 4567", "+82 53-123-4567", "+82(0)531234567"]
)
def test_phone_when_written_otherwise_then_the_same_digits(written):
    assert likeness.plain_phone(written) == "0531234567"
