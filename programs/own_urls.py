"""Pages of programs with addresses of their own, beside ``/programs/``."""

from django.urls import path

from programs.views import consultations, consulting, outcomes

urlpatterns = [
    path("outcomes/satisfaction/<str:token>/", outcomes.satisfaction, name="satisfaction"),
    path("outcomes/<str:token>/", outcomes.outcome, name="outcome"),
    path("consulting/", consulting.consulting_list, name="consulting_list"),
    path("consulting/<slug:reference>/", consulting.consulting_session, name="consulting_session"),
    path("consultations/", consultations.consultation_list, name="consultation_list"),
    path(
        "consultations/new/<slug:receipt>/", consultations.consultation_new, name="consultation_new"
    ),
    path("consultations/<slug:reference>/", consultations.consultation, name="consultation"),
    path(
        "consultations/<slug:reference>/report.pdf",
        consultations.consultation_report,
        name="consultation_report",
    ),
]
