"""What keeps a truck from its next step: one refusal for each reason."""

from service.domain.errors import ConflictError, gettext_noop
from service.domain.instants import utc_text
from service.domain.visit import StepMissingError, VisitEndedError, require_pass_in_order
from service.domain.weighing import WeighingPass
from service.domain.yard import VisitFacts, VisitState, side_state
from service.domain.yard_steps import Step, YardRules, next_actions

STEP_WORDS = {
    Step.CHECK_RADIATION: gettext_noop("the radiation check"),
    Step.CALL: gettext_noop("the call"),
    Step.WEIGH_GROSS: gettext_noop("the gross weighing"),
    Step.INSPECT: gettext_noop("the inspection"),
    Step.GRADE: gettext_noop("the grade decision"),
    Step.UNLOAD: gettext_noop("the unloading"),
    Step.WEIGH_TARE: gettext_noop("the tare weighing"),
    Step.DECIDE_HOLD: gettext_noop("the supervisor's decision"),
    Step.RENEW: gettext_noop("the renewal"),
    Step.TICKET: gettext_noop("the ticket"),
    Step.DELIVERY: gettext_noop("the delivery note"),
    Step.RECEIPT: gettext_noop("the plant receipt"),
    Step.VOID: gettext_noop("the void ticket"),
    Step.EXIT: gettext_noop("the exit"),
}
"""The steps as refusals name them."""


class RadiationHoldError(ConflictError):
    """The truck radiates: it is neither weighed nor unloaded nor let out (control C17)."""

    message = gettext_noop(
        "The radiation check says %(value)s. Isolate truck %(limit)s, measure again, and notify"
        " the environment authority; it is not sent back."
    )


class StayExpiredError(ConflictError):
    """The truck has been on site longer than the site allows."""

    message = gettext_noop(
        "Truck %(value)s has been on site too long. A supervisor renews its stay or ends the visit."
    )


class SealedVesselError(ConflictError):
    """The load holds a sealed vessel: it is not unloaded before it was taken out."""

    message = gettext_noop(
        "A sealed vessel was found in the load of %(value)s. Inspect again once it was taken out."
    )


class HazardStoppedError(ConflictError):
    """A possible hazard stops the load: it is neither unloaded nor graded nor ticketed."""

    message = gettext_noop(
        "The load of %(value)s is stopped since %(limit)s: it may hold a hazard. Keep away, call"
        " the safety officer; two people release it, each with a reason and a photograph."
    )


class WeighingHeldError(ConflictError):
    """A weighing of the visit waits for a supervisor, or was refused by one."""

    message = gettext_noop("Weighing %(value)s is held; a supervisor decides first.")


def require_step(facts: VisitFacts, step: Step, rules: YardRules) -> None:
    """Return where ``step`` may be done with the truck now.

    Raises ``VisitEndedError``, ``RadiationHoldError``, ``StayExpiredError``,
    ``HazardStoppedError``, ``WeighingHeldError``, ``SealedVesselError``, ``StepMissingError``.
    """
    allowed = next_actions(facts, rules)
    if step in allowed:
        return
    require_free(facts)
    raise StepMissingError(field="visit_id", value=STEP_WORDS[step], limit=STEP_WORDS[allowed[0]])


def require_free(facts: VisitFacts) -> None:
    """Return where nothing holds the truck and its visit has not ended; raises as above."""
    if facts.ended_no is not None or facts.exited_at is not None:
        raise VisitEndedError(field="visit_id", value=facts.visit_id)
    side = side_state(facts)
    if side is VisitState.RADIATION_HOLD:
        raise RadiationHoldError(field="visit_id", value=facts.radiation, limit=facts.plate)
    if facts.stopped_at is not None:
        raise HazardStoppedError(
            field="visit_id", value=facts.plate, limit=utc_text(facts.stopped_at)
        )
    for weighed in facts.counted:
        if weighed.held or weighed.refused:
            raise WeighingHeldError(field="visit_id", value=weighed.weighing_id)
    if side is VisitState.EXPIRED_ON_SITE:
        raise StayExpiredError(field="visit_id", value=facts.plate)
    if facts.sealed_vessels_ok is False:
        raise SealedVesselError(field="visit_id", value=facts.plate)


def require_weighing(facts: VisitFacts, wanted: WeighingPass, rules: YardRules) -> None:
    """Return where the truck may be weighed as ``wanted`` now; a check weighing may come any time.

    Raises what ``require_step`` raises, ``PassRepeatedError`` and ``PassOutOfOrderError``.
    """
    if wanted is WeighingPass.CHECK:
        require_free(facts)
        return
    if facts.ended_no is None:
        recorded = {past.weighing_pass: past.kg for past in facts.counted}
        require_pass_in_order(facts.kind, wanted, recorded)
    gross = wanted is WeighingPass.GROSS
    require_step(facts, Step.WEIGH_GROSS if gross else Step.WEIGH_TARE, rules)
