from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from center.line_field import LineField, LinesField
from programs.forms.fields import WonField
from programs.models import Product

_MOST = 1_000_000_000


class ProductForm(forms.Form):
    """One product, as far as the applicant writes it; its photos are kept apart."""

    name = LineField(label=_("Name of the product"), max_length=100)
    price = WonField(label=_("Price, won"), max_value=_MOST)
    sale_price = WonField(label=_("Price in the program, won"), max_value=_MOST, required=False)
    stock = WonField(label=_("Stock, pieces"), max_value=_MOST)
    shipping_fee = WonField(
        label=_("Shipping, won"), max_value=_MOST, required=False, help_text=_("0 if it is free.")
    )
    origin = LineField(label=_("Origin"), max_length=60, required=False)
    description = LinesField(label=_("What makes it good"), max_length=1000, required=False, rows=3)
    link = forms.URLField(
        label=_("Product page"), max_length=200, required=False, assume_scheme="https"
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        product: Product,
        typed: Mapping[str, list[str]] | None = None,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        self.product = product
        self.photo_error = (refused or {}).get(f"photos{product.pk}", "")
        prefix = f"p{product.pk}"
        # A product added in another window is not in what this one sent.
        is_sent = data is not None and f"{prefix}-name" in data
        super().__init__(
            data if is_sent else None, prefix=prefix, initial=self._first_values(prefix, typed)
        )

    def _first_values(self, prefix: str, typed: Mapping[str, list[str]] | None) -> dict[str, Any]:
        values = {name: getattr(self.product, name) for name in self.base_fields}
        if not self.product.is_ready:
            values["shipping_fee"] = None
        for name in self.base_fields:
            if typed and (texts := typed.get(f"{prefix}-{name}")):
                values[name] = texts[-1]
        return values

    def is_valid(self) -> bool:
        """With a photo at least: those who choose have to see what it is."""
        if not self.is_bound:
            self.photo_error = str(
                _("This product was added in another window. Look at it, then hand in again.")
            )
        elif not self.product.photos.all() and not self.photo_error:
            self.photo_error = str(_("Please add a photo of the product."))
        return super().is_valid() and not self.photo_error

    def clean_shipping_fee(self) -> int:
        return self.cleaned_data["shipping_fee"] or 0

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        price, sale = data.get("price"), data.get("sale_price")
        if price is not None and sale is not None and sale > price:
            self.add_error("sale_price", _("The price in the program is above the usual price."))
        return data
