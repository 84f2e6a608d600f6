"""Controls C1 to C20 over a weighing (weighbridge.md, section 8.2): facts in, verdicts out.

A family of rules is a module; each rule turns ``ControlFacts`` into findings, and ``judge`` lets
the site's ``ControlPolicy`` say what follows.
"""

from service.domain.control.facts import (
    AfterCapture,
    ControlFacts,
    DeckView,
    KnownPictures,
    Mark,
    Measured,
    OpenGross,
    PeopleFacts,
    PictureFact,
    ScaleHealth,
    TareFact,
    VehicleFacts,
    VisitSoFar,
)
from service.domain.control.judging import judge
from service.domain.control.policy import (
    DEFAULT_POLICY,
    ControlAction,
    ControlPolicy,
    ControlPolicyError,
)
from service.domain.control.verdict import (
    CONTROLS,
    ControlBlockedError,
    ControlBrokenError,
    HeldError,
    Outcome,
    Verdict,
    gravest,
    of_outcome,
    require_admitted,
)

__all__ = [
    "CONTROLS",
    "DEFAULT_POLICY",
    "AfterCapture",
    "ControlAction",
    "ControlBlockedError",
    "ControlBrokenError",
    "ControlFacts",
    "ControlPolicy",
    "ControlPolicyError",
    "DeckView",
    "HeldError",
    "KnownPictures",
    "Mark",
    "Measured",
    "OpenGross",
    "Outcome",
    "PeopleFacts",
    "PictureFact",
    "ScaleHealth",
    "TareFact",
    "VehicleFacts",
    "Verdict",
    "VisitSoFar",
    "gravest",
    "judge",
    "of_outcome",
    "require_admitted",
]
