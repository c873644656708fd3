"""What a business wants to sell in a program."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.applications import Application
from programs.models.pictures import Picture


class ProductQuerySet(models.QuerySet["Product"]):
    def ready(self) -> ProductQuerySet:
        """Handed in with the application; what everybody but its owner sees."""
        return self.filter(is_ready=True)


class Product(models.Model):
    """What a business wants to sell in a program. Money in won."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="products")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("product"), max_length=100, blank=True)
    description = models.TextField(_("what makes it good"), max_length=1000, blank=True)
    origin = models.CharField(_("origin"), max_length=60, blank=True)
    price = models.PositiveIntegerField(_("price, won"), null=True)
    sale_price = models.PositiveIntegerField(_("price in the program, won"), null=True, blank=True)
    stock = models.PositiveIntegerField(_("stock"), null=True)
    shipping_fee = models.PositiveIntegerField(_("shipping, won"), default=0)
    link = models.URLField(_("product page"), blank=True)
    is_chosen = models.BooleanField(_("chosen for the program"), default=False)
    is_ready = models.BooleanField(
        _("handed in"), default=True, help_text=_("Off: being written, and nobody else's yet.")
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "position"], name="product_position_once"
            ),
            models.CheckConstraint(
                condition=models.Q(sale_price=None) | models.Q(sale_price__lte=models.F("price")),
                name="product_sold_at_most_at_its_price",
            ),
            models.CheckConstraint(
                condition=models.Q(is_ready=False)
                | (~models.Q(name="") & models.Q(price__isnull=False, stock__isnull=False)),
                name="product_complete_when_handed_in",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductPhoto(models.Model):
    """A picture of a product, in the order they are shown."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")
    picture = models.OneToOneField(Picture, on_delete=models.CASCADE, related_name="product_photo")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("photo of a product")
        verbose_name_plural = _("photos of products")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.product} {self.position}"
