"""The demo company: invented organisations, sites, people and prices of a demo database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.domain.grade import CATALOGUE
from service.domain.grade_rules import GradeRules
from service.domain.instants import business_date
from service.domain.party import Actor, OrganisationKind, Role
from service.storage.control_policy import policies_of
from service.storage.grade_rules import newest_grade_rules
from service.storage.party import OrganisationRow, SiteRow
from service.storage.price_list import price_lists_of
from service.usecases.control_policy import SetControlPolicy, set_control_policy
from service.usecases.grade_rules import SetGradeRules, set_grade_rules
from service.usecases.identity import CreateUser, create_user, users
from service.usecases.installation import CompanyRecord, enter_company
from service.usecases.ports import Deps
from service.usecases.price_list import SetPriceList, set_price_list

OPERATOR, PLANT, BANK, CARRIER, AUDITOR = (
    "OP-BEIHE",
    "PL-LANBEI",
    "BK-YUNQIAO",
    "CA-YUNTU",
    "AU-HENG",
)
SUPPLIERS = ("SU-QINGHE", "SU-DONGLING")

ORGANISATIONS = (
    (OPERATOR, OrganisationKind.OPERATOR, "北河再生资源（示例）", "Beihe Recycling (example)"),
    (PLANT, OrganisationKind.PLANT, "岚北钢铁（示例）", "Lanbei Steel (example)"),
    (BANK, OrganisationKind.BANK, "云桥银行（示例）", "Yunqiao Bank (example)"),
    (CARRIER, OrganisationKind.CARRIER, "云途物流（示例）", "Yuntu Logistics (example)"),
    (AUDITOR, OrganisationKind.AUDITOR, "衡信审计（示例）", "Hengxin Audit (example)"),
    (SUPPLIERS[0], OrganisationKind.SUPPLIER, "青禾金属回收（示例）", "Qinghe Metal (example)"),
    (SUPPLIERS[1], OrganisationKind.SUPPLIER, "东岭拆解（示例）", "Dongling Dismantling (example)"),
)

SITES = (
    SiteRow(
        site_id="BASE01",
        kind="BASE",
        organisation_id=OPERATOR,
        name_zh="北河一号基地",
        name_en="Beihe base 1",
        grid_region="辽宁",
    ),
    SiteRow(
        site_id="BASE02",
        kind="BASE",
        organisation_id=OPERATOR,
        name_zh="北河二号基地",
        name_en="Beihe base 2",
        grid_region="河北",
    ),
    SiteRow(
        site_id="PLANT01",
        kind="PLANT",
        organisation_id=PLANT,
        name_zh="岚北钢铁料场",
        name_en="Lanbei Steel yard",
        grid_region="辽宁",
    ),
)

_BASES = ("BASE01", "BASE02")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """A login of the demo company."""

    username: str
    role: Role
    organisation_id: str
    site_ids: tuple[str, ...]
    name: str
    name_en: str


PEOPLE = tuple(
    DemoPerson(
        username=username,
        role=role,
        organisation_id=organisation_id,
        site_ids=site_ids,
        name=name,
        name_en=name_en,
    )
    for username, role, organisation_id, site_ids, name, name_en in (
        ("operator", Role.OPERATOR, OPERATOR, _BASES, "陈一", "Chen Yi"),
        ("inspector", Role.INSPECTOR, OPERATOR, _BASES, "周二", "Zhou Er"),
        ("inspector2", Role.INSPECTOR, OPERATOR, _BASES, "何双", "He Shuang"),
        ("inspector3", Role.INSPECTOR, OPERATOR, _BASES, "施可", "Shi Ke"),
        ("supervisor", Role.SUPERVISOR, OPERATOR, _BASES, "孙三", "Sun San"),
        ("clerk", Role.CLERK, OPERATOR, (), "钱四", "Qian Si"),
        ("approver", Role.APPROVER, OPERATOR, (), "赵五", "Zhao Wu"),
        ("plant", Role.PLANT, PLANT, ("PLANT01",), "吴六", "Wu Liu"),
        ("plant2", Role.PLANT, PLANT, ("PLANT01",), "吕青", "Lü Qing"),
        ("bank", Role.BANK, BANK, (), "郑七", "Zheng Qi"),
        ("carrier", Role.CARRIER, CARRIER, (), "王达", "Wang Da"),
        ("supplier", Role.SUPPLIER, SUPPLIERS[0], (), "冯九", "Feng Jiu"),
        ("auditor", Role.AUDITOR, AUDITOR, (), "褚十", "Chu Shi"),
        ("administrator", Role.ADMINISTRATOR, OPERATOR, (), "卫安", "Wei An"),
    )
)

PRICES_FEN_PER_T = {
    "HRS": 365_000,
    "MRS": 359_000,
    "LRS": 353_000,
    "SRS": 356_000,
    "BRS": 280_000,
    "ARS": 420_000,
    "CRS": 325_000,
}
"""Invented prices by the group of the grade, yuan cents per tonne, tax included."""

SELLERS_LESS_FEN_PER_T = 12_000
"""What the demo bases pay their sellers less than the plant pays them."""

FORM_GRADES: Mapping[str, tuple[str, ...]] = {
    "heavy_mixed": ("HRS101", "HRS102"),
    "plate_structural": ("HRS102",),
    "rail_axle_wheel": ("HRS101",),
    "rebar_rolling": ("MRS201",),
    "shredded": ("SRS401",),
    "bales": ("BRS501", "BRS502"),
    "cast_mn": ("CRS701",),
}
"""Which codes the demo bases buy in a form; turnings and briquettes they leave to people."""

SEEDER = Actor(user_id="installation", name="-", role=Role.ADMINISTRATOR, organisation_id=OPERATOR)


def seed_demo(hardware: Sequence[Mapping[str, Any]], password: str, deps: Deps) -> None:
    """Move the demo company in; harmless when it lives there already.

    ``hardware`` names for each site the record of its instrument; ``password`` opens every login.
    """
    company = CompanyRecord(
        organisations=tuple(
            OrganisationRow(
                organisation_id=organisation_id, kind=kind.value, name_zh=name_zh, name_en=name_en
            )
            for organisation_id, kind, name_zh, name_en in ORGANISATIONS
        ),
        sites=SITES,
        instruments=tuple((site["site_id"], site["instrument"]) for site in hardware),
    )
    with deps.db.transaction() as tx:
        enter_company(company, deps.db)
        present = {user.username for user in users(SEEDER, deps)}
        for person in PEOPLE:
            if person.username not in present:
                create_user(_command(person, password), SEEDER, deps)
        if not price_lists_of(tx, PLANT):
            _seed_prices(business_date(deps.now()), deps)
        for site in SITES:
            if not policies_of(tx, site.site_id):
                set_control_policy(_hurried(site.site_id), SEEDER, deps)
            if site.kind == "BASE" and newest_grade_rules(tx, site.site_id) is None:
                set_grade_rules(_grade_rules(site.site_id), SEEDER, deps)


def _command(person: DemoPerson, password: str) -> CreateUser:
    return CreateUser(
        username=person.username,
        password=password,
        name=person.name,
        name_en=person.name_en,
        role=person.role,
        organisation_id=person.organisation_id,
        site_ids=person.site_ids,
    )


def _hurried(site_id: str) -> SetControlPolicy:
    """The controls of a yard whose clock may run many times faster than the trucks' own."""
    return SetControlPolicy(
        site_id=site_id,
        policy={"C8": {"limits": {"shortest_s": 0}}},
        reason="The clock of the simulated yard hurries: trucks may be unloaded within seconds.",
    )


def _grade_rules(site_id: str) -> SetGradeRules:
    prices = {code: PRICES_FEN_PER_T[code[:3]] - SELLERS_LESS_FEN_PER_T for code in CATALOGUE}
    return SetGradeRules(
        site_id=site_id,
        rules=GradeRules(form_grades=FORM_GRADES, prices_fen_per_t=prices),
        reason="Invented prices of the demo company.",
    )


def _seed_prices(today: date, deps: Deps) -> None:
    first = date(today.year, 1, 1)
    set_price_list(
        SetPriceList(
            plant_id=PLANT,
            version=f"{today.year}-01",
            valid_from=first,
            valid_to=date(today.year + 1, 12, 31),
            prices={code: PRICES_FEN_PER_T[code[:3]] for code in CATALOGUE},
        ),
        SEEDER,
        deps,
    )
