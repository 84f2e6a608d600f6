import csv
from pathlib import Path

import pytest

from service.domain.access import RIGHTS, Action, Resource, Scope, permits, require, scope_of
from service.domain.errors import ForbiddenError
from service.domain.party import Actor, Organisation, OrganisationKind, Role

TABLE = Path(__file__).parents[2] / "vectors" / "rights.csv"


def actor(role: Role, *, organisation_id: str = "ORG-1", site_ids: frozenset[str]) -> Actor:
    return Actor(
        user_id="u1", name="Li Wei", role=role, organisation_id=organisation_id, site_ids=site_ids
    )


def test_rights_in_code_are_those_of_the_table_written_by_hand() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        written = [(row["role"], row["action"], row["scope"]) for row in csv.DictReader(file)]
    coded = {
        (role.value, action.value, scope.value)
        for role, rights in RIGHTS.items()
        for action, scope in rights.items()
    }
    assert len(written) == len(set(written))
    assert coded == set(written)


def test_every_role_is_in_the_table_and_every_action_belongs_to_someone() -> None:
    assert set(RIGHTS) == set(Role)
    assert {action for rights in RIGHTS.values() for action in rights} == set(Action)


def test_nobody_both_prepares_and_approves_a_settlement() -> None:
    both = {Action.SETTLEMENT_PREPARE, Action.SETTLEMENT_APPROVE}
    assert not [role for role, rights in RIGHTS.items() if both <= set(rights)]


def test_an_operator_acts_at_the_own_site_only() -> None:
    operator = actor(Role.OPERATOR, site_ids=frozenset({"BASE01"}))
    assert permits(operator, Action.WEIGHING_RECORD, Resource(site_id="BASE01"))
    assert not permits(operator, Action.WEIGHING_RECORD, Resource(site_id="BASE02"))
    assert not permits(operator, Action.WEIGHING_RECORD, Resource())


def test_a_bank_sees_a_settlement_only_where_it_is_named() -> None:
    bank = actor(Role.BANK, organisation_id="BANK-1", site_ids=frozenset())
    named = Resource(organisation_ids=frozenset({"BANK-1", "PLANT-1"}))
    assert permits(bank, Action.SETTLEMENT_VIEW, named)
    assert not permits(
        bank, Action.SETTLEMENT_VIEW, Resource(organisation_ids=frozenset({"BANK-2"}))
    )


def test_an_auditor_sees_everything_and_changes_nothing() -> None:
    auditor = actor(Role.AUDITOR, site_ids=frozenset())
    assert permits(auditor, Action.TICKET_VIEW, Resource(site_id="BASE02"))
    assert not permits(auditor, Action.TICKET_VOID, Resource(site_id="BASE02"))


def test_require_names_the_action_it_refuses() -> None:
    inspector = actor(Role.INSPECTOR, site_ids=frozenset({"BASE01"}))
    require(inspector, Action.GRADE_DECIDE, Resource(site_id="BASE01"))
    with pytest.raises(ForbiddenError, match="TICKET_VOID"):
        require(inspector, Action.TICKET_VOID, Resource(site_id="BASE01"))


def test_scope_of_says_over_what_a_role_has_a_right() -> None:
    assert scope_of(Role.PLANT, Action.WEIGHING_RECORD) is Scope.OWN_SITE
    assert scope_of(Role.PLANT, Action.CARBON_VIEW) is Scope.OWN_ORGANISATION
    assert scope_of(Role.BANK, Action.WEIGHING_RECORD) is None


def test_an_organisation_has_a_kind() -> None:
    plant = Organisation(organisation_id="PLANT-1", name="Plant", kind=OrganisationKind.PLANT)
    assert plant.kind == "plant"
