import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.sync.transport import Fault, Reply, Trouble
from station.sync.verdict import Kind, Meaning, asked_wait_s, judged

FHIR = "application/fhir+json; charset=utf-8"
OUTCOME = b'{"resourceType": "OperationOutcome"}'


def acknowledgement(statuses: list[str]) -> dict[str, object]:
    entries = [{"response": {"status": status}} for status in statuses]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}


def replied(body: object, status: int = 200, content_type: str = FHIR) -> Reply:
    return Reply(status=status, content_type=content_type, body=json.dumps(body).encode())


WHOLE = acknowledgement(["201 Created", "200 OK", *["201"] * 6])


def test_only_a_whole_acknowledgement_is_one() -> None:
    verdict = judged(replied(WHOLE), entries=8)

    assert (verdict.meaning, verdict.kind) == (Meaning.ACKED, Kind.ACK)


@pytest.mark.parametrize(
    ("reply", "meaning", "kind"),
    [
        pytest.param(replied(WHOLE, content_type="text/html"), Meaning.LATER, Kind.INTERCEPT, id="called HTML"),
        pytest.param(replied(WHOLE, content_type="application/json"), Meaning.LATER, Kind.INTERCEPT, id="called JSON"),
        pytest.param(
            Reply(status=200, content_type="text/html", body=b"<html>Log in</html>"),
            Meaning.LATER,
            Kind.INTERCEPT,
            id="a login page",
        ),
        pytest.param(
            Reply(status=200, content_type=FHIR, body=b'{"resourceType": "Bun'),
            Meaning.UNKNOWN,
            Kind.UNKNOWN,
            id="cut short",
        ),
        pytest.param(Reply(status=200, content_type=FHIR), Meaning.UNKNOWN, Kind.UNKNOWN, id="empty"),
        pytest.param(replied([]), Meaning.UNKNOWN, Kind.UNKNOWN, id="a list"),
        pytest.param(replied({"ok": True}), Meaning.LATER, Kind.UNKNOWN, id="ok: true"),
        pytest.param(replied(acknowledgement(["201"] * 7)), Meaning.LATER, Kind.UNKNOWN, id="seven of eight"),
        pytest.param(replied(acknowledgement(["201"] * 9)), Meaning.LATER, Kind.UNKNOWN, id="nine of eight"),
        pytest.param(
            replied(acknowledgement(["201"] * 7 + ["422"])), Meaning.LATER, Kind.UNKNOWN, id="one of eight refused"
        ),
        pytest.param(replied({**WHOLE, "type": "batch-response"}), Meaning.LATER, Kind.UNKNOWN, id="answer to a batch"),
        pytest.param(replied({**WHOLE, "entry": "eight"}), Meaning.LATER, Kind.UNKNOWN, id="entries are no list"),
        pytest.param(replied({**WHOLE, "entry": [None] * 8}), Meaning.LATER, Kind.UNKNOWN, id="entries are nothing"),
        pytest.param(replied(WHOLE, status=201), Meaning.UNKNOWN, Kind.UNKNOWN, id="201"),
        pytest.param(replied(WHOLE, status=202), Meaning.UNKNOWN, Kind.UNKNOWN, id="202"),
        pytest.param(Reply(status=204), Meaning.UNKNOWN, Kind.UNKNOWN, id="204"),
        pytest.param(Reply(status=302), Meaning.LATER, Kind.INTERCEPT, id="302"),
        pytest.param(
            Reply(status=400, content_type=FHIR, body=OUTCOME), Meaning.REJECTED, Kind.CONTENT, id="400 from FHIR"
        ),
        pytest.param(
            Reply(status=422, content_type=FHIR, body=OUTCOME), Meaning.REJECTED, Kind.CONTENT, id="422 from FHIR"
        ),
        pytest.param(Reply(status=400, body=b"no"), Meaning.LATER, Kind.INTERCEPT, id="400 from somebody else"),
        pytest.param(replied({}, status=422), Meaning.LATER, Kind.INTERCEPT, id="422 without an outcome"),
        pytest.param(Reply(status=401), Meaning.BLOCKED, Kind.AUTH, id="401"),
        pytest.param(Reply(status=403), Meaning.BLOCKED, Kind.AUTH, id="403"),
        pytest.param(Reply(status=404), Meaning.BLOCKED, Kind.CONFIG, id="404"),
        pytest.param(Reply(status=405), Meaning.BLOCKED, Kind.CONFIG, id="405"),
        pytest.param(Reply(status=408), Meaning.LATER, Kind.WAIT, id="408"),
        pytest.param(Reply(status=409), Meaning.UNKNOWN, Kind.CONFLICT, id="409"),
        pytest.param(Reply(status=412), Meaning.UNKNOWN, Kind.CONFLICT, id="412"),
        pytest.param(Reply(status=413), Meaning.BLOCKED, Kind.SIZE, id="413"),
        pytest.param(Reply(status=415), Meaning.BLOCKED, Kind.CONFIG, id="415"),
        pytest.param(Reply(status=425), Meaning.LATER, Kind.WAIT, id="425"),
        pytest.param(Reply(status=429), Meaning.LATER, Kind.WAIT, id="429"),
        pytest.param(Reply(status=500), Meaning.LATER, Kind.SERVER, id="500"),
        pytest.param(Reply(status=502), Meaning.LATER, Kind.SERVER, id="502"),
        pytest.param(Reply(status=503), Meaning.LATER, Kind.WAIT, id="503"),
        pytest.param(Reply(status=504), Meaning.LATER, Kind.SERVER, id="504"),
        pytest.param(Trouble(fault=Fault.UNREACHABLE, detail=""), Meaning.LATER, Kind.NETWORK, id="nobody there"),
        pytest.param(Trouble(fault=Fault.BROKEN_OFF, detail=""), Meaning.UNKNOWN, Kind.NETWORK, id="broken off"),
        pytest.param(Trouble(fault=Fault.TOO_SLOW, detail=""), Meaning.UNKNOWN, Kind.NETWORK, id="too slow"),
        pytest.param(Trouble(fault=Fault.TOO_LONG, detail=""), Meaning.UNKNOWN, Kind.INTERCEPT, id="too long"),
        pytest.param(Trouble(fault=Fault.CERTIFICATE, detail=""), Meaning.BLOCKED, Kind.CERTIFICATE, id="certificate"),
    ],
)
def test_anything_else_is_not_an_acknowledgement(reply: Reply | Trouble, meaning: Meaning, kind: Kind) -> None:
    verdict = judged(reply, entries=8)

    assert (verdict.meaning, verdict.kind) == (meaning, kind)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["Bundle", "transaction-response", "200 OK", "x"]),
    lambda inner: (
        st.lists(inner, max_size=9)
        | st.dictionaries(st.sampled_from(["resourceType", "type", "entry", "response", "status"]), inner)
    ),
    max_leaves=20,
)


@given(body=anything)
def test_no_answer_makes_the_verdict_stumble(body: object) -> None:
    verdict = judged(replied(body), entries=8)

    assert verdict.meaning is not Meaning.ACKED


@given(body=st.binary(max_size=200), status=st.integers(100, 599))
def test_garbage_is_never_an_acknowledgement(body: bytes, status: int) -> None:
    verdict = judged(Reply(status=status, content_type=FHIR, body=body), entries=8)

    assert verdict.meaning is not Meaning.ACKED


@pytest.mark.parametrize(
    ("retry_after", "date", "wait_s"),
    [
        pytest.param("", "", None, id="nothing asked"),
        pytest.param("120", "", 120.0, id="seconds"),
        pytest.param("0", "", 1.0, id="at once means a second"),
        pytest.param("9" * 1000, "", 86400.0, id="absurd means a day"),
        pytest.param("999999999", "", 86400.0, id="thirty years mean a day"),
        pytest.param("-5", "", None, id="negative"),
        pytest.param("soon", "", None, id="words"),
        pytest.param("²", "", None, id="a superscript"),
        pytest.param(
            "Mon, 23 Nov 2026 12:05:00 GMT", "Mon, 23 Nov 2026 12:00:00 GMT", 300.0, id="a date, by the server's clock"
        ),
        pytest.param("Mon, 23 Nov 2026 12:05:00 GMT", "", None, id="a date without the server's"),
        pytest.param("Mon, 23 Nov 2026 11:00:00 -0000", "Mon, 23 Nov 2026 12:00:00 GMT", 1.0, id="a date that is past"),
    ],
)
def test_the_server_may_ask_for_a_wait(retry_after: str, date: str, wait_s: float | None) -> None:
    assert asked_wait_s(Reply(status=503, retry_after=retry_after, date=date)) == wait_s


@given(retry_after=st.text(max_size=40))
def test_no_wish_to_wait_makes_the_verdict_stumble(retry_after: str) -> None:
    wait_s = asked_wait_s(Reply(status=503, retry_after=retry_after, date="Mon, 23 Nov 2026 12:00:00 GMT"))

    assert wait_s is None or 1.0 <= wait_s <= 86400.0
