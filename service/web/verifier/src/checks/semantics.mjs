// RECORD_SEMANTICS: the figures of a record follow from each other, recomputed by the rules of the trade.
import { MissingFigureError } from "../errors.mjs";
import { ERROR, INVALID, RECORD_SEMANTICS, SKIPPED } from "../families.mjs";
import { KEY_EPOCH } from "../key_epoch.mjs";
import { CORRECTION } from "../policy.mjs";
import { documentSchema, recordSchema, violations } from "../schema.mjs";
import { carbonFigures } from "./carbon_rules.mjs";
import { RECORD_SCHEMA } from "./codes.mjs";
import { heldWeighing, typedWeight } from "./control_rules.mjs";
import * as grade from "./grade_rules.mjs";
import * as mass from "./mass_rules.mjs";
import * as money from "./money_rules.mjs";
import * as statement from "./statement_rules.mjs";
import * as stock from "./stock_rules.mjs";

/** Rules over the record of each kind; those of a correction are those of what it corrects. */
const RULES = new Map([
  ["weighing", [typedWeight]],
  ["weighing-void", []],
  ["hold-decision", [heldWeighing]],
  ["grade-proposal", [grade.proposalClasses, grade.proposalShares]],
  ["grade-decision", [grade.shareSum, grade.blindShareSum, grade.oneDecider]],
  ["hazard-release", [grade.twoSigners]],
  ["ticket", [mass.netMass, mass.ticketMasses, mass.severalDeductions, mass.loadLines]],
  ["delivery", [mass.netMass, mass.deliveryLines]],
  ["plant-receipt", [mass.netMass, mass.receiptMasses, mass.severalDeductions, mass.scaleDifference]],
  ["settlement", [money.lineAmounts, money.lineSum, money.settlementTax, money.settlementAmounts]],
  ["carbon-statement", [carbonFigures]],
  ["payment", []],
  ["processing-run", [stock.runLoss, stock.runLines]],
  ["stock-take", [stock.countedDifference]],
  ["lien", [statement.lienState, statement.lienAddresses]],
  ["appeal", [statement.appealDecision, money.priceDifference]],
  ["grade-review", [grade.shareSum]],
  [KEY_EPOCH, [statement.keyAddress, statement.keyEndsAfterItsBeginning]],
  ["policy", [statement.knownPolicy]],
  ["factor-set", [statement.knownFactorSet]],
]);

/** Rules over all members of an object: one hidden member makes the others say nothing. */
const TOTALS = new Set([
  ...[grade.proposalClasses, grade.proposalShares, grade.blindShareSum, grade.shareSum],
  ...[mass.deliveryLines, stock.runLines, money.lineSum],
  ...[money.settlementTax, carbonFigures, statement.knownPolicy, mass.severalDeductions, mass.loadLines, heldWeighing],
  money.priceDifference,
]);
const [TICKET, VOID_TICKET] = ["ticket", "ticket-void"];

/** Hold the document against the schema of its kind, then recompute its figures. */
export function checkSemantics(theCase) {
  const kind = theCase.productKind;
  if (kind !== CORRECTION && !RULES.has(kind)) {
    return RECORD_SEMANTICS.skipped("The document is of a template that is not known here.");
  }
  return judgeRecord(kind, theCase.fields, theCase.isRedacted);
}

/**
 * What schema and rules say of the unsalted `data` of a document of `kind`.
 *
 * `kind` is one of the known ones or a correction; `partial` where fields are hidden.
 */
export function judgeRecord(kind, data, partial) {
  const record = data.get("record");
  const broken = violations(data, documentSchema(schemaName(kind, record)), { partial });
  if (broken.length > 0) return schemaFinding(broken);
  if (!(record instanceof Map)) return RECORD_SEMANTICS.skipped("The record is hidden.");
  return kind === CORRECTION ? judgeValues(record, partial) : judgeFigures(kind, record, partial);
}

/** The values put right make a whole record of the kind that they correct. */
function judgeValues(correction, partial) {
  const [kind, values] = [correction.get("corrects"), correction.get("values")];
  if (kind === undefined || values === undefined) {
    return RECORD_SEMANTICS.skipped("The corrected record is hidden.");
  }
  const schema = recordSchema(schemaName(kind, values));
  const broken = violations(values, schema, { partial, path: "record.values" });
  return broken.length > 0 ? schemaFinding(broken) : judgeFigures(kind, values, partial);
}

function judgeFigures(kind, record, partial) {
  const rules = isVoid(record) ? [] : RULES.get(kind);
  return worst(rules.map((rule) => outcome(rule, record, partial)));
}

function schemaFinding(broken) {
  return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, `${broken.slice(0, 3).join("; ")}.`);
}

function schemaName(kind, record) {
  return kind === TICKET && isVoid(record) ? VOID_TICKET : kind;
}

function isVoid(record) {
  return record instanceof Map && (record.get("status") === "void" || record.has("void_reason"));
}

/** What the rule says; a figure it needs and cannot see makes it SKIPPED. */
function outcome(rule, record, partial) {
  let finding;
  try {
    finding = rule(record);
  } catch (error) {
    if (!(error instanceof MissingFigureError)) throw error;
    return partial
      ? RECORD_SEMANTICS.skipped(`A figure is hidden: ${error.figure}.`)
      : RECORD_SEMANTICS.invalid(RECORD_SCHEMA, error.message);
  }
  if (finding && partial && TOTALS.has(rule)) {
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
