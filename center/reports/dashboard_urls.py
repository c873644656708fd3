from django.urls import path, register_converter

from center.reports import dashboard_views as views
from center.reports.converters import FormatConverter

register_converter(FormatConverter, "table_format")

urlpatterns = [
    path("", views.reports, name="reports"),
    path("charts/<slug:table>.svg", views.chart, name="reports_chart"),
    path("adhoc/", views.adhoc, name="reports_adhoc"),
    path("adhoc/table.<table_format:extension>", views.adhoc_file, name="reports_adhoc_file"),
    path(
        "adhoc/internal.<table_format:extension>",
        views.adhoc_internal_file,
        name="reports_adhoc_internal_file",
    ),
    path("adhoc/save/", views.adhoc_save, name="reports_adhoc_save"),
    path("adhoc/<int:pk>/remove/", views.adhoc_drop, name="reports_adhoc_drop"),
]
