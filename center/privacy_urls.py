from django.urls import path

from center import privacy_views as views

urlpatterns = [
    path("", views.account_privacy, name="account_privacy"),
    path("consents/<str:kind>/", views.account_consent, name="account_consent"),
    path("export/", views.account_export, name="account_export"),
    path("close/", views.account_close, name="account_close"),
    path("close/now/", views.account_close_now, name="account_close_now"),
]
