from django.urls import path

from merchants.views import addresses, business, members, papers, registration

urlpatterns = [
    path("register/", registration.register, name="register"),
    path("register/check/", registration.register_check, name="register_check"),
    path("addresses/", addresses.address_search, name="address_search"),
    path("me/", business.merchant, name="merchant"),
    path("me/edit/", business.merchant_edit, name="merchant_edit"),
    path("me/discard/", business.merchant_discard, name="merchant_discard"),
    path("me/leave/", members.leave, name="leave"),
    path("members/", members.members, name="members"),
    path("members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("members/<int:pk>/hand-over/", members.member_hand_over, name="member_hand_over"),
    path("members/requests/<int:pk>/", members.join_answer, name="join_answer"),
    path(
        "members/invitations/<int:pk>/withdraw/",
        members.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("join/", members.join, name="join"),
    path("join/<int:pk>/withdraw/", members.join_withdraw, name="join_withdraw"),
    path("invitations/<str:token>/", members.invitation, name="invitation"),
    path("papers/", papers.papers, name="papers"),
    path("papers/<slug:code>/", papers.paper_upload, name="paper_upload"),
    path("papers/<uuid:public_id>/<int:position>/", papers.paper_file, name="paper_file"),
    path(
        "papers/<uuid:public_id>/<int:position>/remove/",
        papers.paper_file_remove,
        name="paper_file_remove",
    ),
    path(
        "papers/<uuid:public_id>/<int:position>/<int:page>.jpg",
        papers.paper_preview,
        name="paper_preview",
    ),
]
