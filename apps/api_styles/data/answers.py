"""The answers of the validation endpoints."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from apps.api_styles.data.questions import Question
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


class JudgedCity(TypedDict):
    """What is said of the name of a city."""

    valid: bool
    reason: str
    message: NotRequired[str]
    country: str | None
    country_name: str | None
    subdivision: str | None
    subdivision_name: str | None
    city: str | None
    city_id: int | None
    suggestions: NotRequired[list[NearCity]]


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


def city(verdict: CityVerdict, found: Sequence[Suggestion] | None) -> tuple[JudgedCity, int]:
    """Return body and status of the answer about a city. `found`: suggestions, None where none were asked for."""
    reason = "ambiguous" if verdict.is_ambiguous else "ok"
    country, subdivision, named = verdict.country, verdict.subdivision, verdict.city
    body: JudgedCity = {
        "valid": verdict.reason is None,
        "reason": verdict.reason or reason,
        "message": "" if verdict.reason is None else MESSAGES[verdict.reason],
        "country": country.code if country else None,
        "country_name": country.name if country else None,
        "subdivision": subdivision.code if subdivision else None,
        "subdivision_name": subdivision.name if subdivision else None,
        "city": named.name if named else None,
        "city_id": int(named.code) if named else None,
    }
    if verdict.reason is None:
        del body["message"]
    if found is not None:
        body["suggestions"] = [
            {"city": near.name, "city_id": int(near.code), "subdivision": near.within} for near in found
        ]
    return body, 422 if verdict.reason else 200


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
