import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from apps.api.answers.front import TellRequestId


@pytest.mark.parametrize(("status", "counted"), [(200, True), (204, False), (304, False), (404, True)])
def test_an_answer_that_has_no_body_counts_none(status, counted):
    answer = TellRequestId(lambda request: HttpResponse(status=status, headers={"Content-Length": "0"}))
    assert ("Content-Length" in answer(RequestFactory().get("/")).headers) is counted


def test_the_back_office_answers_people_with_pages(admin_client):
    response = admin_client.get("/admin/no/such/page/")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_requests_of_an_api_go_past_the_middleware_of_pages(client):
    assert not hasattr(client.get("/api/data/no/such/path").wsgi_request, "session")
    assert hasattr(client.get("/admin/login/").wsgi_request, "session")
