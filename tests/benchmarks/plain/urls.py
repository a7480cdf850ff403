"""The paths of the views that ours are compared with."""

from django.urls import path

from tests.benchmarks.plain import views

urlpatterns = [
    path("bodies/<str:name>", views.body),
    path("constants", views.ConstantsList.as_view()),
    path("data", views.DataList.as_view()),
    path("tenant_countries", views.TenantList.as_view()),
    path("country_list", views.CountryList.as_view()),
    path("country/<str:tenant>/countries/<str:country>", views.switch),
]
