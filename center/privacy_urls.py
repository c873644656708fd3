from django.urls import path

from center import privacy_views

urlpatterns = [
    path("", privacy_views.account_privacy, name="account_privacy"),
    path("consents/<str:kind>/", privacy_views.account_consent, name="account_consent"),
]
