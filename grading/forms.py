"""The 24 trade grades that the engine tells apart, and the nine forms in which they appear.

A form is appearance alone: it says nothing of thickness, and nothing of the metal (bales of
beverage cans may be aluminium, alternators hold copper). Two trade grades have no form.
"""

from typing import Final

CLASSES_BY_FORM: Final[dict[str, tuple[str, ...]]] = {
    "bales": (
        "Auto_Factory_Bales",
        "New_Black_Bales",
        "Tin_Sheet_Bundles",
        "Used_Beverage_Can_Bales",
        "Wire_Bales",
        "lms",
    ),
    "briq_media": ("Cast_Iron_Briquettes", "Grinding_Media"),
    "cast_mn": ("Manganese_Scrap",),
    "heavy_mixed": ("HMS_1", "HMS_80_20"),
    "plate_structural": ("Blue_Steel", "Mic_Railway_Scrap", "pns"),
    "rail_axle_wheel": ("Railway_Axels", "Railway_Lines", "Railway_Wheels"),
    "rebar_rolling": ("Rolling_Scrap",),
    "shredded": ("Shredded", "Tin_Can_Shredded_Scrap"),
    "turnings": ("Cast_Iron_Boring", "turning_boring"),
}

CLASSES_WITHOUT_FORM: Final = ("Alternators", "Tin_Plate_Sheet_Scrap")

FORMS: Final = tuple(sorted(CLASSES_BY_FORM))

FORM_BY_CLASS: Final[dict[str, str]] = {
    grade_class: form for form, classes in CLASSES_BY_FORM.items() for grade_class in classes
}

NEIGHBOURING_CLASSES: Final = (frozenset({"HMS_1", "HMS_80_20", "pns"}),)
"""Trade grades that their own exporter tells apart badly: near-duplicates carry both labels.

Heavy melting scrap, its 80:20 mixture, and plate and structural are a visual continuum.
"""

GRADE_CLASSES: Final = tuple(sorted((*FORM_BY_CLASS, *CLASSES_WITHOUT_FORM)))
