"""Products of an application with their photos, taken out one at a time."""

import pytest
from django.urls import reverse

from programs.models import ApplicationState, Picture
from programs.services import products
from tests import factories
from tests.merchants.papers import uploads

pytestmark = pytest.mark.django_db


def test_product_when_taken_out_then_gone_with_its_photos_and_the_others_stay(
    owner_client, merchant
):
    program = factories.program("live_commerce")
    draft = factories.application(program, merchant, ApplicationState.DRAFT)
    gone, kept = (products.add(application=draft) for _ in range(2))
    for product in (gone, gone, kept):
        products.add_photo(product=product, content=uploads.jpeg())
    address = reverse("program_apply", args=[program.slug])
    answer = owner_client.post(address, {"do": f"remove_product:{gone.pk}"})
    assert answer["Location"] == f"{address}#products"
    assert list(draft.products.all()) == [kept]
    assert Picture.objects.get().product_photo.product == kept
    assert owner_client.post(address, {"do": f"remove_product:{gone.pk}"}).status_code == 302
