// A carbon statement, computed again from its masses and the factor set it names (service/domain/carbon.py).
//
// Everything is exact; only a figure per tonne that does not come out even is rounded, half to even, at 12 places.
import { Decimal, decimalOf, ratio } from "../decimals.mjs";
import { RuleBrokenError } from "../errors.mjs";
import { RECORD_SEMANTICS } from "../families.mjs";
import { tables } from "../tables.mjs";
import { CO2_MISMATCH, differs, FACTOR_VERSION_UNKNOWN, figure } from "./codes.mjs";

const DELIVERY_LEG = "outbound"; // carries exactly what the delivery carried
const RATIO_PLACES = 12;

/** Every factor is the published one, every figure follows from it. */
export function carbonFigures(record) {
  const named = figure(record, "factor_set");
  const id = figure(named, "id");
  if (!Object.hasOwn(tables.carbon.sets, id)) {
    return RECORD_SEMANTICS.error(FACTOR_VERSION_UNKNOWN, `Factor set ${id.slice(0, 64)} is unknown.`);
  }
  const factors = tables.carbon.sets[id];
  if (factors.sha256 !== figure(named, "sha256")) {
    return RECORD_SEMANTICS.error(FACTOR_VERSION_UNKNOWN, `Factor set ${id} is known with another hash.`);
  }
  const stated = statedOf(record);
  let computed;
  try {
    computed = recordOf(stated, id, factors);
  } catch (error) {
    if (!(error instanceof RuleBrokenError)) throw error;
    return RECORD_SEMANTICS.invalid(CO2_MISMATCH, `The statement cannot be computed: ${error.message}`);
  }
  return differs(
    CO2_MISMATCH,
    [...computed].map(([name, value]) => [name, figure(record, name), value]),
  );
}

/** What the statement is computed from. */
function statedOf(record) {
  const processing = figure(record, "processing");
  const grid = figure(processing, "grid");
  return {
    settlementKg: figure(record, "settlement_kg"),
    carriedKg: figure(record, "carried_kg"),
    legs: [...figure(record, "legs")].map(([name, leg]) => ({
      name,
      distance: Decimal.parse(figure(leg, "distance_km")),
      factorId: figure(leg, "factor_id"),
      massKg: name === DELIVERY_LEG ? figure(record, "carried_kg") : figure(leg, "mass_kg"),
    })),
    year: figure(grid, "year"),
    region: figure(grid, "region"),
    electricity: Decimal.parse(figure(processing, "electricity_kwh_per_t")),
    method: figure(record, "method"),
  };
}

/** The record with the keys of its document, in their order. */
function recordOf(stated, setId, factors) {
  const { settlementKg, carriedKg } = stated;
  const avoided = factorOf(factors, tables.carbon.methods[stated.method]);
  const coal = factorOf(factors, tables.carbon.coal);
  const grid = factorOf(factors, `${tables.carbon.grid_prefix}${stated.year}-${stated.region}`);
  const legs = stated.legs.map((leg) => legOf(leg, factors));
  const processing = processingOf(stated, grid);
  if (settlementKg <= 0n) throw new RuleBrokenError(`Settlement mass ${settlementKg} kg; the least is 1 kg.`);
  const gross = perScrap(settlementKg, avoided);
  const burden = legs.reduce((total, leg) => total.plus(leg.tco2e), processing);
  const net = gross.minus(burden);
  const texts = {
    ...Object.fromEntries(legs.map((leg) => [`${leg.name}_tco2e`, leg.tco2e])),
    processing_tco2e: processing,
    burden_tco2e: burden,
    burden_kgco2e_per_t: ratio(burden.shifted(3), decimalOf(settlementKg).shifted(-3), RATIO_PLACES),
    avoided_gross_tco2e: gross,
    avoided_net_tco2e: net,
    avoided_net_kgco2e: net.shifted(3),
    coal_saved_tce: perScrap(settlementKg, coal),
  };
  return new Map([
    ["method", stated.method],
    ["factor_set", mapOf({ id: setId, sha256: factors.sha256 })],
    ["settlement_kg", settlementKg],
    ["carried_kg", carriedKg],
    ["legs", new Map(legs.map((leg) => [leg.name, leg.record]))],
    ["processing", processingRecord(stated, grid)],
    ["avoided", namedFactor(avoided, "factor_tco2e_per_t")],
    ["coal", namedFactor(coal, "factor_tce_per_t")],
    ...Object.entries(texts).map(([name, value]) => [name, value.toString()]),
  ]);
}

function legOf({ name, distance, factorId, massKg }, factors) {
  const factor = factorOf(factors, factorId);
  if (massKg < 0n || distance.isNegative) throw new RuleBrokenError("A mass or a distance is below zero.");
  return {
    name,
    tco2e: decimalOf(massKg).times(distance).times(Decimal.parse(factor.value)).shifted(-6),
    record: mapOf({
      mass_kg: massKg,
      distance_km: distance.toString(),
      factor_id: factorId,
      factor_kgco2e_per_tkm: factor.value,
    }),
  };
}

function processingOf({ settlementKg, electricity }, grid) {
  if (electricity.isNegative) throw new RuleBrokenError("A rate is below zero.");
  return decimalOf(settlementKg)
    .times(electricity.times(Decimal.parse(grid.value)))
    .shifted(-6);
}

function processingRecord({ electricity, year, region }, grid) {
  return mapOf({
    electricity_kwh_per_t: electricity.toString(),
    factor_id: tables.carbon.processing,
    grid: mapOf({ year, region, kgco2_per_kwh: grid.value }),
  });
}

function namedFactor({ id, value, basis, source }, valueName) {
  return mapOf({ factor_id: id, [valueName]: value, basis, source });
}

function perScrap(settlementKg, factor) {
  return decimalOf(settlementKg).times(Decimal.parse(factor.value)).shifted(-3);
}

/** The published factor; another is never taken silently in its place. */
function factorOf(factors, id) {
  if (!Object.hasOwn(factors.factors, id)) throw new RuleBrokenError(`Factor ${id.slice(0, 64)} is not in the set.`);
  return { id, ...factors.factors[id] };
}

function mapOf(members) {
  return new Map(Object.entries(members));
}
