// Masses and shares of tickets, deliveries and receipts, computed again (kg and basis points).
import { divideHalfUp, nearestRoot } from "../decimals.mjs";
import { RuleBrokenError } from "../errors.mjs";
import { RECORD_SEMANTICS } from "../families.mjs";
import { differs, figure, membersOf, NET_MISMATCH, RECORD_SCHEMA, sum, WHOLE_BP } from "./codes.mjs";

const BLANK = /^[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;
const BY_KG = new Set(["KG", "IMPURITY"]);
const BY_PERCENT = new Set(["PCT", "MOISTURE"]);
const [ONCE_E2, MOST_E2] = [100n, 10_000n]; // how often an impurity counts, in hundredths
const [FEWEST_LINES, MOST_LINES, LONGEST_MATERIAL] = [2, 12, 60];
const [MOST_DEDUCTIONS, MOST_PHOTOGRAPHS] = [12, 6];
const MPE_STEPS_IN_E = [
  [500n, 1n],
  [2_000n, 2n],
  [10_000n, 3n],
]; // load up to, permissible error, both in verification intervals (JJG 539)

/** Net = gross − tare. */
export function netMass(record) {
  const computed = figure(record, "gross_kg") - figure(record, "tare_kg");
  return differs(NET_MISMATCH, [["net_kg", figure(record, "net_kg"), computed]]);
}

/** Accepted = net − rejected − residual; settlement = accepted − deducted. */
export function ticketMasses(record) {
  return byOneDeduction(record, figure(record, "residual_kg"));
}

/** The same where deductions are stated by place; at most one of them is by percent. */
export function severalDeductions(record) {
  const residual = record.has("residual_kg") ? record.get("residual_kg") : 0n;
  return isSeveral(figure(record, "deduction")) ? settled(record, residual) : null;
}

/** The lines of a split load are the settlement mass, each as it was stated. */
export function loadLines(record) {
  if (!record.has("lines")) return null;
  const settled = figure(record, "settlement_kg");
  return broken(() => {
    const lines = inOrder(record.get("lines"));
    const computed = kilogramsOf(lines, settled);
    return () =>
      differs(
        NET_MISMATCH,
        lines.map((line, place) => [`lines.${place + 1}.kg`, figure(line, "kg"), computed[place]]),
      );
  });
}

/** Accepted = net − rejected; settlement = accepted − deducted. A plant keeps no residual. */
export function receiptMasses(record) {
  return byOneDeduction(record, 0n);
}

function byOneDeduction(record, residual) {
  const stated = figure(record, "deduction");
  if (isSeveral(stated)) return null;
  if (holdsEntries(stated)) return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "deduction is one entry and several.");
  return settled(record, residual);
}

/** The lots of a delivery weigh what the truck carried. */
export function deliveryLines(record) {
  const total = sum(membersOf(record, "lines").map((line) => figure(line, "kg")));
  return differs(NET_MISMATCH, [["sum of lines", total, figure(record, "net_kg")]]);
}

/** Difference of the two scales, its limit, and the alarm. */
export function scaleDifference(record) {
  const base = figure(record, "base");
  const scales = [base, record].map((scale) => ["gross_kg", "tare_kg", "e_kg"].map((name) => figure(scale, name)));
  return broken(() => {
    const [baseNet, plantNet] = scales.map(([gross, tare]) => gross - tare);
    const limit = nearestRoot(
      sum(scales.flatMap(([gross, tare, e]) => [permissibleError(gross, e) ** 2n, permissibleError(tare, e) ** 2n])),
    );
    const difference = plantNet - baseNet;
    const alarm = (difference < 0n ? -difference : difference) > limit;
    return () =>
      differs(NET_MISMATCH, [
        ["base.net_kg", figure(base, "net_kg"), baseNet],
        ["difference_kg", figure(record, "difference_kg"), difference],
        ["limit_kg", figure(record, "limit_kg"), limit],
        ["alarm", figure(record, "alarm"), alarm],
      ]);
  });
}

function settled(record, residual) {
  return broken(() => {
    const [gross, tare, rejected] = ["gross_kg", "tare_kg", "rejected_kg"].map((name) => figure(record, name));
    const deducted = deductedOf(figure(record, "deduction"));
    const masses = computedMasses({ gross, tare, rejected, residual, deducted });
    return () =>
      differs(
        NET_MISMATCH,
        ["accepted_kg", "deducted_kg", "settlement_kg"].map((name) => [name, figure(record, name), masses[name]]),
      );
  });
}

/** The finding of what `compute` returns, or that the figures cannot have been computed. */
function broken(compute) {
  let finding;
  try {
    finding = compute();
  } catch (error) {
    if (error instanceof RuleBrokenError) return RECORD_SEMANTICS.invalid(NET_MISMATCH, error.message);
    throw error;
  }
  return finding();
}

function computedMasses({ gross, tare, rejected, residual, deducted }) {
  const isNegative = [gross, tare, rejected, residual].some((each) => each < 0n);
  if (isNegative) throw new RuleBrokenError("A mass is below zero.");
  if (tare <= 0n || tare >= gross) throw new RuleBrokenError(`Tare ${tare} kg is not below gross ${gross} kg.`);
  const accepted = gross - tare - rejected - residual;
  if (accepted < 0n) throw new RuleBrokenError("More was rejected than weighed.");
  const deductedKg = deducted(accepted);
  if (deductedKg > accepted) throw new RuleBrokenError("The deduction exceeds the accepted mass.");
  return { accepted_kg: accepted, deducted_kg: deductedKg, settlement_kg: accepted - deductedKg };
}

/** Whether the member `deduction` of a record holds its entries by place. */
function isSeveral(stated) {
  return !stated.has("kind") && holdsEntries(stated);
}

function holdsEntries(stated) {
  return [...stated.values()].some((member) => member instanceof Map);
}

/** What each line comes to: as stated in kg, or its share, what is left going to the largest remainders. */
function kilogramsOf(lines, settled) {
  if (lines.length < FEWEST_LINES || lines.length > MOST_LINES) throw new RuleBrokenError(`${lines.length} lines.`);
  const names = lines.map(nameOfLine);
  if (new Set(names).size < names.length) throw new RuleBrokenError("Two lines are of the same thing.");
  const byShare = lines.filter((line) => line.has("bp"));
  if (byShare.length && byShare.length < lines.length) throw new RuleBrokenError("Lines by kg and by percent.");
  const stated = lines.map((line) => figure(line, byShare.length ? "bp" : "kg"));
  if (stated.some((each) => each <= 0n)) throw new RuleBrokenError("A line states no mass.");
  const total = byShare.length ? WHOLE_BP : settled;
  if (sum(stated) !== total) throw new RuleBrokenError(`The lines add up to ${sum(stated)}, not ${total}.`);
  return byShare.length ? apportion(settled, stated) : stated;
}

function nameOfLine(line) {
  const [grade, material] = ["grade", "material"].map((name) => (line.has(name) ? line.get(name) : ""));
  const said = BLANK.test(material) ? "" : material;
  if (Boolean(grade) === Boolean(said) || [...material].length > LONGEST_MATERIAL) {
    throw new RuleBrokenError("A line names a grade or a material.");
  }
  return grade || material;
}

function apportion(total, weights) {
  const whole = sum(weights);
  const parts = weights.map((weight) => (total * weight) / whole);
  const rests = weights.map((weight) => (total * weight) % whole);
  const order = weights
    .map((_, place) => place)
    .sort((a, b) => (rests[a] < rests[b] ? 1 : rests[a] > rests[b] ? -1 : a - b));
  for (const place of order.slice(0, Number(total - sum(parts)))) parts[place] += 1n;
  return parts;
}

function inOrder(stated) {
  return [...stated.keys()]
    .sort((one, other) => one.length - other.length || (one < other ? -1 : 1))
    .map((place) => stated.get(place));
}

/** The kilograms that what is stated, one deduction or several by place, takes off an accepted mass. */
function deductedOf(stated) {
  if (!isSeveral(stated)) return deductionOf(stated);
  const entries = inOrder(stated);
  const deductions = entries.map(deductionOf);
  if (entries.length > MOST_DEDUCTIONS) throw new RuleBrokenError("More deductions than a ticket holds.");
  if (entries.some((entry) => amountOf(entry) === 0n)) throw new RuleBrokenError("A deduction deducts nothing.");
  const byPercent = entries.filter((entry) => BY_PERCENT.has(figure(entry, "kind")));
  if (byPercent.length > 1) throw new RuleBrokenError(`${byPercent.length} deductions are by percent.`);
  return (accepted) => sum(deductions.map((deducted) => deducted(accepted)));
}

/** The kilograms that one entry takes off an accepted mass. */
function deductionOf(stated) {
  const kind = figure(stated, "kind");
  const kg = BY_KG.has(kind) ? figure(stated, "kg") : 0n;
  const bp = BY_PERCENT.has(kind) ? figure(stated, "bp") : 0n;
  const times = kind === "IMPURITY" ? figure(stated, "multiplier_e2") : ONCE_E2;
  const free = kind === "MOISTURE" ? figure(stated, "free_bp") : 0n;
  const hasCode = stated.has("reason_code") && stated.get("reason_code") !== "OTHER";
  const reason = (kg || bp) && !hasCode ? figure(stated, "reason") : "coded";
  if (kg < 0n || bp < 0n || bp > WHOLE_BP) throw new RuleBrokenError("The deduction is out of range.");
  if (times < ONCE_E2 || times > MOST_E2) throw new RuleBrokenError("The deduction counts too often.");
  if (free < 0n || free > WHOLE_BP) throw new RuleBrokenError("The free share is out of range.");
  if (BLANK.test(reason)) throw new RuleBrokenError("The deduction gives no reason.");
  const photographs = stated.has("photographs") ? stated.get("photographs").size : 0;
  if (photographs > MOST_PHOTOGRAPHS) throw new RuleBrokenError("More photographs than a deduction holds.");
  if (!BY_PERCENT.has(kind)) return () => divideHalfUp(kg * times, ONCE_E2);
  return (accepted) => divideHalfUp(accepted * (bp > free ? bp - free : 0n), WHOLE_BP);
}

function amountOf(entry) {
  return figure(entry, BY_KG.has(figure(entry, "kind")) ? "kg" : "bp");
}

/** Maximum permissible error in service of one load on a class III scale, kg. */
function permissibleError(load, e) {
  if (e <= 0n) throw new RuleBrokenError(`Verification interval e is ${e} kg, at least 1 kg.`);
  const step = MPE_STEPS_IN_E.find(([upTo]) => load >= 0n && load <= upTo * e);
  if (!step) throw new RuleBrokenError(`Load ${load} kg is outside the scale's class.`);
  return step[1] * e;
}
