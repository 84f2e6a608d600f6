// RECORD_SEMANTICS: the figures of a record follow from each other, recomputed by the rules of the trade.
import { MissingFigureError } from "../errors.mjs";
import { ERROR, INVALID, RECORD_SEMANTICS, SKIPPED } from "../families.mjs";
import { documentSchema, violations } from "../schema.mjs";
import { carbonFigures } from "./carbon_rules.mjs";
import { RECORD_SCHEMA } from "./codes.mjs";
import {
  deliveryLines,
  netMass,
  proposalClasses,
  receiptMasses,
  scaleDifference,
  shareSum,
  ticketMasses,
} from "./mass_rules.mjs";
import { lineAmounts, lineSum, settlementAmounts, settlementTax } from "./money_rules.mjs";

export const RULES = new Map([
  ["weighing", []],
  ["grade-proposal", [proposalClasses]],
  ["grade-decision", [shareSum]],
  ["ticket", [netMass, ticketMasses]],
  ["delivery", [netMass, deliveryLines]],
  ["plant-receipt", [netMass, receiptMasses, scaleDifference]],
  ["settlement", [lineAmounts, lineSum, settlementTax, settlementAmounts]],
  ["carbon-statement", [carbonFigures]],
]);

/** Rules over all members of an object: one hidden member makes the others say nothing. */
const TOTALS = new Set([proposalClasses, shareSum, deliveryLines, lineSum, settlementTax, carbonFigures]);
const VOID_TICKET = "ticket-void";

/** Hold the document against the schema of its kind, then recompute its figures. */
export function checkSemantics(theCase) {
  const kind = theCase.productKind;
  const schema = RULES.has(kind) ? documentSchema(schemaName(theCase, kind)) : null;
  if (schema === null) {
    return RECORD_SEMANTICS.skipped("The document is of a template that is not known here.");
  }
  const broken = violations(theCase.fields, schema, { partial: theCase.isRedacted });
  if (broken.length > 0) {
    return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, `${broken.slice(0, 3).join("; ")}.`);
  }
  const record = theCase.fields.get("record");
  if (!(record instanceof Map)) return RECORD_SEMANTICS.skipped("The record is hidden.");
  const rules = isVoid(record) ? [] : RULES.get(kind);
  return worst(rules.map((rule) => outcome(rule, record, theCase)));
}

function schemaName(theCase, kind) {
  return kind === "ticket" && isVoid(theCase.fields.get("record")) ? VOID_TICKET : kind;
}

function isVoid(record) {
  return record instanceof Map && (record.get("status") === "void" || record.has("void_reason"));
}

/** What the rule says; a figure it needs and cannot see makes it SKIPPED. */
function outcome(rule, record, theCase) {
  let finding;
  try {
    finding = rule(record);
  } catch (error) {
    if (!(error instanceof MissingFigureError)) throw error;
    return theCase.isRedacted
      ? RECORD_SEMANTICS.skipped(`A figure is hidden: ${error.figure}.`)
      : RECORD_SEMANTICS.invalid(RECORD_SCHEMA, error.message);
  }
  if (finding && theCase.isRedacted && TOTALS.has(rule)) {
    return RECORD_SEMANTICS.skipped("A member of a total may be hidden.");
  }
  return finding;
}

function worst(outcomes) {
  for (const status of [INVALID, ERROR, SKIPPED]) {
    const found = outcomes.find((each) => each?.status === status);
    if (found) return found;
  }
  return RECORD_SEMANTICS.valid();
}
