"""Figures as vendors of picture grading count them, beside the strict ones.

Vendors call a load right when the main grade has the right name and its share is within 10 points,
and put the error of the price proposal into buckets. Counting is theirs; leaving pictures out is
not done here: every figure is given over all pictures, and over those answered alone beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from grading.forms import CLASSES_BY_FORM, CLASSES_WITHOUT_FORM
from grading.metrics import share_of
from grading.shares import WHOLE_BP

MAIN_SHARE_TOLERANCE_BP: Final = 1_000
PRICE_LIMITS_CNY: Final = (30, 50, 100)

EXAMPLE_PRICES_NAME: Final = "one mill's buying prices of 2026, by form; an example, no default"
_PRICE_BY_FORM: Final = {
    "heavy_mixed": 2_300,  # 重废2
    "plate_structural": 2_320,  # 重废1
    "rail_axle_wheel": 2_320,  # 重废1
    "rebar_rolling": 2_320,  # 钢筋切粒
    "cast_mn": 2_250,  # 生铁
    "briq_media": 2_250,  # 生铁
    "shredded": 2_210,  # 破碎料1
    "bales": 2_020,  # 汽车壳
    "turnings": 1_320,  # 剪料4
}
_PRICE_WITHOUT_FORM: Final = 2_070  # 剪料3

EXAMPLE_PRICES_CNY_PER_T: Final[Mapping[str, int]] = {
    **{name: _PRICE_BY_FORM[form] for form, names in CLASSES_BY_FORM.items() for name in names},
    **dict.fromkeys(CLASSES_WITHOUT_FORM, _PRICE_WITHOUT_FORM),
}
"""CNY per tonne by trade grade: what is priced is the form, so grades of one form cost the same."""


def vendor_figures(
    pictures: Sequence[tuple[str, Mapping[str, int]]], *, auto: Sequence[bool]
) -> dict[str, Any]:
    """Return the figures over all pictures and over those answered without a person.

    ``pictures`` are true trade grades with the proposed shares in basis points, empty where nothing
    could be read: then the whole price is the error. No truth of deductions exists for
    photographs of single loads, so no figure of deductions is given.
    """
    answered = [picture for picture, is_auto in zip(pictures, auto, strict=True) if is_auto]
    return {
        "price_table": EXAMPLE_PRICES_NAME,
        "deduction": None,
        "all": _figures(pictures),
        "auto_only": _figures(answered),
    }


def _figures(pictures: Sequence[tuple[str, Mapping[str, int]]]) -> dict[str, Any]:
    errors_cny = sorted(abs(price_error_cny(*picture)) for picture in pictures)
    signed_cny = [price_error_cny(*picture) for picture in pictures]
    count = len(pictures)
    return {
        "main_grade_within_10_points": asdict(share_of(sum(map(_is_main, pictures)), count)),
        "share_mae_bp": sum(map(_share_mae_bp, pictures)) // max(1, count),
        "price_error_mean_cny": sum(errors_cny) // max(1, count),
        "price_error_p95_cny": errors_cny[count * 95 // 100] if count else 0,
        "price_error_signed_cny": round(sum(signed_cny) / max(1, count)),
        "price_error_below": {
            str(limit): asdict(share_of(sum(error < limit for error in errors_cny), count))
            for limit in PRICE_LIMITS_CNY
        },
    }


def price_error_cny(label: str, classes_bp: Mapping[str, int]) -> int:
    """Return the proposed price less the true one, in CNY per tonne by the example table."""
    proposed = sum(EXAMPLE_PRICES_CNY_PER_T[name] * share for name, share in classes_bp.items())
    return round(proposed / WHOLE_BP) - EXAMPLE_PRICES_CNY_PER_T[label]


def _is_main(picture: tuple[str, Mapping[str, int]]) -> bool:
    """Whether the main grade has the right name and a share within ten points of the truth."""
    label, classes_bp = picture
    is_highest = bool(classes_bp) and max(classes_bp.values()) == classes_bp.get(label)
    return is_highest and classes_bp[label] >= WHOLE_BP - MAIN_SHARE_TOLERANCE_BP


def _share_mae_bp(picture: tuple[str, Mapping[str, int]]) -> int:
    """Return the mean over the trade grades of how far each share is off."""
    label, classes_bp = picture
    apart = sum(abs(share - WHOLE_BP * (name == label)) for name, share in classes_bp.items())
    if not classes_bp:
        apart = WHOLE_BP
    return apart // len(EXAMPLE_PRICES_CNY_PER_T)
