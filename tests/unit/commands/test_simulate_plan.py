from dataclasses import replace

from service.commands.simulate_plan import D_KG, GRADES, TruckPlan, plan
from service.domain.grade import CATALOGUE
from service.domain.plate import normal_plate

SITES = ("BASE01", "BASE02")


def _without_plates(trucks: list[TruckPlan]) -> list[TruckPlan]:
    return [replace(truck, plate="", haulier_plate="") for truck in trucks]


def test_the_same_seed_gives_the_same_loads() -> None:
    assert _without_plates(plan(20, 7, SITES, GRADES)) == _without_plates(
        plan(20, 7, SITES, GRADES)
    )


def test_another_seed_gives_other_loads() -> None:
    assert _without_plates(plan(20, 7, SITES, GRADES)) != _without_plates(
        plan(20, 8, SITES, GRADES)
    )


def test_plates_are_new_each_time() -> None:
    plates = {truck.plate for _ in range(3) for truck in plan(20, 7, SITES, GRADES)}
    assert len(plates) > 50


def test_loads_are_what_a_scale_can_show() -> None:
    trucks = plan(200, 1, SITES, GRADES)
    for truck in trucks:
        masses_kg = (truck.gross_kg, truck.tare_kg, truck.rejected_kg, truck.haulier_tare_kg)
        assert all(kg % D_KG == 0 for kg in masses_kg)
        assert truck.tare_kg + truck.rejected_kg < truck.gross_kg < 60_000
        assert normal_plate(truck.plate) == truck.plate
        assert truck.grade in CATALOGUE
    assert [truck.site_id for truck in trucks[:4]] == ["BASE01", "BASE02", "BASE01", "BASE02"]
