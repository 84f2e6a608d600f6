"""What edge units send up: taken in order, each entry applied once or held with the reason."""

from service.usecases.edge_entry.blob import keep_blob
from service.usecases.edge_entry.chain import head
from service.usecases.edge_entry.decision import apply_again, set_aside
from service.usecases.edge_entry.incident import compare_clocks, release
from service.usecases.edge_entry.intake import Outcome, Taken, take_entries
from service.usecases.edge_entry.registration import (
    EdgeKeyOtherError,
    EdgeOfOtherSiteError,
    RegisterEdge,
    keys,
    register,
    replace_key,
)
from service.usecases.edge_entry.registration import key_of_unit as require_unit

__all__ = [
    "EdgeKeyOtherError",
    "EdgeOfOtherSiteError",
    "Outcome",
    "RegisterEdge",
    "Taken",
    "apply_again",
    "compare_clocks",
    "head",
    "keep_blob",
    "keys",
    "register",
    "release",
    "replace_key",
    "require_unit",
    "set_aside",
    "take_entries",
]
