"""What is kept as JSON comes back as it was."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.decision import Ask, Decision, Escalate, Offer, Reply, Silence, SuggestionKind, SuggestionPlan, Tone
from bot.domain.escalation import Urgency
from bot.domain.incoming import Incoming
from bot.domain.situation import Pending, Situation
from bot.facts.codec import decision_from_json, decision_to_json, from_json, to_json
from nlp.types import Reading
from tests.doubles import situations as drawn

words = st.text(max_size=12)
tones = st.sampled_from(list(Tone))
plans = st.builds(
    SuggestionPlan, st.lists(st.sampled_from(list(SuggestionKind)), max_size=3).map(tuple), st.integers(1, 5)
)
decisions: st.SearchStrategy[Decision] = st.one_of(
    st.builds(Reply, words, words, words, words, words, tones, st.none() | plans),
    st.builds(Ask, words, words, words, words, tones, words),
    st.builds(Offer, words, words, plans, words, words, tones),
    st.builds(Escalate, words, words, words, st.sampled_from(list(Urgency)), words, words, words, tones),
    st.builds(Silence, words, words),
)


@settings(max_examples=60, deadline=None)
@given(drawn.situations())
def test_situations(situation: Situation) -> None:
    assert from_json(Situation, json.loads(json.dumps(to_json(situation)))) == situation


@settings(max_examples=60, deadline=None)
@given(decisions)
def test_decisions(decision: Decision) -> None:
    assert decision_from_json(json.loads(json.dumps(decision_to_json(decision)))) == decision


@settings(max_examples=40, deadline=None)
@given(drawn.readings())
def test_readings(reading: Reading) -> None:
    assert from_json(Reading, json.loads(json.dumps(to_json(reading)))) == reading


@settings(max_examples=40, deadline=None)
@given(drawn.incomings, drawn.pendings)
def test_messages_and_questions(incoming: Incoming, pending: Pending) -> None:
    assert from_json(Incoming, json.loads(json.dumps(to_json(incoming)))) == incoming
    assert from_json(Pending, json.loads(json.dumps(to_json(pending)))) == pending


def test_other_data_is_refused() -> None:
    with pytest.raises(ValidationError):
        from_json(Pending, {"form": 3, "asks": None})
