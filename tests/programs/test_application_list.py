"""The list of all applications, in the admin."""

import pytest
from django.urls import reverse

from programs.admin import applications
from programs.models import ProgramState
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LIST = reverse("admin:programs_application_changelist")


def shown(page):
    return {row.pk for row in page.context["cl"].result_list}


def offered(page):
    specs = page.context["cl"].filter_specs
    (spec,) = [one for one in specs if isinstance(one, applications.ProgramFilter)]
    return [pk for pk, _title in spec.lookup_choices]


def test_filter_then_the_newest_calls_and_the_chosen_one(staff_client, monkeypatch):
    monkeypatch.setattr(applications, "OFFERED", 2)
    old, middle, new = (factories.program(title=f"모집 {n}") for n in range(3))
    factories.program(state=ProgramState.DRAFT, published_at=None)
    rows = [factories.application(program) for program in (old, middle, new)]
    page = staff_client.get(LIST)
    assert shown(page) == {row.pk for row in rows}
    assert offered(page) == [str(new.pk), str(middle.pk)]
    page = staff_client.get(LIST, {"program__id__exact": old.pk})
    assert shown(page) == {rows[0].pk}
    assert offered(page) == [str(new.pk), str(middle.pk), str(old.pk)]


@pytest.mark.parametrize("typed", ["x", "-1", "٣", "9" * 40])
def test_filter_when_no_call_is_meant_then_nothing_and_no_error(staff_client, typed):
    factories.application(factories.program())
    page = staff_client.get(LIST, {"program__id__exact": typed})
    assert page.status_code == 200
    assert shown(page) == set()


@pytest.mark.parametrize("n", [1, 3])
def test_list_whatever_the_rows_then_the_same_queries(n, staff_client, django_assert_num_queries):
    for _ in range(n):
        factories.application(factories.program(body="<p>긴 글</p>"))
    staff_client.get(LIST)
    with django_assert_num_queries(7) as asked:
        staff_client.get(LIST)
    assert not [query for query in asked.captured_queries if '"body"' in query["sql"]]
