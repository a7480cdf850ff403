import struct

import pytest

from apps.geography.models import Country
from apps.site.flags import FOLDER

ORIGIN = {"Origin": "https://anywhere.example"}


def test_every_country_has_a_flag_and_no_other(db):
    codes = {code.lower() for code in Country.objects.current().values_list("code", flat=True)}
    assert {path.stem for path in FOLDER.glob("*.svg")} == codes
    assert {path.stem for path in FOLDER.glob("*.png")} == codes


def test_a_picture_of_each_is_a_png_of_160_by_120_and_all_are_small():
    pictures = [path.read_bytes() for path in FOLDER.glob("*.png")]
    assert {content[:8] for content in pictures} == {b"\x89PNG\r\n\x1a\n"}
    assert {struct.unpack(">II", content[16:24]) for content in pictures} == {(160, 120)}
    assert sum(map(len, pictures)) < 1_000_000


def test_a_picture_is_served_as_one(client):
    response = client.get("/flags/pl.png", headers=ORIGIN)
    assert response["Content-Type"] == "image/png"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.content == (FOLDER / "pl.png").read_bytes()
    assert client.get("/flags/pl.png", headers={"If-None-Match": response["ETag"]}).status_code == 304


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
    drawings = list(FOLDER.glob("*.svg"))
    assert len(drawings) >= 250
    for path in drawings:
        text = path.read_text(encoding="utf-8").lower()
        assert not [
            word for word in ("<script", "onload", "foreignobject", 'href="http', "url(http") if word in text
        ], path


@pytest.mark.parametrize(
    "path", ["/flags/zz.svg", "/flags/PL.svg", "/flags/pl.gif", "/flags/../openapi.svg", "/flags/"]
)
def test_another_address_is_404(client, path):
    assert client.get(path, headers=ORIGIN).status_code == 404


def test_a_flag_can_only_be_read(client):
    assert client.head("/flags/pl.svg").content == b""
    assert client.post("/flags/pl.svg").status_code == 405
    assert client.options("/flags/pl.svg", headers=ORIGIN)["Access-Control-Allow-Origin"] == "*"
