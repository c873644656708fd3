import datetime as dt

import pytest
from django.utils import translation

from merchants import regions

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
#: divided among several, or joined to a city that has 구: their owners are asked
ASKED = {"28110", "28260", "43710"}
ENDED = [known for known in regions.districts() if known.has_ended(TODAY)]


def codes_offered(day):
    return [known.code for _, group in regions.offered(day) for known in group]


def test_districts_when_read_then_all_of_them():
    assert len(regions.districts()) == 345
    assert len({known.code for known in regions.districts()}) == 345
    assert sum(known.in_force(TODAY) for known in regions.districts()) == 269


def test_daegu_when_gunwi_joined_then_nine_districts():
    daegu = [d for d in regions.districts() if d.code.startswith("27")]
    assert sum(d.in_force(TODAY) for d in daegu) == 9
    assert sum(d.in_force(dt.date(2023, 6, 30)) for d in daegu) == 8
    assert sum(d.in_force(dt.date(2023, 7, 1)) for d in daegu) == 9


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("27720", "대구광역시 군위군"),
        ("47720", "경상북도 군위군"),
        ("47111", "경상북도 포항시 남구"),
        ("36110", "세종특별자치시"),
        ("99999", "99999"),
        ("", ""),
    ],
)
def test_district_name_when_ended_or_unknown_then_still_read(code, name):
    assert regions.district_name(code) == name


# Offered -----------------------------------------------------------------------------------


def test_offered_when_today_then_home_first_then_the_country_by_code():
    sido = [name for name, _ in regions.offered(TODAY)]
    assert sido[:5] == [
        "대구광역시",
        "경상북도",
        "서울특별시",
        "전남광주통합특별시",
        "부산광역시",
    ]
    assert len(sido) == len(set(sido)) == 16
    daegu = dict(regions.offered(TODAY))["대구광역시"]
    assert [known.sigungu for known in daegu] == [
        "중구",
        "동구",
        "서구",
        "남구",
        "북구",
        "수성구",
        "달서구",
        "달성군",
        "군위군",
    ]


def test_offered_when_the_center_is_elsewhere_then_its_regions_first(settings):
    settings.HOME_REGIONS = ["51", "11"]
    assert [name for name, _ in regions.offered(TODAY)][:3] == [
        "강원특별자치도",
        "서울특별시",
        "전남광주통합특별시",
    ]
    assert regions.is_home("11110")
    assert not regions.is_home("27110")


def test_offered_when_a_city_has_gu_then_these_alone():
    divided = {"41110", "41590", "43110", "47110", "48120", "52110"}
    offered = codes_offered(TODAY)
    assert divided & set(offered) == set()
    assert {"47111", "47113", "41111", "41591", "36110", "50110"} <= set(offered)
    in_force = {known.code for known in regions.districts() if known.in_force(TODAY)}
    cities = in_force - set(offered)
    assert len(offered) == len(set(offered)) == len(in_force) - len(cities)
    assert all(
        any(
            regions.district(code).name.startswith(f"{regions.district(city).name} ")
            for code in offered
        )
        for city in cities
    )


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (dt.date(2016, 7, 4), {"41195", "41197", "41199"}, {"41190"}),
        (dt.date(2023, 6, 11), {"42110"}, {"51110"}),
        (dt.date(2023, 7, 1), {"47720"}, {"27720"}),
        (dt.date(2024, 1, 1), {"41190"}, {"41192", "41194", "41196"}),
        (dt.date(2024, 1, 18), {"45111", "45140"}, {"52111", "52140"}),
        (dt.date(2026, 2, 1), {"41590"}, {"41591", "41593", "41595", "41597"}),
        (dt.date(2026, 7, 1), {"28110", "29110", "46110"}, {"28125", "28155", "12110"}),
    ],
)
def test_offered_when_codes_change_then_from_that_day_on(change, before, after):
    yesterday, today = set(codes_offered(change - DAY)), set(codes_offered(change))
    assert before <= yesterday
    assert before & today == set()
    assert after & yesterday == set()
    assert after <= today


# Successors --------------------------------------------------------------------------------


def test_successors_when_a_code_has_ended_then_named_or_among_those_asked():
    assert {known.code for known in ENDED} == set(regions.successors()) | ASKED
    assert set(regions.successors()) & ASKED == set()


def test_successors_when_followed_then_no_circle_and_an_end_in_force():
    def ends(code, way=()):
        assert code not in way
        heirs = regions.successors().get(code, ())
        return {end for heir in heirs for end in ends(heir, (*way, code))} or {code}

    for known in ENDED:
        if known.code not in ASKED:
            assert all(regions.district(end).in_force(TODAY) for end in ends(known.code))
            assert regions.district(regions.successor(known.code, TODAY)).in_force(TODAY)


def test_successor_when_a_code_ends_then_one_from_the_very_next_day():
    for known in ENDED:
        assert regions.successor(known.code, known.valid_to) == known.code
        heir = regions.successor(known.code, known.valid_to + DAY)
        assert (heir is None) == (known.code in ASKED)
        assert heir is None or regions.district(heir).in_force(known.valid_to + DAY)


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("47720", dt.date(2023, 6, 30), "47720"),
        ("47720", dt.date(2023, 7, 1), "27720"),
        ("42110", dt.date(2023, 6, 11), "51110"),
        ("45111", dt.date(2024, 1, 18), "52111"),
        ("29155", dt.date(2026, 6, 30), "29155"),
        ("29155", dt.date(2026, 7, 1), "12270"),
        ("46230", TODAY, "12190"),
        ("28140", TODAY, "28125"),
        ("44730", TODAY, "36110"),
        ("48190", TODAY, "48120"),
        # 부천's 구 became the city and, years later, 구 again.
        ("41195", dt.date(2016, 7, 3), "41195"),
        ("41195", dt.date(2016, 7, 4), "41190"),
        ("41195", dt.date(2023, 12, 31), "41190"),
        ("41195", dt.date(2024, 1, 1), "41192"),
        ("41197", TODAY, "41194"),
        ("41199", TODAY, "41196"),
        ("27230", TODAY, "27230"),
        ("28110", TODAY, None),
        ("51110", dt.date(2023, 6, 10), None),
        ("99999", TODAY, None),
        ("", TODAY, None),
    ],
)
def test_successor_when_asked_for_a_day_then_the_code_of_that_day(code, day, expected):
    assert regions.successor(code, day) == expected


def test_successors_when_both_notes_speak_then_they_agree():
    """The notes of the younger codes name the former ones: the same pairs."""
    former = {
        row["note"].split("이전 코드 ")[1][:5]: row["code"]
        for row in regions._rows("districts.csv")
        if "이전 코드 " in row["note"] and not row["valid_to"]
    }
    assert len(former) == 65
    for code, heir in former.items():
        assert heir in regions.successors()[code]


# Sections ----------------------------------------------------------------------------------


def test_sections_when_read_then_a_to_u():
    assert "".join(section.code for section in regions.sections()) == "ABCDEFGHIJKLMNOPQRSTU"
    assert all(section.example_ko and section.example_en for section in regions.sections())


def test_sections_for_choice_when_offered_then_the_common_first():
    found = regions.sections_for_choice()
    assert "".join(section.code for section in found) == "GCISPRMJNHFQABDEKLOTU"


def test_section_when_the_language_changes_then_so_does_its_name():
    retail = regions.sections_for_choice()[0]
    with translation.override("ko"):
        assert regions.section_name("G") == retail.name == "도매 및 소매업"
        assert retail.example.startswith("동네 슈퍼")
    with translation.override("en"):
        assert regions.section_name("G") == retail.name == "Wholesale and retail trade"
        assert retail.example.startswith("Corner shop")
    assert regions.section_name("Z") == "Z"
