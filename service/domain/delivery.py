"""The delivery from a base to a plant, and how far the two scales may differ."""

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isqrt

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.metrology import in_service_mpe_kg

LONGEST_HAUL_KM = Decimal(10_000)
_DISTANCE = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?\Z")


class DistanceInvalidError(RuleBrokenError):
    """A distance is no distance."""

    message = gettext_noop("Distance %(value)s km is outside 0 to %(limit)s km.")


def distance_text(text: str) -> str:
    """The distance in km as written: up to five digits, and three more after a point.

    Raises ``DistanceInvalidError``.
    """
    if _DISTANCE.match(text) is None or not 0 < Decimal(text) <= LONGEST_HAUL_KM:
        raise DistanceInvalidError(field="distance_km", value=text[:32], limit=LONGEST_HAUL_KM)
    return text


def difference_limit_kg(
    *,
    base_gross_kg: int,
    base_tare_kg: int,
    base_e_kg: int,
    plant_gross_kg: int,
    plant_tare_kg: int,
    plant_e_kg: int,
) -> int:
    """Largest difference of the two nets, in kg, that the scales' own errors explain.

    Root sum of squares of the in-service limits of the four weighings (JJG 539), rounded to the
    nearest whole kilogram: 48.62 t and 16.14 t on two scales of e = 20 kg give the root of
    60² + 40² + 60² + 40² = 10,400, which is 101.98, so 102 kg. Source: weighbridge.md, section 5.
    """
    limits_kg = (
        in_service_mpe_kg(base_gross_kg, base_e_kg),
        in_service_mpe_kg(base_tare_kg, base_e_kg),
        in_service_mpe_kg(plant_gross_kg, plant_e_kg),
        in_service_mpe_kg(plant_tare_kg, plant_e_kg),
    )
    return _nearest_root(sum(limit_kg * limit_kg for limit_kg in limits_kg))


def _nearest_root(square: int) -> int:
    """The integer nearest to the square root; ties cannot occur, (r + 1/2)² is no integer."""
    root = isqrt(square)
    return root + 1 if square > root * (root + 1) else root


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePair:
    """Gross and tare of one truck on one scale, and that scale's verification interval, in kg."""

    gross_kg: int
    tare_kg: int
    e_kg: int

    @property
    def net_kg(self) -> int:
        """Gross less tare."""
        return self.gross_kg - self.tare_kg


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleComparison:
    """The plant's net against the base's net, in kg.

    ``difference_kg`` is plant less base, so a short arrival is negative.
    """

    difference_kg: int
    limit_kg: int

    @property
    def alarm(self) -> bool:
        """Whether the difference is beyond the limit; the limit itself is inside."""
        return abs(self.difference_kg) > self.limit_kg


def compare_scales(*, base: ScalePair, plant: ScalePair) -> ScaleComparison:
    """The difference of the plant's net from the base's net, with the limit it is held against."""
    return ScaleComparison(
        difference_kg=plant.net_kg - base.net_kg,
        limit_kg=difference_limit_kg(
            base_gross_kg=base.gross_kg,
            base_tare_kg=base.tare_kg,
            base_e_kg=base.e_kg,
            plant_gross_kg=plant.gross_kg,
            plant_tare_kg=plant.tare_kg,
            plant_e_kg=plant.e_kg,
        ),
    )
