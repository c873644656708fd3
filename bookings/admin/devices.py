"""The ledger of devices: units of equipment with what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from bookings import photos
from bookings.models import Accessory, Category, DeviceCard, HandOver, Resource, Unit
from bookings.photos import PhotoField
from bookings.services import closures
from center import clock, csv_file
from center.admin_site import CenterAdminSite, Errand, Line
from center.refusing_admin import RefusingAdmin


class CardForm(forms.ModelForm):
    new_photo = PhotoField(label=gettext_lazy("New photo"))

    class Meta:
        model = DeviceCard
        exclude = ["photo"]  # noqa: DJ006  (only what is typed; the photo comes as a file)


class CardInline(admin.StackedInline):
    model = DeviceCard
    form = CardForm
    can_delete = False
    readonly_fields = ["photo_shown"]
    fields = [
        "value",
        "purchased_on",
        "supplier",
        "last_service_on",
        "next_service_on",
        "photo_shown",
        "new_photo",
        "notes",
    ]

    @admin.display(description=gettext_lazy("photo"))
    def photo_shown(self, card: DeviceCard) -> str:
        if card.photo_id is None:
            return "–"
        address = reverse("admin:equipment_photo", args=[card.photo_id])
        return format_html('<a href="{}">{}</a>', address, _("Open the photo"))


class AccessoryInline(admin.StackedInline):  # a table of them would leave the fields unlabelled
    model = Accessory
    extra = 1
    fields = [("name", "quantity", "position")]


class WhereFilter(admin.SimpleListFilter):
    """Where the device is, as the ledger is mostly asked."""

    title = gettext_lazy("where it is")
    parameter_name = "where"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("in", gettext_lazy("In service")),
            ("repair", gettext_lazy("Out of service")),
            ("out", gettext_lazy("Lent")),
            ("overdue", gettext_lazy("Overdue")),
            ("service", gettext_lazy("Service due")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Unit]) -> QuerySet[Unit]:
        lent = HandOver.objects.out().filter(unit=OuterRef("pk"))
        wanted = {
            "in": Q(in_service=True),
            "repair": Q(in_service=False),
            "out": Q(Exists(lent)),
            "overdue": Q(Exists(lent.filter(due_back__lt=clock.now()))),
            "service": _service_due(),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


def _service_due() -> Q:
    """From the day of the service on."""
    return Q(card__next_service_on__lte=clock.today())


def devices() -> QuerySet[Unit]:
    """The units of equipment, each with its card and whether it is out."""
    lent = HandOver.objects.out().filter(unit=OuterRef("pk"))
    return (
        Unit.objects.filter(resource__category=Category.EQUIPMENT)
        .select_related("resource", "card")
        .annotate(is_lent=Exists(lent))
    )


@admin.register(Unit)
class UnitAdmin(RefusingAdmin, admin.ModelAdmin):
    """Devices by their numbers. Whether one is in service is said on its page of repair."""

    list_display = [
        "asset_number",
        "name_shown",
        "serial_number",
        "value_shown",
        "next_service",
        "in_service",
        "lent",
    ]
    list_display_links = ["asset_number", "name_shown"]
    list_filter = [WhereFilter, ("resource", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["asset_number", "serial_number", "name", "resource__name"]
    search_help_text = gettext_lazy("Asset number, serial number, name")
    ordering = ["resource__position", "resource_id", "position", "pk"]
    readonly_fields = ["in_service", "out_of_service_reason", "desk"]
    fields = [
        "resource",
        "name",
        "asset_number",
        "serial_number",
        "position",
        "in_service",
        "out_of_service_reason",
        "desk",
    ]
    inlines = [CardInline, AccessoryInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        return devices()

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "resource":
            kwargs["queryset"] = Resource.objects.equipment()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("device"), ordering="resource__position")
    def name_shown(self, unit: Unit) -> str:
        return str(unit)

    @admin.display(description=gettext_lazy("value, won"), ordering="card__value")
    def value_shown(self, unit: Unit) -> str:
        value = _card(unit).value
        return "–" if value is None else f"{value:,}"

    @admin.display(description=gettext_lazy("next service on"), ordering="card__next_service_on")
    def next_service(self, unit: Unit) -> Any:
        return _card(unit).next_service_on

    @admin.display(description=gettext_lazy("lent"), boolean=True)
    def lent(self, unit: Any) -> bool:
        return bool(unit.is_lent)

    @admin.display(description=gettext_lazy("desk"))
    def desk(self, unit: Unit) -> str:
        """From the ledger to what happens with the device."""
        if unit.pk is None:
            return "–"
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:equipment_repair", args=[unit.pk]),
            _("Repair and replacements"),
            reverse("admin:equipment_damage", args=[unit.pk]),
            _("Report a damage"),
        )

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        """A new device takes part in the closures that are on already."""
        if change:
            obj.save(update_fields=form.changed_data or None)
        else:
            closures.add_unit(unit=obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is DeviceCard:
            for row in formset.forms:
                if content := row.cleaned_data.get("new_photo"):
                    row.instance.photo = photos.save(content, by=request.user)  # type: ignore[arg-type]
        super().save_formset(request, form, formset, change)


def _card(unit: Unit) -> DeviceCard:
    """The device's card, or a blank one."""
    return getattr(unit, "card", None) or DeviceCard(unit=unit)


def _errands() -> Iterator[Line]:
    """Devices to be serviced; urgent from the day after on which one was due. 1 query."""
    due = Unit.objects.filter(_service_due(), resource__category=Category.EQUIPMENT)
    overdue = Q(card__next_service_on__lt=clock.today())
    found = due.aggregate(n=Count("pk"), late=Count("pk", filter=overdue))
    if n := found["n"]:
        said = ngettext("%(n)d device is due for service.", "%(n)d devices are due for service.", n)
        address = f"{reverse('admin:bookings_unit_changelist')}?where=service"
        yield Line(said % {"n": n}, address, urgent=bool(found["late"]))


cast("CenterAdminSite", admin.site).add_errand(Errand("bookings.view_unit", _errands))


@require_safe
def ledger(request: HttpRequest) -> HttpResponseBase:
    """The whole ledger as CSV; nothing in it is about people."""
    header = [
        _("asset number"),
        _("serial number"),
        _("resource"),
        _("name"),
        _("value, won"),
        _("bought on"),
        _("supplier"),
        _("last serviced on"),
        _("next service on"),
        _("in service"),
        _("why out of service"),
        _("lent"),
        _("accessories"),
    ]
    name = f"{_('equipment ledger')}_{clock.today():%Y-%m-%d}.csv"
    return csv_file.response(name, header, list(_lines()))


def _lines() -> Iterator[list[object]]:
    order = ("resource__position", "resource_id", "position", "pk")
    for unit in devices().prefetch_related("accessories").order_by(*order):
        card = _card(unit)
        yield [
            unit.asset_number,
            unit.serial_number,
            unit.resource,
            unit.name,
            card.value,
            card.purchased_on,
            card.supplier,
            card.last_service_on,
            card.next_service_on,
            _yes_or_no(unit.in_service),
            unit.out_of_service_reason,
            _yes_or_no(unit.is_lent),  # type: ignore[attr-defined]
            ", ".join(map(str, unit.accessories.all())),
        ]


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
