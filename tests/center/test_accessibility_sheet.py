"""The check sheet of KWCAG 2.2 names every item and every page, and tests that there are."""

import re
from pathlib import Path

import pytest

from tests.journeys import every_page
from tests.journeys.on_the_way import ON_THE_WAY

TESTS = Path(__file__).resolve().parents[1]
SHEET = (TESTS.parent / "docs" / "accessibility.md").read_text("utf-8")
FRONT = "(첫 화면)"
#: 33 items, how many there are in each section of the guidelines
SECTIONS = {
    "5.1": 1,
    "5.2": 1,
    "5.3": 3,
    "5.4": 4,
    "6.1": 4,
    "6.2": 2,
    "6.3": 1,
    "6.4": 4,
    "6.5": 4,
    "7.1": 1,
    "7.2": 2,
    "7.3": 4,
    "8.1": 1,
    "8.2": 1,
}


def table(title):
    """The rows below a heading, as cells, without its head."""
    part = SHEET.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def pages():
    found = {template for of_one in every_page.PAGES.values() for template in of_one}
    found |= {template for template, _who in every_page.RARE}
    found |= {template for looked_at in ON_THE_WAY.values() for template in looked_at}
    return found | set(every_page.model_pages())


def rule_of(page, rules):
    """The longest beginning in the sheet; the front page is itself alone."""
    fitting = [rule for rule in rules if (page.startswith(rule) if rule else page == "")]
    return max(fitting, key=len, default=None)


def test_items_when_read_then_the_33_of_the_guidelines_in_their_order():
    expected = [f"{section}.{n}" for section, most in SECTIONS.items() for n in range(1, most + 1)]
    assert len(expected) == 33
    assert [item.partition(" ")[0] for item, *_rest in table("항목별")] == expected


def test_items_when_judged_by_a_machine_then_a_test_is_named_and_else_a_person():
    for item, how, verdict, evidence in table("항목별"):
        assert how, item
        assert verdict in {"시험", "일부", "사람"}, item
        assert ("`test_" in evidence) is (verdict != "사람"), item


def test_tests_when_named_in_the_sheet_then_there():
    named = set(re.findall(r"`(test_\w+)`", SHEET))
    sources = "".join(path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))
    assert sorted(name for name in named if f"def {name}(" not in sources) == []


def test_pages_when_in_the_map_of_the_journeys_then_covered_by_the_sheet():
    rules = ["" if row[0] == FRONT else row[0].strip("`") for row in table("화면별")]
    covered = {page: rule_of(page, rules) for page in pages()}
    assert sorted(page for page, rule in covered.items() if rule is None) == []
    assert sorted(set(rules) - set(covered.values())) == []  # none that covers nothing


@pytest.mark.parametrize(("page", "rule"), [("", ""), ("spaces/a/", "spaces/"), ("new/", None)])
def test_rule_when_looked_for_then_the_longest_beginning(page, rule):
    assert rule_of(page, ["", "s", "spaces/"]) == rule
