// Amounts of a settlement, computed again in fen.
import { divideHalfEven, divideHalfUp } from "../decimals.mjs";
import { AMOUNT_MISMATCH, differs, figure, membersOf, NET_MISMATCH, sum, WHOLE_BP } from "./codes.mjs";

const ROUNDING = { HALF_UP: divideHalfUp, HALF_EVEN: divideHalfEven };

/** Each amount = kg × price × num / (1000 × den), rounded once. */
export function lineAmounts(record) {
  const divide = ROUNDING[figure(record, "rounding")];
  const figures = [...figure(record, "lines")].map(([name, line]) => {
    const [kg, price, num, den] = ["kg", "price_fen_per_t", "num", "den"].map((part) => figure(line, part));
    return [`lines.${name}.amount_fen`, figure(line, "amount_fen"), divide(kg * price * num, 1000n * den)];
  });
  return differs(AMOUNT_MISMATCH, figures);
}

/** The kilograms of the lines add up to the settlement mass. */
export function lineSum(record) {
  const total = sum(membersOf(record, "lines").map((line) => figure(line, "kg")));
  return differs(NET_MISMATCH, [["sum of lines", total, figure(record, "settlement_kg")]]);
}

/** Gross, net and tax from the sum of the lines and the rate. */
export function settlementTax(record) {
  const divide = ROUNDING[figure(record, "rounding")];
  const rate = figure(record, "vat_bp");
  const total = sum(membersOf(record, "lines").map((line) => figure(line, "amount_fen")));
  const split = figure(record, "tax_inclusive") ? splitGross(total, rate, divide) : addTax(total, rate, divide);
  return differs(
    AMOUNT_MISMATCH,
    ["gross_fen", "net_fen", "tax_fen"].map((name) => [name, figure(record, name), split[name]]),
  );
}

/** What is left to pay: gross less offsets; below zero the seller owes it. */
export function settlementAmounts(record) {
  const balance = figure(record, "gross_fen") - figure(record, "offset_fen");
  return differs(AMOUNT_MISMATCH, [
    ["payable_fen", figure(record, "payable_fen"), balance > 0n ? balance : 0n],
    ["receivable_fen", figure(record, "receivable_fen"), balance < 0n ? -balance : 0n],
  ]);
}

/** What an appealed load is worth more: Σ (share after − before) × price × mass, rounded once. */
export function priceDifference(record) {
  const stated = record.get("difference");
  if (stated === undefined) return null;
  const prices = figure(stated, "prices_fen_per_t");
  const worth = (name) => sum([...figure(stated, name)].map(([code, share]) => share * figure(prices, code)));
  const total = (worth("shares_after") - worth("shares_before")) * figure(stated, "settlement_kg");
  return differs(AMOUNT_MISMATCH, [
    ...["shares_before", "shares_after"].map((name) => [`sum of ${name}`, sum(membersOf(stated, name)), WHOLE_BP]),
    ["difference_fen", figure(stated, "difference_fen"), divideHalfUp(total, WHOLE_BP * 1000n)],
  ]);
}

/** The tax inside the amount: net is rounded, tax is the rest. */
function splitGross(gross, rate, divide) {
  const net = divide(gross * WHOLE_BP, WHOLE_BP + rate);
  return { gross_fen: gross, net_fen: net, tax_fen: gross - net };
}

/** The tax on top, rounded once. */
function addTax(net, rate, divide) {
  const tax = divide(net * rate, WHOLE_BP);
  return { gross_fen: net + tax, net_fen: net, tax_fen: tax };
}
