import gzip
import json
import tracemalloc

import brotli
import pytest

from apps.api.answers.representations import MIN_BYTES, OVERHEAD_BYTES, Answer, Representation

CONTENT = json.dumps([{"code": f"X{n}", "name": "Country"} for n in range(100)]).encode()
HEADERS = {"Content-Type": "application/json", "Vary": "Accept-Encoding", "Cache-Control": "private, no-cache"}
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}


def headers_of(reply) -> dict[str, str]:
    return dict(reply.headers)


def tag(representation, coding: str) -> str:
    return headers_of(representation.reply(coding, ""))["ETag"]


@pytest.fixture
def representation():
    return Representation(CONTENT, HEADERS)


@pytest.mark.parametrize("coding", DECODERS)
def test_every_coding_decodes_to_the_same_bytes(representation, coding):
    reply = representation.reply(coding, "")
    assert reply.status == 200
    assert DECODERS[coding](reply.body) == CONTENT
    assert headers_of(reply)["Content-Length"] == str(len(reply.body))
    assert headers_of(reply).get("Content-Encoding", "identity") == coding


def test_every_coding_has_a_strong_tag_of_its_own(representation):
    tags = {tag(representation, coding) for coding in DECODERS}
    assert len(tags) == 3
    assert not any(text.startswith("W/") for text in tags)


@pytest.mark.parametrize("asked_in", DECODERS)
@pytest.mark.parametrize("held_in", DECODERS)
def test_a_tag_of_any_coding_gets_its_304_whatever_coding_is_asked_for(representation, held_in, asked_in):
    held = tag(representation, held_in)
    reply = representation.reply(asked_in, f'"other", {held}')
    assert (reply.status, reply.body) == (304, b"")
    assert headers_of(reply) == {"Vary": "Accept-Encoding", "Cache-Control": "private, no-cache", "ETag": held}


def test_a_tag_that_a_proxy_has_weakened_gets_a_304_under_the_strong_one(representation):
    held = tag(representation, "gzip")
    reply = representation.reply("gzip", f"W/{held}")
    assert (reply.status, headers_of(reply)["ETag"]) == (304, held)


def test_a_star_gets_a_304(representation):
    assert representation.reply("", "*").status == 304


@pytest.mark.parametrize("header", ['"other"', "garbage", 'W/"', '"', ",,,", "W/*"])
def test_another_tag_gets_the_body(representation, header):
    assert representation.reply("", header).status == 200


def test_other_bytes_have_another_tag(representation):
    assert Representation(CONTENT + b" ", HEADERS).etag != representation.etag


def test_a_coding_is_made_when_it_is_first_asked_for_and_then_counts(representation):
    assert representation.size == OVERHEAD_BYTES + len(CONTENT)
    compressed = representation.reply("gzip", "").body
    assert representation.size == OVERHEAD_BYTES + len(CONTENT) + len(compressed)
    assert representation.reply("gzip", "").body is compressed
    assert representation.size == OVERHEAD_BYTES + len(CONTENT) + len(compressed)


def test_a_304_makes_no_coding(representation):
    before = representation.size
    representation.reply("br", representation.etag)
    assert representation.size == before


def test_a_short_body_is_never_compressed():
    reply = Representation(b"[]", HEADERS).reply("br, gzip", "")
    assert reply.body == b"[]"
    assert "Content-Encoding" not in headers_of(reply)


def test_many_tags_take_no_memory(representation):
    for n in range(1000):
        representation.reply("", f'"{n}", {representation.etag}')
    assert len(representation._unchanged) <= 3


@pytest.mark.parametrize("asked_in", DECODERS)
def test_a_weak_tag_is_that_of_every_coding(asked_in):
    weak = Representation(CONTENT, HEADERS | {"ETag": 'W/"a"'})
    assert tag(weak, asked_in) == 'W/"a"'
    assert weak.reply(asked_in, 'W/"a"').status == weak.reply(asked_in, '"a"').status == 304


def test_the_headers_of_an_answer_precede_those_of_its_view():
    answer = Answer([1], {"Cache-Control": "no-store", "X-Own": "1"})
    representation = Representation.of(answer, HEADERS)
    assert representation.headers == HEADERS | {
        "Cache-Control": "no-store", "X-Own": "1", "ETag": representation.etag,
    }  # fmt: skip
    assert representation.body("identity") == b"[1]"


def test_an_answer_may_be_bytes_already():
    assert Representation.of(Answer(b'{"a": 1}'), HEADERS).body("identity") == b'{"a": 1}'


@pytest.mark.parametrize(("length", "coding"), [(MIN_BYTES - 1, "identity"), (MIN_BYTES, "gzip")])
def test_what_is_short_is_sent_as_it_is(length, coding):
    reply = Representation(b" " * length, HEADERS).reply("gzip", "")
    assert headers_of(reply).get("Content-Encoding", "identity") == coding


def test_codings_that_were_made_before_are_sent_as_they_are_and_kept_with_the_others():
    representation = Representation(CONTENT, HEADERS, {"gzip": b"made before"})
    assert representation.body("gzip") == b"made before"
    assert set(representation.bodies()) == set(DECODERS)


def test_an_answer_takes_no_more_memory_than_its_bytes():
    tracemalloc.start()
    try:
        kept = [Representation.of(Answer(["name"] * count), {}) for count in (50, 500, 5000)]
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 1.1 * sum(each.size for each in kept)
