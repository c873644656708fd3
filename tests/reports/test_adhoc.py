"""Tables of one's own: choosing, seeing, keeping, handing out."""

import csv
import io
import re

import pytest
from django.urls import reverse

from center import periods
from center.figures import registry
from center.permissions import OFFICIAL
from center.reports.choice_forms import TableForm
from center.reports.files import FORMATS
from center.reports.models import SavedTable
from center.reports.tables import MOST
from center.reports.targets import tells_of
from tests import factories
from tests.conftest import kst, logged_in
from tests.reports import readers
from tests.reports.program_worlds import ProgramWorld
from tests.reports.worlds import World, freeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ADDRESS = "/reports/adhoc/"
QUERY = "period=2026-11&figures=bookings.uses&figures=bookings.hours&cut=district"


@pytest.fixture
def world():
    made = World()
    for firm in range(5):
        made.book(starts=kst(2 + firm, 9), firm=firm, minutes=90)
    return made


@pytest.fixture
def person(world):
    return factories.staff()


def test_adhoc_when_chosen_then_table_at_once(person):
    page = logged_in(person).get(f"{ADDRESS}?{QUERY}")
    section = page.context["section"]
    assert [column.key for column in section.columns] == ["bookings.uses", "bookings.hours"]
    assert [value.text for value in section.total.values] == ["5", "7.5"]
    buk = next(line for line in section.lines if line.name == "대구광역시 북구")
    assert [value.text for value in buk.values] == ["3", "4.5"]


def test_adhoc_when_nothing_chosen_then_only_the_form(person):
    page = logged_in(person).get(ADDRESS)
    assert page.status_code == 200
    assert "section" not in page.context
    boxes = re.findall(
        r'<input type="checkbox" name="figures" value="([a-z._]+)"', page.content.decode()
    )
    assert boxes == [figure.key for figure in registry.figures()]


def test_adhoc_when_figures_cannot_be_divided_then_said(person):
    page = logged_in(person).get(f"{ADDRESS}?figures=equipment.uses&cut=district&period=2026-11")
    assert page.context["form"].errors["cut"]
    assert "section" not in page.context


def test_adhoc_when_one_figure_has_no_such_division_then_a_dash(person):
    query = "figures=bookings.uses&figures=bookings.utilisation&cut=district&period=2026-11"
    section = logged_in(person).get(f"{ADDRESS}?{query}").context["section"]
    assert {line.values[1].text for line in section.lines} == {"–"}


def test_adhoc_when_saved_then_listed_and_opened_again(person):
    client = logged_in(person)
    answer = client.post(reverse("reports_adhoc_save"), {"query": QUERY, "name": "구별 이용"})
    saved = SavedTable.objects.get(owner=person)
    assert answer.status_code == 302
    assert answer.url == f"{ADDRESS}?{saved.query}"
    page = client.get(answer.url)
    assert [each.name for each in page.context["saved"]] == ["구별 이용"]
    assert [value.text for value in page.context["section"].total.values] == ["5", "7.5"]


def test_adhoc_when_saved_under_the_same_name_then_replaced(person):
    client = logged_in(person)
    for cut in ("district", "section"):
        query = QUERY.replace("district", cut)
        client.post(reverse("reports_adhoc_save"), {"query": query, "name": "이용"})
    assert "cut=section" in SavedTable.objects.get(owner=person).query


def test_adhoc_when_every_figure_is_chosen_then_can_be_saved(person):
    every = "&".join(f"figures={figure.key}" for figure in registry.figures())
    query = f"{every}&cut=space&period=2026-11"
    logged_in(person).post(reverse("reports_adhoc_save"), {"query": query, "name": "모두"})
    assert SavedTable.objects.count() == 1


@pytest.mark.parametrize("given", [{"query": QUERY, "name": ""}, {"query": "cut=x", "name": "a"}])
def test_adhoc_when_saving_lacks_something_then_nothing_is_kept(person, given):
    answer = logged_in(person).post(reverse("reports_adhoc_save"), given)
    assert answer.status_code == 409
    assert not SavedTable.objects.exists()


def test_adhoc_when_too_many_are_kept_then_refused(person):
    SavedTable.objects.bulk_create(
        SavedTable(owner=person, name=f"{n}", query="cut=space") for n in range(MOST)
    )
    answer = logged_in(person).post(reverse("reports_adhoc_save"), {"query": QUERY, "name": "x"})
    assert answer.status_code == 409
    assert answer.context["name"].errors["name"]
    assert SavedTable.objects.count() == MOST


def test_adhoc_when_a_table_is_saved_then_its_button_says_that_it_goes(person):
    SavedTable.objects.create(owner=person, name="표", query="cut=space")
    page = logged_in(person).get(ADDRESS).content.decode()
    # not the word for people, which is also the one for taking data out
    assert '지우기<span class="visually-hidden"> 표</span>' in page


def test_adhoc_when_removed_then_ones_own_only(person):
    mine, theirs = (
        SavedTable.objects.create(owner=owner, name="표", query="cut=space")
        for owner in (person, factories.staff())
    )
    client = logged_in(person)
    for each in (mine, theirs):
        client.post(reverse("reports_adhoc_drop", args=[each.pk]))
    assert list(SavedTable.objects.all()) == [theirs]
    assert list(client.get(ADDRESS).context["saved"]) == []


def test_adhoc_file_when_taken_out_then_small_numbers_are_hidden(person, world):
    for firm in range(5):
        world.book(starts=kst(5 + firm, 9, month=10), firm=firm)
    freeze(periods.of_key("2026-10"))
    query = QUERY.replace("2026-11", "2026-10")
    answer = logged_in(person).get(f"/reports/adhoc/table.csv?{query}")
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    buk = next(row for row in rows if row and "대구광역시 북구" in row)
    assert "X" in buk
    assert "3" not in buk


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_adhoc_file_when_read_then_says_what_the_page_of_its_reader_says(person, extension):
    client = logged_in(factories.staff(OFFICIAL))
    shown = client.get(f"{ADDRESS}?{QUERY}").context["outline"]
    answer = client.get(f"/reports/adhoc/table.{extension}?{QUERY}")
    assert shown.sections[0].all_lines
    readers.CHECKS[extension](answer.content, shown)
    assert "5단위로반올림" in "".join(readers.TEXTS[extension](answer.content).split())


def test_adhoc_file_when_choice_is_incomplete_then_back_to_the_form(person):
    answer = logged_in(person).get("/reports/adhoc/table.csv?cut=space")
    assert answer.url == f"{ADDRESS}?cut=space"


def test_adhoc_when_official_chooses_days_then_rounded(world):
    query = QUERY.replace("period=2026-11", "first=2026-11-01&last=2026-11-30")
    section = logged_in(factories.staff(OFFICIAL)).get(f"{ADDRESS}?{query}").context["section"]
    texts = {value.text for line in section.all_lines for value in line.values}
    assert texts <= {"X", "–", "0", "5", "10", "0.0", "7.5"}


def test_adhoc_file_when_sales_of_few_are_asked_for_alone_then_hidden(at_now):
    world = ProgramWorld()
    sold = world.apply(at=kst(1, month=10), state="completed")
    world.broadcast(sold, kst(4, month=10), 8_765_432)
    freeze(periods.of_key("2026-10"))
    query = "period=2026-10&figures=programs.broadcast_sales&cut=program_kind"
    client = logged_in(factories.staff())
    assert "8,765,432" in client.get(f"{ADDRESS}?{query}").content.decode()
    written = client.get(f"/reports/adhoc/table.csv?{query}").content.decode("utf-8-sig")
    assert ["합계", "X"] in list(csv.reader(io.StringIO(written)))
    assert "8765432" not in written.replace(",", "")


def test_tables_when_standing_then_each_number_stands_beside_what_it_tells_of():
    for table in registry.tables.values():
        told = {key for column in table.columns for key in tells_of(registry.figure(column))}
        counts = {key for key in told if registry.figure(key).counts}
        assert counts <= set(table.columns), table.key


def test_form_when_no_division_is_chosen_then_the_first_divides_every_figure():
    first, _name = TableForm(None).fields["cut"].choices[0]
    assert first == "month"
    assert all(first in registry.group_of(figure.key).cuts for figure in registry.figures())
