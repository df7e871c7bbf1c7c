from django.urls import path

from shop.reviews import views as reviews
from shop.supplier import views
from shop.supplier.articles import views as articles
from shop.supplier.keys import views as keys
from shop.supplier.papers import views as papers
from shop.supplier.staff import views as staff
from shop.supplier.uploads import views as uploads

app_name = "supplier"
urlpatterns = [
    path("", views.home, name="home"),
    path("earnings/", views.earnings_page, name="earnings"),
    path("reviews/", reviews.to_answer, name="reviews"),
    path("reviews/<int:pk>/", reviews.answer, name="review"),
    path("articles/", articles.index, name="articles"),
    path("articles/new/", articles.add, name="new_article"),
    path("articles/submit/", articles.submit, name="submit_articles"),
    path("articles/<int:pk>/", articles.detail, name="article"),
    path("articles/<int:pk>/edit/", articles.edit, name="edit_article"),
    path("articles/<int:pk>/answer/", articles.answer, name="answer_article"),
    path("articles/<int:pk>/withdraw/", articles.withdraw, name="withdraw_article"),
    path("applications/new/", views.apply, name="apply"),
    path("applications/<int:pk>/", views.application, name="application"),
    path("applications/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("keys/", keys.index, name="keys"),
    path("keys/new/", keys.new, name="key_new"),
    path("keys/<int:pk>/", keys.detail, name="key"),
    path("keys/<int:pk>/end/", keys.end, name="key_end"),
    path("staff/", staff.index, name="staff"),
    path("staff/<int:pk>/", staff.person, name="person"),
    path("staff/<int:pk>/remove/", staff.remove, name="remove"),
    path("staff/invitations/<int:pk>/withdraw/", staff.withdraw, name="withdraw_invitation"),
    path("new/", papers.register, name="register"),
    path("papers/", papers.index, name="papers"),
    path("papers/submit/", papers.submit, name="submit"),
    path("papers/<slug:code>/give/", papers.give, name="give"),
    path("documents/<int:pk>/", papers.document, name="document"),
    path("invitations/<str:token>/", staff.invitation, name="invitation"),
    path("uploads/", uploads.index, name="uploads"),
    path("uploads/template.<str:ending>", uploads.download_template, name="template"),
    path("uploads/table/", uploads.send_table, name="send_table"),
    path("uploads/photos/", uploads.send_photos, name="send_photos"),
    path("uploads/<int:pk>/", uploads.upload, name="upload"),
    path("uploads/<int:pk>/errors.csv", uploads.errors, name="upload_errors"),
    path("uploads/<int:pk>/import/", uploads.take_in, name="upload_import"),
]
