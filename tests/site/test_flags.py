import pytest

from apps.geography.models import Country
from apps.site.flags import FOLDER

ORIGIN = {"Origin": "https://anywhere.example"}


def test_every_country_has_a_flag_and_no_other(db):
    codes = {code.lower() for code in Country.objects.current().values_list("code", flat=True)}
    assert {path.stem for path in FOLDER.glob("*.svg")} == codes


def test_a_flag_is_a_drawing_that_any_page_may_show(client):
    response = client.get("/flags/pl.svg", headers=ORIGIN)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=86400"}
    assert "sandbox" in response["Content-Security-Policy"]
    assert client.get("/flags/pl.svg", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_drawing_does_nothing_and_fetches_nothing():
    for path in FOLDER.glob("*.svg"):
        text = path.read_text(encoding="utf-8").lower()
        assert not [
            word for word in ("<script", "onload", "foreignobject", 'href="http', "url(http") if word in text
        ], path


@pytest.mark.parametrize(
    "path", ["/flags/zz.svg", "/flags/PL.svg", "/flags/pl.png", "/flags/../openapi.svg", "/flags/"]
)
def test_another_address_is_404(client, path):
    assert client.get(path, headers=ORIGIN).status_code == 404


def test_a_flag_can_only_be_read(client):
    assert client.head("/flags/pl.svg").content == b""
    assert client.post("/flags/pl.svg").status_code == 405
    assert client.options("/flags/pl.svg", headers=ORIGIN)["Access-Control-Allow-Origin"] == "*"
