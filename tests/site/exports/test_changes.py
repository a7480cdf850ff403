import json
import random

from apps.geography.models import City, CityName, Country, Subdivision, TenantCountry, TenantCountryName
from apps.geography.search import scope
from apps.site.exports.changes import Changes
from apps.site.exports.formats import JsonLines
from apps.site.exports.releases import release, writing_to
from tests.factories import CityFactory, TenantFactory

COUNTRIES = ("LI", "SM", "AD", "MC")
KEYS = {"countries": "code", "subdivisions": "code", "cities": "id"}


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def state_of(path):
    """Return what a reader of everything has: rows by kind and key."""
    return {(row["kind"], row[KEYS[row["kind"]]]): row for row in lines(path)[1:]}


def followed(state, path):
    """Return what a reader has who does line by line what a file of changes says."""
    state = dict(state)
    for line in lines(path)[1:]:
        key = (line["kind"], line[KEYS[line["kind"]]])
        change = line.pop("change")
        assert (key in state) == (change != "added"), line
        if change == "withdrawn":
            del state[key]
        else:
            state[key] = line
    return state


def edit(tenant, chance):
    """Change something of any kind, as staff, imports and callers do."""
    city = chance.choice(list(City.objects.filter(country__in=COUNTRIES)))
    part = chance.choice(list(Subdivision.objects.filter(country__in=COUNTRIES)))
    code = chance.choice(COUNTRIES)
    day = chance.choice([None, "2026-01-31"])
    edits = [
        lambda: City.objects.filter(pk=city.pk).update(population=chance.randrange(10**6), latitude=None),
        lambda: City.objects.filter(pk=city.pk).update(withdrawn_on=day),
        lambda: City.objects.filter(country="SM").update(time_zone=f"Zone/{chance.random()}"),
        lambda: City.objects.filter(pk=city.pk).delete(),
        lambda: CityFactory(geonameid=-chance.randrange(1, 2**40), country_id=code),
        lambda: CityName.objects.update_or_create(city=city, language="de", defaults={"name": f"N{chance.random()}"}),
        lambda: Subdivision.objects.filter(pk=part.pk).update(withdrawn_on=day, replaced_by=["LI-02"]),
        lambda: Subdivision.objects.filter(pk=part.pk).update(redirect_country=chance.choice([None, "LI"])),
        lambda: tenant.tenant_subdivisions.update_or_create(
            subdivision=part, defaults={"active": chance.random() < 0.5}
        ),
        lambda: TenantCountry.objects.filter(tenant=tenant, country=code).switch(chance.random() < 0.5),
        lambda: TenantCountryName.objects.rename(tenant, code, {"de": chance.choice([None, f"N{chance.random()}"])}),
        lambda: Country.objects.filter(pk=code).update(currencies=chance.sample(["EUR", "CHF", "USD"], 2)),
    ]
    chance.choice(edits)()


def test_who_follows_the_changes_has_what_a_reader_of_everything_has(db, tmp_path):
    tenant = TenantFactory(code="acme", languages=["de"])
    TenantCountry.objects.filter(tenant=tenant).exclude(country__in=COUNTRIES).update(active=False)
    chance = random.Random(18)  # noqa: S311
    with writing_to(tmp_path):
        manifest, _ = release(tmp_path, tenant, "de")
        assert manifest.releases[0].changes is None
        state, told = state_of(manifest.releases[0].path(tmp_path, JsonLines)), set()
        for _ in range(3):
            for _ in range(20):
                edit(tenant, chance)
            scope.forget()
            manifest, is_new = release(tmp_path, tenant, "de")
            assert is_new
            latest, before = manifest.releases[:2]
            path = tmp_path / latest.changes.name
            about = lines(path)[0]
            assert about["from"] == before.path(tmp_path, JsonLines).name
            assert about["to"] == latest.path(tmp_path, JsonLines).name
            told |= {text for line in lines(path)[1:] for text in (line["kind"], line["change"])}
            state = followed(state, path)
            assert state == state_of(latest.path(tmp_path, JsonLines))
    assert told == {*KEYS, "added", "changed", "withdrawn"}


def test_a_withdrawn_subdivision_names_its_successors(db, tmp_path):
    tenant = TenantFactory(code="acme")
    TenantCountry.objects.filter(tenant=tenant).exclude(country="LI").update(active=False)
    with writing_to(tmp_path):
        release(tmp_path, tenant, "en")
        Subdivision.objects.filter(code="LI-01").update(withdrawn_on="2026-01-31", replaced_by=["LI-02"])
        manifest, _ = release(tmp_path, tenant, "en")
    changes = lines(tmp_path / manifest.releases[0].changes.name)
    withdrawn = {"kind": "subdivisions", "change": "withdrawn", "code": "LI-01", "replaced_by": ["LI-02"]}
    assert withdrawn in changes


def test_a_release_of_other_columns_cannot_be_followed(db, tmp_path, monkeypatch):
    tenant = TenantFactory(code="acme")
    TenantCountry.objects.filter(tenant=tenant).exclude(country="LI").update(active=False)
    with writing_to(tmp_path):
        release(tmp_path, tenant, "en")
        Country.objects.filter(pk="LI").update(capital="Elsewhere")
        monkeypatch.setattr(
            "apps.site.exports.changes.COLUMNS", {"countries": ("code", "anthem"), "subdivisions": (), "cities": ()}
        )
        manifest, _ = release(tmp_path, tenant, "en")
    assert manifest.releases[0].changes is None
    assert not list(tmp_path.glob(f"*{Changes.suffix}*"))
