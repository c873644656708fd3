"""Addresses of attendance and of papers, from the root of the site."""

from django.urls import path

from programs.views import attend, certificates

urlpatterns = [
    path("attend/", attend.attend, name="attend"),
    path("attend/screen/<int:pk>/", attend.screen, name="attend_screen"),
    path("attend/screen/<int:pk>/code/", attend.code, name="attend_code"),
    path("attend/<int:pk>/<str:token>/", attend.scan, name="attend_scan"),
    # Under /door/, where alone the tablet shows who it is.
    path("door/attend/", attend.door_screen, name="attend_door"),
    path("door/attend/code/", attend.door_code, name="attend_door_code"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path(
        "programs/applications/<slug:receipt>/certificate.pdf",
        certificates.certificate_pdf,
        name="application_certificate",
    ),
]
