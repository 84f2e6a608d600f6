"""Plausible trucks. Masses, grades and order are those of the seed; the plates are new each time: a
truck that an interrupted run left in the yard is in nobody's way."""

import random
import secrets
from dataclasses import dataclass

D_KG = 20  # scale interval of the simulated scales
GRADES = ("HRS101", "HRS102", "MRS201", "MRS202", "LRS301")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class TruckPlan:
    """One load from supplier to plant. Masses in kg, multiples of the scale interval.

    ``scale_gap_kg`` is how much more the plant's scale shows for the laden truck than the base's.
    """

    number: int
    site_id: str
    plate: str
    gross_kg: int
    tare_kg: int
    rejected_kg: int
    deduction_bp: int
    inclusions_bp: int
    grade: str
    haulier_plate: str
    haulier_tare_kg: int
    scale_gap_kg: int
    distance_km: str


def plan(
    trucks: int, seed: int, site_ids: tuple[str, ...], grades: tuple[str, ...]
) -> list[TruckPlan]:
    """``trucks`` plans, the sites in turn."""
    chance = random.Random(seed)  # noqa: S311 - plausible, not secret
    return [_truck(chance, number, site_ids, grades) for number in range(trucks)]


def _truck(
    chance: random.Random, number: int, site_ids: tuple[str, ...], grades: tuple[str, ...]
) -> TruckPlan:
    tare_kg = chance.randrange(12_000, 16_500, D_KG)
    return TruckPlan(
        number=number + 1,
        site_id=site_ids[number % len(site_ids)],
        plate=_plate(),
        gross_kg=tare_kg + chance.randrange(18_000, 33_000, D_KG),
        tare_kg=tare_kg,
        rejected_kg=chance.choice((0, 0, 0, D_KG * chance.randint(1, 15))),
        deduction_bp=chance.choice((0, 50, 100, 150, 200)),
        inclusions_bp=chance.choice((0, 50, 100, 200)),
        grade=chance.choice(grades),
        haulier_plate=_plate(),
        haulier_tare_kg=chance.randrange(14_000, 17_000, D_KG),
        scale_gap_kg=chance.choice((-2, -1, 0, 0, 1, 2)) * D_KG,
        distance_km=str(chance.choice((86, 112, 135))),
    )


def _plate() -> str:
    return f"辽{secrets.choice(_LETTERS)}{secrets.randbelow(90_000) + 10_000}"
