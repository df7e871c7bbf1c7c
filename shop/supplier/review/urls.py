from django.urls import path

from shop.supplier.review import views

urlpatterns = [
    path("", views.index, name="partner-list"),
    path("checklist/", views.checklist, name="partner-checklist"),
    path("checklist/new/", views.kind, name="partner-kind-new"),
    path("checklist/<slug:code>/", views.kind, name="partner-kind"),
    path("documents/<int:pk>/", views.decide, name="partner-document"),
    path("<int:pk>/", views.detail, name="partner-manage"),
    path("<int:pk>/act/", views.act, name="partner-act"),
]
