"""Addresses of log-in elsewhere, by the names allauth reverses; below ``/account/elsewhere/``.

``<provider>/callback/`` is what the house registers with Kakao and Naver.
"""

from allauth.socialaccount.views import login_cancelled
from django.urls import path

from center import social, social_views

urlpatterns = [
    path("", social_views.connections, name="socialaccount_connections"),
    path("<int:pk>/disconnect/", social_views.disconnect, name="social_disconnect"),
    path("sign-up/", social_views.sign_up, name="socialaccount_signup"),
    path("cancelled/", login_cancelled, name="socialaccount_login_cancelled"),
    *(
        path(f"{provider}/", social_views.begin, {"provider": provider}, name=f"{provider}_login")
        for provider in social.NAMES
    ),
    *(
        path(
            f"{provider}/callback/",
            social_views.callback,
            {"provider": provider},
            name=f"{provider}_callback",
        )
        for provider in social.NAMES
    ),
]
