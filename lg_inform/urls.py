from django.urls import path

from lg_inform import views

app_name = "lg_inform"
urlpatterns = [
    path("scorecards/", views.scorecards, name="scorecards"),
    path("scorecards/<slug:council>/", views.scorecard, name="scorecard"),
    path("scorecards/<slug:council>.csv", views.scorecard_csv, name="scorecard_csv"),
    path("scorecards/<slug:council>/<slug:metric>/", views.metric, name="metric"),
    path("scorecards/<slug:council>/<slug:metric>.csv", views.metric_csv, name="metric_csv"),
    path("data/sources/", views.sources, name="sources"),
    path("data/imports/<int:run>/", views.import_report, name="import_report"),
]
