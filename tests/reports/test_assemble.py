"""The content of a report: its shape, its bytes, its sums."""

from decimal import Decimal

import pytest

from center.figures import Cut, Figure, Group, Registry, Row, Table, registry
from center.periods import of_key
from center.reports.assemble import compile_content, rounded, sums
from center.reports.content import canonical
from tests import factories
from tests.conftest import kst
from tests.reports.worlds import World, crowded

NOVEMBER = of_key("2026-11")
LATER = kst(5, month=1, year=2027)


def figure(key="a.b", **fields):
    return Figure(key, "이름", "건", "식", "출처", **fields)


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [(None, 1, None), (3, 0, 3), (3, 1, "3.0"), ("0.25", 1, "0.3"), ("-0.5", 0, -1), ("2.5", 0, 3)],
)
def test_rounded_when_half_then_away_from_zero(value, decimals, said):
    exact = Decimal(value) if isinstance(value, str) else value
    assert rounded(exact, decimals) == said


@pytest.mark.django_db
def test_content_when_compiled_twice_then_the_same_bytes():
    crowded(seed=3, uses=20)
    first, again = (canonical(compile_content(NOVEMBER, as_of=LATER)) for _ in range(2))
    assert first == again


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["2026-11", "2026-Q4"])
def test_content_when_column_sums_then_rows_add_up_to_the_total(key):
    crowded(seed=5, uses=60)
    content, summed = compile_content(of_key(key), as_of=LATER), 0
    decimals = {figure["key"]: figure["decimals"] for figure in content["figures"]}
    for table in content["tables"]:
        for place, figure_key in enumerate(table["columns"]):
            if table["sums"][place] and decimals[figure_key] == 0:
                stated = [row["cells"][place] for row in table["rows"]]
                rows = [cell for cell in stated if cell is not None]
                # What is entered by hand is no number at all where nothing was entered.
                nothing = None if figure_key.startswith("outside.") else 0
                assert (sum(rows) if rows else nothing) == table["total"][place], (
                    table["key"],
                    figure_key,
                )
                assert rows == stated or table["key"] == "outside"
                summed += 1
    assert summed > 20


@pytest.mark.django_db
def test_content_when_space_was_idle_then_a_row_of_zeros():
    world = World()
    content = compile_content(NOVEMBER, as_of=LATER)
    table = next(t for t in content["tables"] if t["key"] == "usage_by_space")
    rows = {
        row["key"]: dict(zip(table["columns"], row["cells"], strict=True)) for row in table["rows"]
    }
    idle = rows[world.spaces[0].slug]
    assert (idle["bookings.uses"], idle["bookings.hours_offered"]) == (0, "336.0")
    assert world.spaces[4].slug not in rows  # offered no longer, and not used
    assert idle["bookings.utilisation"] == "0.0"


@pytest.mark.django_db
def test_content_when_names_then_in_both_languages():
    factories.studio(name="스튜디오", name_en="Studio")
    content = compile_content(NOVEMBER, as_of=LATER)
    table = next(t for t in content["tables"] if t["key"] == "usage_by_space")
    assert table["rows"][0]["name"] == {"ko": "스튜디오", "en": "Studio"}
    assert table["title"] == {"ko": "공간별 이용", "en": "Use of each space"}
    assert (content["period"]["starts"], content["period"]["ends"]) == ("2026-11-01", "2026-12-01")
    assert content["as_of"] == "2027-01-05T00:00:00+09:00"


def test_sums_when_distinct_then_only_where_each_business_has_one_row():
    places, firms, owners = registry.cuts["space"], registry.cuts["kind"], registry.cuts["trait"]
    once = figure(additive=False, distinct=True, counts=True)
    assert [sums(cut, once) for cut in (places, firms, owners)] == [False, True, False]
    assert [sums(cut, figure()) for cut in (places, firms, owners)] == [True, True, False]
    assert not sums(firms, figure(parts=("a.c",)))


def test_registry_when_a_key_is_given_twice_then_refused():
    known = Registry()
    group = Group("g", (figure(),), frozenset({""}), frozenset(), lambda wish, cut: {})
    known.add(groups=(group,))
    with pytest.raises(ValueError, match="Named twice"):
        known.add(groups=(group,))
    cut = Cut("c", "기준", lambda wish, seen: [Row("a", "가", "a")])
    known.add(cuts=(cut,), tables=(Table("t", "표", "c", ("a.b",)),))
    assert known.figure("a.b") == figure()
    with pytest.raises(ValueError, match="draws a column"):
        Table("u", "표", "c", ("a.b",), drawn="a.c")


def test_registry_when_apps_have_started_then_every_table_can_be_counted():
    for table in registry.tables.values():
        cut = registry.cuts[table.cut]
        for key in table.columns:
            assert cut.key in registry.group_of(key).cuts, (table.key, key)
    for known in registry.figures():
        assert all(registry.figure(part) for part in known.parts)
