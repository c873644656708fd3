"""/programs/ and below, as visitors and applicants see them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from programs.models import Application, ApplicationState
from tests import factories

pytestmark = pytest.mark.django_db


def test_program_list_when_open_then_card_with_days_left(client, at_now):
    program = factories.program(title="사진 교육", quota=3)
    factories.application(program, state=ApplicationState.SELECTED)
    page = client.get(reverse("program_list")).content.decode()
    assert program.get_absolute_url() in page
    assert "D-7" in page
    assert "2" in page


def test_program_when_draft_then_nobody_sees_it_but_staff(client, staff_client, at_now):
    program = factories.program(state="draft", published_at=None)
    assert client.get(program.get_absolute_url()).status_code == 404
    assert program.title in staff_client.get(program.get_absolute_url()).content.decode()


def test_apply_when_handed_in_then_receipt_and_place(owner_client, merchant, at_now):
    program = factories.program()
    address = reverse("program_apply", args=[program.slug])
    assert owner_client.get(address).status_code == 200
    assert not Application.objects.exists()
    answer = owner_client.post(address, {"contact_phone": "010-1234-5678", "do": "hand_in"})
    application = Application.objects.get()
    assert answer["Location"] == application.get_absolute_url()
    assert (application.state, application.place) == ("selected", 1)
    page = owner_client.get(application.get_absolute_url()).content.decode()
    assert application.receipt in page


def test_apply_when_products_then_added_without_script_and_input_kept(
    owner_client, merchant, at_now
):
    program = factories.program("live_commerce")
    address = reverse("program_apply", args=[program.slug])
    answer = owner_client.post(
        address,
        {"contact_phone": "010-1234-5678", "baseline_sales": "많음", "do": "add_product"},
    )
    product = Application.objects.get().products.get()
    assert answer["Location"] == f"{address}#product-{product.pk}"
    page = owner_client.get(address).content.decode()
    assert "많음" in page
    assert f'name="p{product.pk}-price"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_program_mine_whatever_the_rows_then_the_same_queries(
    owner_client, merchant, at_now, django_assert_num_queries, rows
):
    made = [factories.application(factories.program(), merchant) for _ in range(rows)]
    with django_assert_num_queries(5):
        page = owner_client.get(reverse("program_mine")).content.decode()
    assert all(application.receipt in page for application in made)
