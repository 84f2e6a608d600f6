// Grades: shares that make a whole, intervals around them, who decided, and who released a stop.
import { MissingFigureError } from "../errors.mjs";
import { RECORD_SEMANTICS } from "../families.mjs";
import { differs, figure, membersOf, RECORD_SCHEMA, sum, WHOLE_BP } from "./codes.mjs";

/** The shares of the grades make a whole. */
export function shareSum(record) {
  return whole(record, "shares");
}

/** So do those that the inspector stated before he saw the proposal. */
export function blindShareSum(record) {
  return record.has("blind_shares") ? whole(record, "blind_shares") : null;
}

/** A person decided, or the image engine by itself; never both and never nobody. */
export function oneDecider(record) {
  const [person, engine] = [record.has("inspector_id"), record.has("decided_by_engine")];
  if (person && engine) return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "A person and the engine both decided.");
  if (!person && !engine) throw new MissingFigureError("inspector_id");
  return null;
}

/** The probabilities of the classes make a whole; an engine that abstained states none. */
export function proposalClasses(record) {
  return record.has("classes") ? whole(record, "classes") : null;
}

/** The proposed shares make a whole, and each lies in its interval. */
export function proposalShares(record) {
  if (!record.has("shares")) return null;
  const [low, high] = ["interval_low", "interval_high"].map((name) => record.get(name) ?? new Map());
  const shares = [...record.get("shares")].sort(([one], [other]) => (one < other ? -1 : 1));
  const outside = shares.find(([form, share]) => share < (low.get(form) ?? 0n) || share > (high.get(form) ?? WHOLE_BP));
  if (outside) {
    return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, `The share of ${outside[0]} lies outside its interval.`);
  }
  return whole(record, "shares");
}

/** Two different people signed, after the stop and before its end. */
export function twoSigners(record) {
  const [first, second] = ["1", "2"].map((place) => figure(figure(record, "signatures"), place));
  if (figure(first, "signed_by") === figure(second, "signed_by")) {
    return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "One person signed twice.");
  }
  const times = [
    figure(record, "stopped_at"),
    ...[first, second].map((each) => figure(each, "signed_at")),
    figure(record, "released_at"),
  ];
  if (times.some((time, place) => place > 0 && time < times[place - 1])) {
    return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "The stop and its signatures lie otherwise.");
  }
  return null;
}

function whole(record, name) {
  return differs(RECORD_SCHEMA, [[`sum of ${name}`, sum(membersOf(record, name)), WHOLE_BP]]);
}
