from django.urls import path

from shop.settlement import refunding, views

app_name = "settlement"
urlpatterns = [
    path("", views.home, name="home"),
    path("batches/draft/", views.draft, name="draft"),
    path("batches/<slug:reference>/", views.batch, name="batch"),
    path("batches/<slug:reference>/approve/", views.approve, name="approve"),
    path("batches/<slug:reference>/release/", views.release, name="release"),
    path("items/<int:pk>/evidence/", views.evidence, name="evidence"),
    path("items/<int:pk>/fail/", views.fail, name="fail"),
    path("orders/", refunding.find, name="find"),
    path("orders/<str:number>/", refunding.order, name="order"),
    path("orders/<str:number>/refund/", refunding.whole, name="refund-order"),
    path("orders/<str:number>/lines/<int:pk>/refund/", refunding.line, name="refund-line"),
    path("disputes/", views.disputes_list, name="disputes"),
    path("disputes/<int:pk>/", views.dispute, name="dispute"),
]
