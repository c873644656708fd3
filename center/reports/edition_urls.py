from django.urls import path, register_converter

from center.reports import edition_views as views
from center.reports import office_views as forms
from center.reports import open_data_views as open_views
from center.reports import row_views as rows
from center.reports.converters import EditionConverter, FormatConverter, PeriodConverter

register_converter(PeriodConverter, "report_period")
register_converter(EditionConverter, "report_edition")
register_converter(FormatConverter, "report_format")

urlpatterns = [
    path("open-data/", open_views.open_data_list, name="open_data"),
    path("open-data/catalogue.json", open_views.open_data_catalogue, name="open_data_catalogue"),
    path(
        "open-data/<report_period:key>/<report_edition:edition>/report.json",
        open_views.open_data_report,
        name="open_data_report",
    ),
    path(
        "open-data/<report_period:key>/<report_edition:version>/<slug:part>.csv",
        open_views.open_data_file,
        name="open_data_version",
    ),
    path(
        "open-data/<report_period:key>/<slug:part>.csv",
        open_views.open_data_file,
        name="open_data_file",
    ),
    path("forms/", forms.office_form_list, name="office_form_list"),
    path("forms/names.csv", forms.office_form_names, name="office_form_names"),
    path("forms/<int:pk>/remove/", forms.office_form_remove, name="office_form_remove"),
    path("<report_period:key>/", views.report, name="report"),
    path("<report_period:key>/progress/", views.progress, name="report_progress"),
    path("<report_period:key>/rows/", rows.row_list, name="report_rows"),
    path("<report_period:key>/rows.csv", rows.row_file, name="report_row_file"),
    path("<report_period:key>/freeze/", views.freeze, name="report_freeze"),
    path("<report_period:key>/cancel/<int:pk>/", views.cancel, name="report_cancel"),
    path(
        "<report_period:key>/<report_edition:edition>.<report_format:extension>",
        views.report_file,
        name="report_file",
    ),
    path(
        "<report_period:key>/<report_edition:edition>.json", views.report_json, name="report_json"
    ),
    path(
        "<report_period:key>/<report_edition:edition>/internal.<report_format:extension>",
        views.internal_file,
        name="report_internal_file",
    ),
    path(
        "<report_period:key>/<report_edition:edition>/charts/<slug:table>.svg",
        views.chart,
        name="report_chart",
    ),
    path(
        "<report_period:key>/<report_edition:edition>/forms/<int:pk>/",
        forms.office_form_file,
        name="office_form_file",
    ),
    path("subscriptions/<slug:every>/", views.subscription, name="report_subscription"),
]
