import datetime as dt
from pathlib import Path

from merchants import regions

TODAY = dt.date(2026, 11, 23)


def test_districts_when_read_then_all_of_them():
    assert len(regions.districts()) == 345
    assert sum(district.in_force(TODAY) for district in regions.districts()) == 269


def test_daegu_when_gunwi_joined_then_nine_districts():
    daegu = [d for d in regions.districts() if d.code.startswith("27")]
    assert sum(d.in_force(TODAY) for d in daegu) == 9
    assert sum(d.in_force(dt.date(2022, 12, 31)) for d in daegu) == 8
    assert regions.district_name("27720") == "대구광역시 군위군"
    assert regions.district_name("99999") == "99999"


def test_sections_when_read_then_a_to_u():
    assert "".join(section.code for section in regions.sections()) == "ABCDEFGHIJKLMNOPQRSTU"
    assert Path(regions.__file__).with_name("data").joinpath("README.md").exists()
