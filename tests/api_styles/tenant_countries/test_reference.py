"""Random searches, compared with a plain reference that knows every country in every language."""

import unicodedata
from typing import Any
from urllib.parse import urlencode

import icu
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.geography.models import TenantCountry
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask
from tests.factories import RegionFactory

# Tags as sent, each with the language that answers; xx, in headers alone, is none that we hold.
TAGS = {
    "en": "en",
    "de": "de",
    "pl": "pl",
    "fr-CH": "fr",
    "sv": "sv",
    "cs": "cs",
    "zh-TW": "zh-Hant",
    "ar": "ar",
    "es-MX": "es-MX",
    "xx": "en",
}
HEADERS = [*TAGS, "*", "", None, "xx, *;q=0.5", "cs, *;q=0.5", "xx;q=0.9, cs;q=0.8, de;q=0.7"]
FIELDS = ["code", "active", "metadata.createdAt", "metadata.modifiedAt", "metadata.version", "name"]
TEXTS = st.sampled_from(
    ["a", "AN", "ö", "Ö", "é", "land", " ", "ß", "i̇", "п", "%", "_", "'", "國", "republ", "st", "zz", "-"]
)

sort_fields = st.one_of(
    st.sampled_from(FIELDS), st.sampled_from([tag for tag in TAGS if tag != "xx"]).map(lambda tag: f"name.{tag}")
)
directions = st.sampled_from(["", ":desc", ":DESC", ":asc", ":Desc", ":"])
sorts = st.lists(st.tuples(sort_fields, directions).map("".join), min_size=1, max_size=4).map(",".join)
lists = st.lists(st.one_of(TEXTS, st.sampled_from(["PL", "eur", "Asia", "d"])), min_size=1, max_size=3).map(",".join)
searches = st.fixed_dictionaries(
    {"pageSize": st.sampled_from(["1", "7", "60", "1000"]), "pageNumber": st.sampled_from(["1", "2", "9"])},
    optional={
        "sort": sorts,
        "code": lists,
        "regions": lists,
        "active": st.sampled_from(["true", "false", "TRUE"]),
        "name": TEXTS,
        "name.de": TEXTS,
        "name.zh-TW": TEXTS,
        "name.es-MX": TEXTS,
    },
)


def fold(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(c) != "Mn")
    return bare.translate(str.maketrans({"ı": "i", "ł": "l", "ø": "o", "æ": "ae", "’": "'", "–": "-", "‑": "-"}))


def collated(language: str, text: str) -> bytes:
    return icu.Collator.createInstance(icu.Locale.forLanguageTag(language)).getSortKey(text)


class Reference:
    """Every country as the API shows it in each language, and how to search them in the plainest way."""

    def __init__(self, ask: Ask) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.names: dict[tuple[str, str], str] = {}
        for tag, language in TAGS.items():
            for row in ask(f"{COUNTRIES}?pageSize=1000&sort=code", Accept_Language=tag).json():
                self.rows[row["code"]] = row
                self.names[row["code"], language] = next(iter(row["name"].values()))

    def search(self, query: dict[str, str], header: str | None) -> list[str]:
        working = {"xx;q=0.9, cs;q=0.8, de;q=0.7": "cs", "cs, *;q=0.5": "cs"}.get(
            header or "", TAGS.get(header or "", "en")
        )
        sorting = "en" if "*" in (header or "") else working
        found = sorted(code for code in self.rows if self.matches(code, query, working))
        keys = query.get("sort", "name").split(",")
        seen: list[tuple[str, str]] = []
        for key in keys:
            field, _, tag = (
                key.partition(":")[0].partition("name.") if "name." in key else (key.partition(":")[0], "", "")
            )
            seen.append(("name", TAGS[tag]) if tag else (field, sorting if field == "name" else ""))
        for index in reversed(range(len(keys))):
            if seen.index(seen[index]) == index:
                is_descending = keys[index].partition(":")[2] in {"desc", "DESC"}
                found.sort(key=lambda code, at=index: self.value(code, *seen[at]), reverse=is_descending)
        size, number = int(query["pageSize"]), int(query["pageNumber"])
        return found[(number - 1) * size : number * size]

    def value(self, code: str, field: str, language: str) -> Any:
        if field == "name":
            return collated(language, self.names[code, language])
        row = self.rows[code]
        return row["metadata"][field.removeprefix("metadata.")] if "." in field else row[field]

    def matches(self, code: str, query: dict[str, str], working: str) -> bool:
        row = self.rows[code]
        for name, value in query.items():
            # Of nothing but blanks nothing is asked, as of an empty value.
            items = [fold(item.strip()) for item in value.split(",") if item.strip()]
            field, _, tag = name.partition(".")
            if name == "active" and row["active"] is not (value.lower() == "true"):
                return False
            if name == "code" and items and not any(item in fold(code) for item in items):
                return False
            regions = " ".join(map(fold, row["regions"])) if name == "regions" else ""
            if name == "regions" and items and not any(item in regions for item in items):
                return False
            language = TAGS[tag] if tag else working
            if field == "name" and fold(value) not in fold(self.names[code, language]):
                return False
        return True


@pytest.fixture
def reference(ask: Ask, patch: Ask) -> Reference:
    RegionFactory(code="DACH").countries.set(["DE", "AT", "CH"])
    for code in ("PL", "DE", "SE", "TW"):
        patch(code, {"active": False})
    patch("SE", {"active": True})
    for days, code in enumerate(("FR", "CZ")):
        TenantCountry.objects.filter(country=code).update(created_at=f"2020-01-0{days + 1}T00:00:00Z")
    return Reference(ask)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=searches, header=st.sampled_from(HEADERS))
def test_every_search_finds_what_the_reference_finds(
    ask: Ask, reference: Reference, query: dict[str, str], header: str | None
) -> None:
    response = ask(f"{COUNTRIES}?{urlencode(query)}", Accept_Language=header, X_Total_Count="true")
    assert response.status_code == 200, response.content
    assert [row["code"] for row in response.json()] == reference.search(query, header)
    everything = reference.search(query | {"pageSize": "1000", "pageNumber": "1"}, header)
    assert response.headers["X-Total-Count"] == str(len(everything))
