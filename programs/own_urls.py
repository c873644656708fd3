"""Pages of programs with addresses of their own, beside ``/programs/``."""

from django.urls import path

from programs.views import (
    certificates,
    consultations,
    consulting,
    joint,
    outcomes,
    partners,
    products,
)

urlpatterns = [
    path("partners/", partners.partner_list, name="partner_list"),
    path("partners/mine/", partners.partner_mine, name="partner_mine"),
    path("partners/leave/", partners.partner_leave, name="partner_leave"),
    path("partners/<int:pk>/", partners.partner_write, name="partner_write"),
    path("joint/<slug:receipt>/", joint.joint, name="joint"),
    path("joint/<slug:receipt>/<int:pk>/out/", joint.joint_take_out, name="joint_take_out"),
    path("joint/answers/<int:pk>/", joint.joint_answer, name="joint_answer"),
    path(
        "joint/answers/<int:pk>/certificate.pdf",
        certificates.joint_certificate,
        name="joint_certificate",
    ),
    path("products/<int:pk>/", products.product, name="product"),
    path("outcomes/satisfaction/<str:token>/", outcomes.satisfaction, name="satisfaction"),
    path("outcomes/<str:token>/", outcomes.outcome, name="outcome"),
    path("consulting/", consulting.consulting_list, name="consulting_list"),
    path("consulting/absences/", consulting.consulting_absences, name="consulting_absences"),
    path(
        "consulting/absences/<int:pk>/withdraw/",
        consulting.consulting_absence_withdraw,
        name="consulting_absence_withdraw",
    ),
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
