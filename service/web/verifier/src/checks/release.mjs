// A mass rests on no held weighing but one that a second person released (service/proof/checks/release.py).

/** Kinds whose masses come from weighings; a correction names the parents of what it corrects. */
const MASSES = new Set(["ticket", "delivery", "plant-receipt", "correction"]);
const WEIGHED = ["gross", "tare"];
const [HELD, RELEASED] = ["HOLD", "RELEASE"];

/** The part (gross or tare) whose weighing was held without a release beside it, else null. */
export function unreleased(kind, parents, files) {
  if (!MASSES.has(kind)) return null;
  const hashes = new Map(parents);
  const record = (part) => recordOf(files.data(hashes.get(part)));
  const isMissing = (part) =>
    isHeld(record(part).get("controls")) && !isReleased(record(part), record(`${part}_release`));
  return WEIGHED.find(isMissing) ?? null;
}

/** Whether one of the `controls` of a weighing's record held it. */
export function isHeld(controls) {
  if (!(controls instanceof Map)) return false;
  return [...controls.values()].some((said) => said instanceof Map && said.get("outcome") === HELD);
}

function isReleased(weighing, decision) {
  return (
    decision.get("decision") === RELEASED &&
    decision.get("weighing_id") === weighing.get("weighing_id") &&
    decision.get("decided_by") !== weighing.get("operator_id")
  );
}

function recordOf(data) {
  const record = data.get("record");
  return record instanceof Map ? record : new Map();
}
