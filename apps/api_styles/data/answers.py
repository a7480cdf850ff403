"""The answers of the validation endpoints."""

from collections.abc import Mapping, Sequence
from typing import Any

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

Body = dict[str, Any]


def judged(
    question: Question, verdicts: Sequence[Verdict], found: Mapping[str, Sequence[Suggestion]]
) -> tuple[Body, int]:
    """Return body and status: 200 or 422 for one code, always 200 for a list. `found`: suggestions by code."""
    answers = [
        _answer(verdict, found[code] if question.suggest and verdict.reason else None)
        for code, verdict in zip(question.texts, verdicts, strict=True)
    ]
    if question.is_list:
        rows = zip(question.codes, answers, strict=True)
        return {"results": [{"code": code} | answer for code, answer in rows]}, 200
    return answers[0], 200 if answers[0]["valid"] else 422


def wrong(question: Question, verdicts: Sequence[Verdict]) -> list[str]:
    """Return the codes that are invalid and want suggestions."""
    if not question.suggest:
        return []
    return [code for code, verdict in zip(question.texts, verdicts, strict=True) if verdict.reason]


def city(verdict: CityVerdict, found: Sequence[Suggestion] | None) -> tuple[Body, int]:
    """Return body and status of the answer about a city. `found`: suggestions, None where none were asked for."""
    reason = "ambiguous" if verdict.is_ambiguous else "ok"
    body: Body = {"valid": verdict.reason is None, "reason": verdict.reason or reason}
    if verdict.reason is not None:
        body["message"] = MESSAGES[verdict.reason]
    for part, named in (("country", verdict.country), ("subdivision", verdict.subdivision)):
        body |= {part: named and named.code, f"{part}_name": named and named.name}
    body |= {"city": verdict.city and verdict.city.name, "city_id": verdict.city and int(verdict.city.code)}
    if found is not None:
        body["suggestions"] = [
            {"city": near.name, "city_id": int(near.code), "subdivision": near.within} for near in found
        ]
    return body, 422 if verdict.reason else 200


def _answer(verdict: Verdict, found: Sequence[Suggestion] | None) -> Body:
    if verdict.reason is None:
        return {"valid": True}
    message = MESSAGES[verdict.reason]
    if verdict.successors:
        message += f" Use {' or '.join(verdict.successors)}."
    answer: Body = {"valid": False, "message": message}
    return answer if found is None else answer | {"suggestions": [{"code": it.code, "name": it.name} for it in found]}
