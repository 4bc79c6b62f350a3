from django.urls import path

from shared.panel import views

urlpatterns = [
    path("", views.table, name="session_table"),
    path("reveal/", views.reveal, name="session_reveal"),
    path("clear/", views.clear, name="session_clear"),
    path("forget/", views.forget, name="session_forget"),
]
