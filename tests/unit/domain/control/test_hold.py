import pytest

from service.domain.control.hold import (
    REASONS,
    STATE_AFTER,
    HoldDecision,
    HoldPhotographMissingError,
    HoldReasonError,
    HoldState,
    IdentityNumberError,
    SamePersonError,
    SameRoleError,
    hold_reason,
    require_photographs,
    require_second_person,
)
from service.domain.party import Actor, Role


def person(user_id: str, role: Role) -> Actor:
    return Actor(user_id=user_id, name=user_id, role=role, organisation_id="ORG-1")


def test_another_person_with_another_role_decides() -> None:
    supervisor = person("U-2", Role.SUPERVISOR)
    require_second_person(supervisor, weighed_by="U-1", weighed_as=Role.OPERATOR)
    with pytest.raises(SamePersonError):
        require_second_person(supervisor, weighed_by="U-2", weighed_as=Role.OPERATOR)
    with pytest.raises(SameRoleError):
        require_second_person(supervisor, weighed_by="U-1", weighed_as=Role.SUPERVISOR)


def test_at_a_plant_all_have_one_role_and_another_person_is_enough() -> None:
    second = person("U-2", Role.PLANT)
    require_second_person(second, weighed_by="U-1", weighed_as=Role.PLANT)
    with pytest.raises(SamePersonError):
        require_second_person(second, weighed_by="U-2", weighed_as=Role.PLANT)


def test_a_reason_is_one_of_the_list_with_words_where_it_says_other() -> None:
    assert hold_reason("DELAY_KNOWN", " flat tyre ") == "flat tyre"
    assert hold_reason("DELAY_KNOWN", "") == ""
    assert hold_reason("OTHER", "x" * 500) == "x" * 500
    for code, words in (("WHIM", "x"), ("OTHER", "  "), ("DELAY_KNOWN", "x" * 501)):
        with pytest.raises(HoldReasonError):
            hold_reason(code, words)
    assert "OTHER" in REASONS


def test_a_reason_holds_no_identity_number() -> None:
    with pytest.raises(IdentityNumberError):
        hold_reason("OTHER", "driver 11010519491231002X")


def test_a_release_rests_on_a_photograph() -> None:
    require_photographs(HoldDecision.RELEASE, 1, 1)
    require_photographs(HoldDecision.REFUSE, 0, 1)
    with pytest.raises(HoldPhotographMissingError):
        require_photographs(HoldDecision.RELEASE, 0, 1)


def test_each_decision_leads_to_a_state() -> None:
    assert set(STATE_AFTER) == set(HoldDecision)
    assert set(STATE_AFTER.values()) == set(HoldState) - {HoldState.NONE, HoldState.HELD}
