import pytest

from service.domain.control import (
    CONTROLS,
    DEFAULT_POLICY,
    ControlBlockedError,
    ControlPolicy,
    ControlPolicyError,
    HeldError,
    Outcome,
    Verdict,
    gravest,
    judge,
    require_admitted,
)
from service.domain.control.facts import DeckView, Measured
from service.domain.control.judging import RULES
from service.domain.control.policy import DEFAULTS, ENFORCED
from service.domain.control.words import MESSAGES, TITLES
from service.domain.weighing import Capture, Source, StableSource, WeighingPass
from tests.unit.domain.control.facts import AT, CURVE, SCALE, gross, policy_with, tare


def test_there_is_a_rule_a_title_and_a_setting_for_each_control() -> None:
    assert len(RULES) == len(CONTROLS) == 20
    assert tuple(TITLES) == tuple(DEFAULTS) == CONTROLS
    assert {name.split(".")[0] for name in MESSAGES} == set(CONTROLS)


def test_a_weighing_in_order_passes_whatever_is_known() -> None:
    first, second = judge(gross(), DEFAULT_POLICY), judge(tare(), DEFAULT_POLICY)
    assert {v.outcome for v in (*first, *second)} == {Outcome.PASS, Outcome.UNKNOWN}
    assert [v.control for v in first if v.outcome is Outcome.UNKNOWN] == ["C19"]
    assert [v.control for v in second if v.outcome is Outcome.UNKNOWN] == [
        *("C6", "C7", "C10", "C19")
    ]


def test_verdicts_come_one_for_each_control_in_their_order() -> None:
    names = [verdict.control for verdict in judge(tare(), DEFAULT_POLICY)]
    assert names == sorted(set(names), key=CONTROLS.index)


def test_a_control_says_its_gravest_finding() -> None:
    view = DeckView(front_clear=True, back_clear=True, vehicles_seen=2)
    verdict = next(v for v in judge(gross(deck=view), DEFAULT_POLICY) if v.control == "C3")
    assert (verdict.field, verdict.value, verdict.limit) == ("vehicles", "2", "≤ 1")
    assert verdict.message == "More than one vehicle stands on the deck."


def test_a_verdict_survives_its_record() -> None:
    for verdict in judge(gross(), DEFAULT_POLICY):
        assert Verdict.of(verdict.record()) == verdict


def test_the_gravest_outcome_counts_and_none_is_a_pass() -> None:
    assert gravest(()) is Outcome.PASS
    assert gravest(judge(gross(), DEFAULT_POLICY)) is Outcome.UNKNOWN
    assert gravest(judge(gross(kg=48_630), DEFAULT_POLICY)) is Outcome.BLOCK


def test_a_blocked_weighing_is_refused_with_every_reason() -> None:
    require_admitted(judge(gross(), DEFAULT_POLICY))
    with pytest.raises(ControlBlockedError) as refused:
        require_admitted(judge(gross(kg=60_030), DEFAULT_POLICY))
    assert [reason.field for reason in refused.value.reasons] == ["controls.C3", "controls.C4"]
    assert "60030 kg" in str(refused.value)
    assert len(refused.value.verdicts) > 2


def test_a_held_visit_names_what_holds_it() -> None:
    error = HeldError("W-1", ("C5", "C7"))
    assert (error.weighing_id, "C5, C7" in str(error)) == ("W-1", True)


def test_what_a_capture_states_of_itself_is_measured() -> None:
    capture = Capture(
        capture_id="c-1",
        edge_id="E-1",
        prev_hash="00",
        site_id="BASE01",
        hash="00",
        first_frame_hex="00",
        last_frame_hex="00",
        frames_sha256="00",
        curve_sha256="00",
        edge_seq=1,
        instrument=SCALE,
        weighing_pass=WeighingPass.GROSS,
        kg=48_620,
        source=Source.LIVE,
        stable_source=StableSource.FLAG,
        window_ms=5_000,
        spread_kg=0,
        frame_count=36,
        zero_before_kg=0,
        frames=(),
        curve=CURVE,
        taken_at=AT,
        photographs=(),
        silent_cameras=(),
    )
    assert Measured.of(capture) == gross().measured


def test_a_policy_survives_its_record() -> None:
    stated = policy_with("C7", "FLAG", band_kg=150)
    assert ControlPolicy.of(stated.record()) == stated
    assert ControlPolicy.of({}) == DEFAULT_POLICY
    assert stated.limit("C7", "band_kg") == 150


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "policy"),
        ({"C21": {}}, "policy"),
        ({"C7": []}, "C7"),
        ({"C7": {"mode": "HOLD"}}, "C7"),
        ({"C7": {"action": "WARN"}}, "C7.action"),
        ({"C7": {"limits": {"kg": 1}}}, "C7.limits"),
        ({"C9": {"limits": {"kg": 1}}}, "C9.limits"),
        ({"C7": {"limits": {"band_kg": "100"}}}, "C7.band_kg"),
        ({"C7": {"limits": {"band_kg": True}}}, "C7.band_kg"),
        ({"C7": {"limits": {"band_kg": -1}}}, "C7.band_kg"),
        ({"C7": {"limits": {"band_kg": 1_000_001}}}, "C7.band_kg"),
        ({"C16": {"action": "FLAG"}}, "C16.action"),
    ],
)
def test_a_policy_that_says_what_does_not_exist_is_refused(document: object, field: str) -> None:
    with pytest.raises(ControlPolicyError) as refused:
        ControlPolicy.of(document)
    assert refused.value.field == field


def test_some_controls_cannot_be_softened() -> None:
    assert {"C16", "C18", "C20"} == ENFORCED
    assert ControlPolicy.of({"C18": {"action": "BLOCK"}}) == DEFAULT_POLICY
