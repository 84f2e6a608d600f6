// Controls of a weighing: a typed weight states what was said of the people who vouch for it.
import { figure } from "./codes.mjs";
import { MissingFigureError } from "../errors.mjs";

/** The control over where a weight comes from: typed ones need two people. */
const SOURCE_CONTROL = "C16";

/** A weight that was typed is on record with the verdict of SOURCE_CONTROL. */
export function typedWeight(record) {
  if (figure(record, "source") === "MANUAL" && !figure(record, "controls").has(SOURCE_CONTROL)) {
    throw new MissingFigureError(`controls.${SOURCE_CONTROL}`);
  }
  return null;
}
