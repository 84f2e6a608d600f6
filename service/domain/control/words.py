"""The words of the controls: what each is for, and what is wrong where a check is broken."""

from collections.abc import Mapping
from types import MappingProxyType

from service.domain.errors import gettext_noop

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "C1": gettext_noop("Deck empty before mounting"),
        "C2": gettext_noop("Position on the deck"),
        "C3": gettext_noop("One vehicle on the deck"),
        "C4": gettext_noop("Stable weight"),
        "C5": gettext_noop("Weight curve"),
        "C6": gettext_noop("Leaving the deck"),
        "C7": gettext_noop("Tare history"),
        "C8": gettext_noop("Between the weighings"),
        "C9": gettext_noop("One open load per truck"),
        "C10": gettext_noop("Same vehicle both times"),
        "C11": gettext_noop("Photographs"),
        "C12": gettext_noop("Overrides"),
        "C13": gettext_noop("Instrument"),
        "C14": gettext_noop("Check weighing"),
        "C15": gettext_noop("Pairing of people and trucks"),
        "C16": gettext_noop("Source of the weight"),
        "C17": gettext_noop("Radiation and sealed vessels"),
        "C18": gettext_noop("Concluded visits"),
        "C19": gettext_noop("Clock and sequence"),
        "C20": gettext_noop("Personal data"),
    }
)
"""What each control is about, as a heading."""

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "C1.zero_before_kg": gettext_noop("The deck was not at zero before the truck mounted."),
        "C2.beams": gettext_noop("The truck stands in a light beam: it is not whole on the deck."),
        "C2.attested": gettext_noop("Nobody attested the position on the deck with photographs."),
        "C3.legal_max_kg": gettext_noop("The truck is heavier than it may be on the road."),
        "C3.max_gross_kg": gettext_noop("The truck is far heavier than it ever was."),
        "C3.vehicles": gettext_noop("More than one vehicle stands on the deck."),
        "C4.window_ms": gettext_noop("The load stood still for too short a time."),
        "C4.spread_kg": gettext_noop("The load moved during the stable window."),
        "C4.min_kg": gettext_noop("The load is too small for this scale."),
        "C4.d_kg": gettext_noop("The weight is not a multiple of the scale's interval."),
        "C5.slope": gettext_noop("The weight jumped faster than a truck can build it."),
        "C6.empty": gettext_noop("After the earlier weighing the deck did not become empty."),
        "C6.rise": gettext_noop("After the earlier weighing the weight rose again."),
        "C7.tare": gettext_noop("The tare is outside the band of this vehicle's earlier tares."),
        "C8.seconds": gettext_noop("The time between the weighings is unusual."),
        "C8.net_kg": gettext_noop("The net mass is negative."),
        "C8.capacity_kg": gettext_noop("The net mass is more than the body holds."),
        "C9.open_gross": gettext_noop("The truck has an open gross weighing in another visit."),
        "C9.unloaded": gettext_noop("The truck was not unloaded before its tare."),
        "C10.marks": gettext_noop("It may not be the vehicle of the earlier weighing."),
        "C11.sha256": gettext_noop("A photograph was used before."),
        "C11.phash": gettext_noop("A photograph looks like one that was used before."),
        "C11.nonce": gettext_noop("A photograph does not show the figure of this weighing."),
        "C11.photographs": gettext_noop("There are too few photographs from the cameras."),
        "C12.overrides": gettext_noop("The operator overrides controls unusually often."),
        "C13.instrument": gettext_noop("The scale is not the one that was verified."),
        "C13.valid_to": gettext_noop("The scale is outside its verification."),
        "C13.frame_rate": gettext_noop("The indicator sends at an unusual rate."),
        "C13.bad_frames": gettext_noop("Too many frames of the indicator fail their check."),
        "C13.tested_on": gettext_noop("The scale was not tested with a known load today."),
        "C14.draw": gettext_noop("The visit was drawn for a check weighing on a second scale."),
        "C14.difference_kg": gettext_noop("Base and plant differ by more than their scales can."),
        "C15.pairing": gettext_noop("The same person weighs this truck nearly every time."),
        "C16.source": gettext_noop("A weight from this source is not admitted."),
        "C16.witness": gettext_noop("A typed weight needs a second person with another role."),
        "C16.reason_code": gettext_noop("A typed weight needs a reason from the list."),
        "C16.photographs": gettext_noop("A typed weight needs a photograph."),
        "C17.radiation": gettext_noop("The radiation check does not allow weighing."),
        "C17.sealed_vessels": gettext_noop("The load was found with sealed vessels."),
        "C18.concluded": gettext_noop("The visit has its ticket; only a new version can correct."),
        "C19.chain": gettext_noop("The log of the edge unit has a gap or a break."),
        "C19.drift_ms": gettext_noop("The clock of the edge unit is off."),
        "C20.texts": gettext_noop("A text holds the number of an identity card."),
    }
)
"""What is wrong where a check is broken, by control and field."""


def message_of(control: str, field: str) -> str:
    """What is wrong where the check ``field`` of ``control`` is broken."""
    return MESSAGES[f"{control}.{field}"]
