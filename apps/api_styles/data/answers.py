"""The answers of the validation endpoints."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from apps.api_styles.data.questions import CityQuestion, Question
from apps.geography.validation.cities import CityVerdict
from apps.geography.validation.codes import Reason, Verdict
from apps.geography.validation.suggestions import Suggestion

MESSAGES: Mapping[Reason, str] = {
    Reason.UNKNOWN_COUNTRY: "Invalid country code.",
    Reason.IS_SUBDIVISION: "Country is a subdivision of another country.",
    Reason.UNKNOWN_SUBDIVISION: "Invalid subdivision code.",
    Reason.SUBDIVISION_REQUIRED: "Subdivision code is required.",
    Reason.WITHDRAWN_SUBDIVISION: "Invalid subdivision code.",
    Reason.PARENT_SUBDIVISION: "Parent subdivision cannot be selected.",
    Reason.REDIRECTED_SUBDIVISION: "Subdivision redirects to another country.",
    Reason.UNKNOWN_CITY: "Invalid city.",
    Reason.CITY_ELSEWHERE: "City is in another subdivision.",
}


class NearCode(TypedDict):
    """A code that may have been meant."""

    code: str
    name: str


class NearCity(TypedDict):
    """A city that may have been meant."""

    city: str
    city_id: int
    subdivision: str | None


class Judged(TypedDict):
    """What is said of one code."""

    valid: bool
    message: NotRequired[str]
    suggestions: NotRequired[list[NearCode]]


class JudgedItem(Judged):
    """What is said of one code of a list; `code` as it was sent."""

    code: str | None


class JudgedList(TypedDict):
    """What is said of a list of codes."""

    results: list[JudgedItem]


class Located(TypedDict):
    """What is said of the name of a city, but for that city's own name."""

    valid: bool
    reason: str
    message: NotRequired[str]
    country: str | None
    country_name: str | None
    subdivision: str | None
    subdivision_name: str | None
    city_id: int | None
    suggestions: NotRequired[list[NearCity]]


class JudgedCity(Located):
    """What is said of one name; `city` is the canonical one."""

    city: str | None


class JudgedCityItem(Located):
    """What is said of one name of a list; `city` as it was sent, `city_name` the canonical one."""

    city: str
    city_name: str | None


class JudgedCities(TypedDict):
    """What is said of a list of names."""

    results: list[JudgedCityItem]


def judged(
    question: Question, verdicts: Sequence[Verdict], found: Mapping[str, Sequence[Suggestion]]
) -> tuple[Judged | JudgedList, int]:
    """Return body and status: 200 or 422 for one code, always 200 for a list.

    found: suggestions by code, for those codes that were looked at.
    """
    answers = [
        _answer(verdict, found.get(code) if question.suggest and verdict.reason else None)
        for code, verdict in zip(question.texts, verdicts, strict=True)
    ]
    if question.is_list:
        rows = zip(question.codes, answers, strict=True)
        return {"results": [{"code": code, **answer} for code, answer in rows]}, 200
    return answers[0], 200 if answers[0]["valid"] else 422


def wrong(question: Question, verdicts: Sequence[Verdict]) -> list[str]:
    """Return the codes that are invalid and want suggestions."""
    if not question.suggest:
        return []
    return [code for code, verdict in zip(question.texts, verdicts, strict=True) if verdict.reason]


def judged_cities(
    question: CityQuestion, verdicts: Sequence[CityVerdict], found: Mapping[str, Sequence[Suggestion]]
) -> tuple[JudgedCity | JudgedCities, int]:
    """Return body and status: 200 or 422 for one name, always 200 for a list. `found`: suggestions by name."""
    rows = [
        (name, verdict.city.name if verdict.city else None, _located(verdict, found.get(name)))
        for name, verdict in zip(question.cities, verdicts, strict=True)
    ]
    if question.is_list:
        return {"results": [{"city": asked, **rest, "city_name": name} for asked, name, rest in rows]}, 200
    _, name, rest = rows[0]
    return {**rest, "city": name}, 200 if rest["valid"] else 422


def unknown(question: CityQuestion, verdicts: Sequence[CityVerdict]) -> list[str]:
    """Return the names that no city bears and that want suggestions."""
    if not question.suggest:
        return []
    rows = zip(question.cities, verdicts, strict=True)
    return [name for name, verdict in rows if verdict.reason is Reason.UNKNOWN_CITY]


def _located(verdict: CityVerdict, found: Sequence[Suggestion] | None) -> Located:
    """Return what is said of a name. `found`: suggestions, None where none were looked for."""
    country, subdivision, named = verdict.country, verdict.subdivision, verdict.city
    body: Located = {
        "valid": verdict.reason is None,
        "reason": verdict.reason or ("ambiguous" if verdict.is_ambiguous else "ok"),
        "country": country.code if country else None,
        "country_name": country.name if country else None,
        "subdivision": subdivision.code if subdivision else None,
        "subdivision_name": subdivision.name if subdivision else None,
        "city_id": int(named.code) if named else None,
    }
    if verdict.reason is not None:
        body["message"] = MESSAGES[verdict.reason]
    if found is not None:
        body["suggestions"] = [
            {"city": near.name, "city_id": int(near.code), "subdivision": near.within} for near in found
        ]
    return body


def _answer(verdict: Verdict, found: Sequence[Suggestion] | None) -> Judged:
    if verdict.reason is None:
        return {"valid": True}
    message = MESSAGES[verdict.reason]
    if verdict.successors:
        message += f" Use {' or '.join(verdict.successors)}."
    answer: Judged = {"valid": False, "message": message}
    if found is not None:
        answer["suggestions"] = [{"code": near.code, "name": near.name} for near in found]
    return answer
