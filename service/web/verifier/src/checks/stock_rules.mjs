// Processing runs and counts: mass is conserved, and the difference is what was counted less.
import { differs, figure, membersOf, NET_MISMATCH, sum } from "./codes.mjs";

/** Loss = input − output; below zero it is refused by the schema. */
export function runLoss(record) {
  const computed = figure(record, "input_kg") - figure(record, "output_kg");
  return differs(NET_MISMATCH, [["loss_kg", figure(record, "loss_kg"), computed]]);
}

/** The lots of each side weigh what the side is said to weigh. */
export function runLines(record) {
  for (const side of ["input", "output"]) {
    const total = sum(membersOf(record, `${side}s`).map((line) => figure(line, "kg")));
    const finding = differs(NET_MISMATCH, [[`sum of ${side}s`, total, figure(record, `${side}_kg`)]]);
    if (finding) return finding;
  }
  return null;
}

/** Difference = counted − books; one that is not zero has a reason. */
export function countedDifference(record) {
  const computed = figure(record, "counted_kg") - figure(record, "book_kg");
  const finding = differs(NET_MISMATCH, [["difference_kg", figure(record, "difference_kg"), computed]]);
  if (!finding && computed !== 0n) figure(record, "reason");
  return finding;
}
