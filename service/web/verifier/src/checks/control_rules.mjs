// Controls of a weighing: who vouched for a typed one, and what held one that was decided on.
import { MissingFigureError } from "../errors.mjs";
import { RECORD_SEMANTICS } from "../families.mjs";
import { RECORD_SCHEMA, figure } from "./codes.mjs";
import { isHeld } from "./release.mjs";

/** The control over where a weight comes from: typed ones need two people. */
const SOURCE_CONTROL = "C16";

/** A weight that was typed is on record with the verdict of SOURCE_CONTROL. */
export function typedWeight(record) {
  if (figure(record, "source") === "MANUAL" && !figure(record, "controls").has(SOURCE_CONTROL)) {
    throw new MissingFigureError(`controls.${SOURCE_CONTROL}`);
  }
  return null;
}

/** What is decided about was held, and somebody else decides than the one who weighed. */
export function heldWeighing(record) {
  if (!isHeld(figure(record, "controls"))) {
    return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "No control held the weighing.");
  }
  if (figure(record, "decided_by") === figure(record, "operator_id")) {
    return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "Who weighed decided about it as well.");
  }
  return null;
}
