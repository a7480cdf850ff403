import csv
import gzip
import io
import json
import sqlite3
import zipfile
from codecs import BOM_UTF16_LE
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.geography.models import City, Country, TenantCountry
from apps.geography.search import scope
from apps.geography.tenant_view import View
from apps.imports.files import sheets
from apps.imports.files.sheets import neutral
from apps.site.exports import releases
from apps.site.exports.formats import Bundle, Spreadsheets
from apps.site.exports.releases import Manifest, release, writing_to
from tests.factories import PlanFactory, TenantFactory

SHOWN = ("LI", "LU", "SM")


def small(**fields):
    """Return a tenant that shows three small countries."""
    tenant = TenantFactory(code="acme", languages=["en", "de", "en-gb"], **fields)
    TenantCountry.objects.filter(tenant=tenant).exclude(country__in=SHOWN).update(active=False)
    return tenant


@pytest.fixture(scope="module")
def folder(django_db_setup, django_db_blocker, tmp_path_factory):
    """A folder with one release, which no test may change."""
    folder = tmp_path_factory.mktemp("exports")
    with django_db_blocker.unblock(), transaction.atomic():
        scope.forget()
        small()
        with CaptureQueriesContext(connection) as queries:
            call_command("build_exports", "--tenant", "acme", "--language", "de", "--to", str(folder), "-v", "0")
        folder.joinpath("queries").write_text(str(len(queries)))
        transaction.set_rollback(True)
    scope.forget()
    return folder


@pytest.fixture(autouse=True)
def _public(settings, folder):
    settings.EXPORTS_TENANTS, settings.EXPORTS_FOLDER = ["acme"], str(folder)


def path_of(folder: Path, suffix: str) -> Path:
    (path,) = folder.glob(f"acme_de_*.{suffix}")
    return path


def test_every_format_has_the_same_rows_and_says_whom_to_name(folder):
    lines = [json.loads(line) for line in path_of(folder, "jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[0]["kind"] == "about"
    assert lines[0]["language"] == "de"
    assert "GeoNames (https://www.geonames.org), CC BY 4.0" in lines[0]["attribution"]
    rows = {kind: [line for line in lines if line["kind"] == kind] for kind in ("countries", "subdivisions", "cities")}
    assert [row["name"] for row in rows["countries"]] == ["Liechtenstein", "Luxemburg", "San Marino"]
    assert {row["country"] for row in [*rows["subdivisions"], *rows["cities"]]} == set(SHOWN)
    assert any(row["name"] == "Luxemburg" for row in rows["cities"])

    with zipfile.ZipFile(path_of(folder, "csv.zip")) as archive:
        assert lines[0]["attribution"] in archive.read("README.txt").decode()
        for kind, expected in rows.items():
            found = list(csv.DictReader(io.StringIO(archive.read(f"{kind}.csv").decode())))
            assert [row["name"] for row in found] == [row["name"] for row in expected]
    with zipfile.ZipFile(path_of(folder, "spreadsheet.zip")) as archive:
        for kind, expected in rows.items():
            content = archive.read(f"{kind}.csv")
            assert content.startswith(BOM_UTF16_LE)
            sheet = sheets.parse(io.BytesIO(content))
            place = sheet.header.index("name")
            assert [cells[place] for _, cells in sheet.rows] == [neutral(row["name"]) for row in expected]
    with closing(sqlite3.connect(path_of(folder, "sqlite3"))) as database:
        assert database.execute("SELECT value FROM about WHERE name = 'attribution'").fetchone()[0]
        for kind, expected in rows.items():
            names = [name for (name,) in database.execute(f"SELECT name FROM {kind}")]  # noqa: S608
            assert sorted(names) == sorted(row["name"] for row in expected)
    features = json.loads(path_of(folder, "geojson").read_text(encoding="utf-8"))
    assert features["attribution"] == lines[0]["attribution"]
    assert [each["id"] for each in features["features"]] == [row["id"] for row in rows["cities"]]
    bundle = json.loads(path_of(folder, "countries.json").read_text(encoding="utf-8"))
    assert bundle["countries"][0] == ["LI", "Liechtenstein", "423"]
    assert "Unicode" in bundle["attribution"]


def test_a_spreadsheet_runs_nothing_of_its_file(tmp_path):
    with closing(Spreadsheets(tmp_path / "file", {})) as file:
        file.write("countries", {"name": "=1+1", "other_capitals": ["Cape Town", "Bloemfontein"], "numeric": -1})
    with zipfile.ZipFile(tmp_path / "file") as archive:
        text = archive.read("countries.csv").decode("utf-16")
    assert text.splitlines()[1] == "'=1+1\tCape Town; Bloemfontein\t-1"


def test_it_takes_as_many_queries_for_any_number_of_cities(folder):
    assert folder.joinpath("queries").read_text() == "13"


@pytest.mark.parametrize("language", ["en", "my", "ta", "kn", "ka", "zh-hans"])
def test_a_bundle_of_all_countries_is_small(db, tmp_path, language):
    tenant = TenantFactory()
    writer = Bundle(tmp_path / "bundle", {"language": language})
    for row in View(tenant, language).countries():
        writer.write("countries", row)
    writer.close()
    assert len(json.loads((tmp_path / "bundle").read_bytes())["countries"]) == 250
    assert len(gzip.compress((tmp_path / "bundle").read_bytes(), 6)) < 6000


def test_a_plan_without_subdivisions_exports_none(db):
    view = View(small(plan=PlanFactory(subdivision_access=False)), "en")
    assert list(view.subdivisions()) == []
    assert {row["subdivision"] for row in view.cities()} == {None}


def test_cities_of_a_subdivision_that_is_not_shown_are_left_out(db):
    tenant = small()
    city = City.objects.current().filter(country="LI", subdivision__isnull=False).first()
    tenant.tenant_subdivisions.create(subdivision=city.subdivision, active=False)
    view = View(tenant, "en")
    assert city.subdivision.code not in {row["code"] for row in view.subdivisions()}
    assert city.pk not in {row["id"] for row in view.cities()}


def test_the_same_data_is_no_new_release_and_other_data_is_one(db, tmp_path):
    tenant = small()
    with writing_to(tmp_path):
        first, is_new = release(tmp_path, tenant, "en")
        assert is_new
        assert release(tmp_path, tenant, "en") == (first, False)
        for number in range(releases.KEPT):
            Country.objects.filter(pk="LU").update(capital=f"Luxembourg {number}")
            _, is_new = release(tmp_path, tenant, "en")
            assert is_new
    manifest = Manifest.load(tmp_path, "acme", "en")
    assert len(manifest.releases) == releases.KEPT
    named = set(manifest.files())
    assert {path.name.removesuffix(".gz") for path in tmp_path.glob("acme_en_*")} == named


def test_files_of_a_language_are_none_of_its_base(db, tmp_path):
    tenant = small()
    with writing_to(tmp_path):
        release(tmp_path, tenant, "en-gb")
        before = set(tmp_path.iterdir())
        release(tmp_path, tenant, "en")
    assert before <= set(tmp_path.iterdir())


@pytest.mark.parametrize("step", ["_write", "_finished", "_move"])
def test_what_fails_on_the_way_leaves_what_was_there(db, tmp_path, monkeypatch, step):
    tenant = small()
    with writing_to(tmp_path):
        release(tmp_path, tenant, "en")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    Country.objects.filter(pk="LU").update(capital="Elsewhere")

    def fail(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr(releases, step, fail)
    with writing_to(tmp_path), pytest.raises(OSError, match="No space"):
        release(tmp_path, tenant, "en")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_kill_between_two_files_leaves_the_last_release_and_is_made_up_for(db, tmp_path, monkeypatch):
    tenant = small()
    with writing_to(tmp_path):
        first, _ = release(tmp_path, tenant, "en")
    Country.objects.filter(pk="LU").update(capital="Elsewhere")

    def kill(manifest):
        raise SystemExit

    with monkeypatch.context() as patch, writing_to(tmp_path):
        # As after a kill, nobody clears the unfinished folder, and files are in place that no manifest names.
        patch.setattr(releases.shutil, "rmtree", lambda *arguments, **named: None)
        patch.setattr(releases, "asdict", kill)
        with pytest.raises(SystemExit):
            release(tmp_path, tenant, "en")
    assert Manifest.load(tmp_path, "acme", "en") == first
    assert set(first.files()) < {path.name for path in tmp_path.glob("acme_en_*")}
    with writing_to(tmp_path):
        manifest, _ = release(tmp_path, tenant, "en")
    named = set(manifest.files())
    assert {path.name.removesuffix(".gz") for path in tmp_path.glob("acme_en_*")} == named
    assert not list(tmp_path.glob(f"{releases.UNFINISHED}*"))


def test_two_processes_do_not_write_at_once(db, tmp_path):
    small()
    with writing_to(tmp_path), pytest.raises(CommandError, match="Another process"):
        call_command("build_exports", "--tenant", "acme", "--to", str(tmp_path))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tenant", "nobody"], "no enabled tenant nobody"),
        (["--language", "tlh"], "no language tlh"),
        ([], "EXPORTS_TENANTS"),
    ],
)
def test_the_command_names_what_it_cannot_do(db, settings, tmp_path, arguments, said):
    settings.EXPORTS_TENANTS = []
    with pytest.raises(CommandError, match=said):
        call_command("build_exports", "--to", str(tmp_path), *arguments)


def test_the_page_lists_what_there_is_and_every_link_leads_somewhere(client, folder):
    response = client.get("/exports/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "CC BY 4.0" in page
    files = Manifest.load(folder, "acme", "de").releases[0].files
    for file in files:
        assert file.sha256 in page
        assert f'href="/exports/{file.name}"' in page
        assert client.head(f"/exports/{file.name}").status_code == 200
    assert client.get("/exports/acme_de.json").json()["releases"][0]["files"][0]["name"] == files[0].name


def test_the_page_is_one_of_the_site_in_the_visitor_s_language(client, folder, settings):
    settings.REST_COUNTRIES_TENANT = "acme"
    page = client.get("/exports/", headers={"Accept-Language": "de"})
    assert (page["Content-Language"], page["Cache-Control"]) == ("de", "public, no-cache")
    assert '<html lang="de"' in page.content.decode()
    assert 'href="/explore"' in page.content.decode()
    assert client.get("/exports/", headers={"Accept-Language": "de", "If-None-Match": page["ETag"]}).status_code == 304


def test_a_file_is_immutable_and_asked_for_again_for_nothing(client, folder):
    path = path_of(folder, "jsonl")
    response = client.get(f"/exports/{path.name}")
    assert b"".join(response.streaming_content) == path.read_bytes()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Type"] == "application/jsonl"
    assert response["Access-Control-Allow-Origin"] == "*"
    for tag in (response["ETag"], f'"other", W/{response["ETag"]}', "*"):
        assert client.get(f"/exports/{path.name}", headers={"If-None-Match": tag}).status_code == 304
    since = {"If-Modified-Since": response["Last-Modified"]}
    assert client.get(f"/exports/{path.name}", headers=since).status_code == 304


def test_a_download_that_broke_off_goes_on(client, folder):
    path = path_of(folder, "sqlite3")
    content, url = path.read_bytes(), f"/exports/{path.name}"
    size = len(content)
    for asked, expected in {
        f"bytes={size // 2}-": content[size // 2 :],
        f"bytes={size - 1}-": content[-1:],
        "bytes=0-0": content[:1],
        "bytes=-10": content[-10:],
    }.items():
        part = client.get(url, headers={"Range": asked})
        assert part.status_code == 206, asked
        assert b"".join(part.streaming_content) == expected
        assert part["Content-Range"].endswith(f"/{size}")
        assert part["Content-Length"] == str(len(expected))
    for asked in (f"bytes={size}-", f"bytes={size}-{size}", "bytes=-0"):
        beyond = client.get(url, headers={"Range": asked})
        assert beyond.status_code == 416
        assert beyond["Content-Range"] == f"bytes */{size}"
    assert client.head(url, headers={"Range": "bytes=0-0"}).status_code == 200


@pytest.mark.django_db
def test_a_part_is_never_put_to_a_part_of_another_coding(client, folder):
    url = f"/exports/{path_of(folder, 'jsonl').name}"
    plain = client.head(url)
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(b"".join(packed.streaming_content)) == path_of(folder, "jsonl").read_bytes()
    assert "Accept-Encoding" in packed["Vary"]
    assert packed["ETag"] != plain["ETag"]
    for condition in (packed["ETag"], f"W/{plain['ETag']}", plain["Last-Modified"]):
        whole = client.get(url, headers={"Range": "bytes=5-", "If-Range": condition})
        assert whole.status_code == 200
        whole.close()
    refused = client.get(url, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused
    refused.close()
    part = client.get(url, headers={"Range": "bytes=5-", "If-Range": plain["ETag"]})
    assert part.status_code == 206
    part.close()


@pytest.mark.parametrize(
    "path", ["acme_de_0123456789abcdef.jsonl", "acme_fr.json", "../settings", ".lock", "acme_de.txt"]
)
def test_nothing_else_is_there(client, path):
    assert client.get(f"/exports/{path}").status_code == 404


def test_what_is_not_public_is_not_there(client, settings, folder):
    name = path_of(folder, "jsonl").name
    settings.EXPORTS_TENANTS = ["other"]
    assert client.get(f"/exports/{name}").status_code == 404
    assert client.get("/exports/acme_de.json").status_code == 404
    assert b"acme" not in client.get("/exports/").content
    settings.EXPORTS_TENANTS = []
    assert client.get("/exports/").status_code == 404
    assert client.get("/exports/releases.atom").status_code == 404


def test_exports_can_only_be_read(client):
    assert client.post("/exports/").status_code == 405
    assert client.options("/exports/acme_de.json").status_code == 204
    assert client.post("/exports/releases.atom").status_code in {403, 405}


def test_the_feed_tells_of_releases(client, folder):
    response = client.get("/exports/releases.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = response.content.decode()
    assert "<title>acme, de</title>" in feed
    assert "<author><name>Gazetteer</name></author>" in feed
    assert Manifest.load(folder, "acme", "de").releases[0].released_at in feed
    assert client.get("/exports/releases.atom", headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert "/exports/acme_de.json" in feed
