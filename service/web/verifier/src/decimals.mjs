// Exact decimal numbers: an integer and a power of ten. Nothing here is ever a float.
//
// Python's `decimal` in a context of 100 digits is the model (service/domain/carbon_formulas.py): products and sums
// are exact or an error, only a ratio is rounded, half to even.
import { RuleBrokenError } from "./errors.mjs";

const PRECISION = 100;
const TEXT = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:e([+-][0-9]+))?$/;

/** `coefficient` (BigInt) times ten to the power `exponent` (an integer). */
export class Decimal {
  constructor(coefficient, exponent = 0) {
    this.coefficient = coefficient;
    this.exponent = exponent;
  }

  /** The number that `text` writes in plain digits, perhaps with an exponent. */
  static parse(text) {
    const [, sign, whole, fraction = "", exponent = "0"] = TEXT.exec(text);
    const digits = BigInt(whole + fraction);
    return new Decimal(sign ? -digits : digits, Number(exponent) - fraction.length);
  }

  times(other) {
    return exact(this.coefficient * other.coefficient, this.exponent + other.exponent);
  }

  plus(other) {
    const exponent = Math.min(this.exponent, other.exponent);
    return exact(this.#at(exponent) + other.#at(exponent), exponent);
  }

  minus(other) {
    return this.plus(new Decimal(-other.coefficient, other.exponent));
  }

  /** This number times ten to the power `places`. */
  shifted(places) {
    return new Decimal(this.coefficient, this.exponent + places);
  }

  get isNegative() {
    return this.coefficient < 0n;
  }

  /** Plain digits: no exponent, no zeros at the end, no negative zero. */
  toString() {
    const digits = String(this.coefficient < 0n ? -this.coefficient : this.coefficient);
    const sign = this.coefficient < 0n ? "-" : "";
    if (this.exponent >= 0) return digits === "0" ? "0" : sign + digits + "0".repeat(this.exponent);
    const padded = digits.padStart(1 - this.exponent, "0");
    const point = padded.length + this.exponent;
    const text = `${padded.slice(0, point)}.${padded.slice(point)}`.replace(/\.?0+$/, "");
    return text === "0" ? "0" : sign + text;
  }

  #at(exponent) {
    return this.coefficient * 10n ** BigInt(this.exponent - exponent);
  }
}

/** The integer `kg` as a decimal. */
export function decimalOf(integer) {
  return new Decimal(integer);
}

/** `numerator / denominator` with `places` digits after the point, half to even where it does not come out even. */
export function ratio(numerator, denominator, places) {
  const [top, bottom, exponent] = [
    numerator.coefficient,
    denominator.coefficient,
    numerator.exponent - denominator.exponent,
  ];
  if (bottom === 0n) throw new RuleBrokenError("a division by zero");
  // As many digits as the model keeps, then the places that are shown: rounded twice, as the model does.
  const shift = Math.max(0, PRECISION + 1 + digitsOf(bottom) - digitsOf(top));
  const quotient = significant(top * 10n ** BigInt(shift), bottom, exponent - shift);
  return quantized(quotient, places);
}

/** `top / bottom` (times ten to `exponent`) rounded half to even to the digits that the model keeps. */
function significant(top, bottom, exponent) {
  const surplus = digitsOf(top / bottom) - PRECISION;
  const rounded = divideHalfEven(top, bottom * 10n ** BigInt(surplus));
  return new Decimal(rounded, exponent + surplus);
}

function quantized(value, places) {
  const shift = value.exponent + places;
  const coefficient =
    shift >= 0 ? value.coefficient * 10n ** BigInt(shift) : divideHalfEven(value.coefficient, 10n ** BigInt(-shift));
  if (digitsOf(coefficient) > PRECISION) throw new RuleBrokenError("a figure of more than 100 digits");
  return new Decimal(coefficient, -places);
}

/** The integer nearest to `numerator / denominator`, ties to the even one; `denominator` is positive. */
export function divideHalfEven(numerator, denominator) {
  const quotient = floorDivide(numerator, denominator);
  const double = 2n * (numerator - quotient * denominator);
  const isUp = double > denominator || (double === denominator && quotient % 2n !== 0n);
  return isUp ? quotient + 1n : quotient;
}

/** The integer nearest to `numerator / denominator`, ties away from zero; `denominator` is positive. */
export function divideHalfUp(numerator, denominator) {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

/** The integer nearest to the square root; ties cannot occur. */
export function nearestRoot(square) {
  let root = BigInt(Math.trunc(Math.sqrt(Number(square))));
  while (root * root > square) root -= 1n;
  while ((root + 1n) * (root + 1n) <= square) root += 1n;
  return square > root * (root + 1n) ? root + 1n : root;
}

function floorDivide(numerator, denominator) {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

function digitsOf(integer) {
  return String(integer < 0n ? -integer : integer).length;
}

/** The number, where it needs no more digits than the model keeps. */
function exact(coefficient, exponent) {
  let [rest, power] = [coefficient, exponent];
  while (digitsOf(rest) > PRECISION && rest % 10n === 0n) [rest, power] = [rest / 10n, power + 1];
  if (digitsOf(rest) > PRECISION) throw new RuleBrokenError("a figure of more than 100 digits");
  return new Decimal(rest, power);
}
