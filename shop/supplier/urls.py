from django.urls import path

from shop.supplier import views

app_name = "supplier"
urlpatterns = [
    path("", views.home, name="home"),
    path("earnings/", views.earnings_page, name="earnings"),
    path("applications/new/", views.apply, name="apply"),
    path("applications/<int:pk>/", views.application, name="application"),
    path("applications/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
