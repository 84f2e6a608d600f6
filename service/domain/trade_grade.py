"""The trade grades that the image engine tells apart, and the form in which each appears.

A form is appearance alone. Two trade grades have none: alternators and tin plate sheet. The engine
has the same table (``grading/forms.py``); a test compares the two.
"""

from collections.abc import Mapping

FORM_BY_TRADE_GRADE: Mapping[str, str] = {
    "Auto_Factory_Bales": "bales",
    "Blue_Steel": "plate_structural",
    "Cast_Iron_Boring": "turnings",
    "Cast_Iron_Briquettes": "briq_media",
    "Grinding_Media": "briq_media",
    "HMS_1": "heavy_mixed",
    "HMS_80_20": "heavy_mixed",
    "Manganese_Scrap": "cast_mn",
    "Mic_Railway_Scrap": "plate_structural",
    "New_Black_Bales": "bales",
    "Railway_Axels": "rail_axle_wheel",
    "Railway_Lines": "rail_axle_wheel",
    "Railway_Wheels": "rail_axle_wheel",
    "Rolling_Scrap": "rebar_rolling",
    "Shredded": "shredded",
    "Tin_Can_Shredded_Scrap": "shredded",
    "Tin_Sheet_Bundles": "bales",
    "Used_Beverage_Can_Bales": "bales",
    "Wire_Bales": "bales",
    "lms": "bales",
    "pns": "plate_structural",
    "turning_boring": "turnings",
}


def form_shares(classes_bp: Mapping[str, int]) -> dict[str, int]:
    """Shares by form from shares by trade grade; what has no form is left out."""
    shares_bp: dict[str, int] = {}
    for name, share_bp in classes_bp.items():
        form = FORM_BY_TRADE_GRADE.get(name)
        if form is not None:
            shares_bp[form] = shares_bp.get(form, 0) + share_bp
    return shares_bp
