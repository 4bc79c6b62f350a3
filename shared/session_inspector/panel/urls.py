from django.urls import path

from session_inspector.panel import views

urlpatterns = [
    path("", views.table, name="session_table"),
    path("reveal/", views.reveal, name="session_reveal"),
    path("clear/", views.clear, name="session_clear"),
]
