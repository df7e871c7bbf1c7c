from django.urls import path

from shop.reviews import views as reviews
from shop.supplier import keys, views

app_name = "supplier"
urlpatterns = [
    path("", views.home, name="home"),
    path("earnings/", views.earnings_page, name="earnings"),
    path("reviews/", reviews.to_answer, name="reviews"),
    path("reviews/<int:pk>/", reviews.answer, name="review"),
    path("applications/new/", views.apply, name="apply"),
    path("applications/<int:pk>/", views.application, name="application"),
    path("applications/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("keys/", keys.index, name="keys"),
    path("keys/new/", keys.new, name="key_new"),
    path("keys/<int:pk>/", keys.detail, name="key"),
    path("keys/<int:pk>/end/", keys.end, name="key_end"),
]
