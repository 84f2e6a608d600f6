// Where a truck stands and what may be done with it: the rules of domain/yard.py and domain/yard_steps.py again,
// for what was done while the edge unit was out of reach. Where it is reached, its own answer counts.

const CLEAR = ["OK", "NORM_RELEASE"];
const FIRST = { RECEIVING: "gross", LOADING: "tare", UNLOADING: "gross" };
const BETWEEN = { RECEIVING: ["inspect", "grade", "unload"], LOADING: [], UNLOADING: ["inspect", "unload"] };
const END = { RECEIVING: "ticket", LOADING: "delivery", UNLOADING: "receipt" };
const ENDS = ["ticket", "delivery", "receipt", "exit"];
const ALL_RULES = { radiation: true, calling: true, inspection: true, unloading: true };
const OPTIONAL = { "check-radiation": "radiation", call: "calling", inspect: "inspection", unload: "unloading" };

const other = (pass) => (pass === "gross" ? "tare" : "gross");
const counted = (facts) => facts.passes.filter((pass) => pass.effective);

/** The weighing that counts as `pass`, if there is one. */
export const weighed = (facts, pass) => counted(facts).find((each) => each.pass === pass);
/** The weighing that waits for a supervisor's word. */
export const heldPass = (facts) => counted(facts).find((pass) => pass.held);
export const isHeld = (facts) => Boolean(heldPass(facts));
/** A possible hazard stops the load until two people have released it. */
export const isStopped = (facts) => Boolean(facts.stopped_at) && !facts.ended_no;
export const firstPass = (facts) => FIRST[facts.kind];

export function stepsOf(kind, rules) {
  const first = FIRST[kind];
  const every = ["check-radiation", "call", `weigh-${first}`, ...BETWEEN[kind], `weigh-${other(first)}`, END[kind], "exit"];
  return every.filter((step) => (!OPTIONAL[step] || rules[OPTIONAL[step]]) && !(kind === "LOADING" && step === "check-radiation"));
}

export function isDone(facts, step) {
  switch (step) {
    case "check-radiation": return CLEAR.includes(facts.radiation);
    case "call": return Boolean(facts.called_at) || counted(facts).length > 0;
    case "weigh-gross": return Boolean(weighed(facts, "gross"));
    case "weigh-tare": return Boolean(weighed(facts, "tare"));
    case "inspect": return Boolean(facts.inspected_at) && facts.sealed_vessels_ok !== false;
    case "grade": return Boolean(facts.graded);
    case "unload": return Boolean(facts.unloaded_at);
    case "exit": return Boolean(facts.exited_at);
    default: return Boolean(facts.ended_no);
  }
}

/** What may be done now; the first is the main one. */
export function nextActions(facts, rules) {
  if (facts.exited_at) return [];
  if (facts.ended_no) return ["exit"];
  return remedy(facts) ?? [...openSteps(facts, rules), "void"];
}

function remedy(facts) {
  if (facts.radiation && !CLEAR.includes(facts.radiation)) return ["check-radiation", "void"];
  if (counted(facts).some((pass) => pass.refused)) return ["void"];
  if (facts.expired) return ["renew", "void"];
  if (isStopped(facts)) return ["void"];
  if (isHeld(facts)) return ["decide-hold", "void"];
  return facts.sealed_vessels_ok === false ? ["inspect", "void"] : null;
}

function openSteps(facts, rules) {
  const must = stepsOf(facts.kind, rules).find((step) => !isDone(facts, step));
  return [must, ...stepsOf(facts.kind, ALL_RULES).filter((step) => step !== must && may(facts, step, rules))];
}

function may(facts, step, rules) {
  const first = `weigh-${FIRST[facts.kind]}`;
  const second = `weigh-${other(FIRST[facts.kind])}`;
  const isWeighed = isDone(facts, first);
  if (step === "call") return !facts.called_at || (isWeighed && !isDone(facts, second));
  if (isDone(facts, step) || ENDS.includes(step)) return false;
  if (step === "check-radiation") return !isWeighed;
  if (step === first) return !(rules.radiation && !facts.radiation);
  if (step !== second) return isWeighed;
  return isWeighed && !["inspect", "unload"].some((each) => stepsOf(facts.kind, rules).includes(each) && !isDone(facts, each));
}

const pass = (body, more) => ({ weighing_id: body.weighing_id, pass: body.pass, effective: body.pass !== "check", held: false, voided: false, refused: false, stored: false, flags: [], ...more });
const onPass = (facts, id, changes) => ({ ...facts, passes: facts.passes.map((each) => (each.weighing_id === id ? { ...each, ...changes } : each)) });
const DECIDED = { RELEASE: { held: false }, REFUSE: { held: false, refused: true }, REWEIGH: { held: false, voided: true, effective: false } };

const FOLDS = {
  "radiation.checked": (facts, body) => ({ ...facts, radiation: body.check.decision }),
  "visit.called": (facts, body, at) => ({ ...facts, called_at: at, called_to: body.place, calling_order: body.order }),
  "weighing.typed": (facts, body, at) => ({ ...facts, passes: [...facts.passes, pass(body, { kg: body.kg, source: "MANUAL", taken_at: at })] }),
  "stored_tare.used": (facts, body, at) => ({ ...facts, passes: [...facts.passes, pass({ ...body, pass: "tare" }, { kg: body.kg, source: "LIVE", stored: true, taken_at: at })] }),
  "weighing.voided": (facts, body) => onPass(facts, body.weighing_id, { voided: true, effective: false, held: false }),
  "hold.decided": (facts, body) => onPass(facts, body.weighing_id, DECIDED[body.decision]),
  "visit.inspected": (facts, body, at) => ({ ...facts, inspected_at: at, sealed_vessels_ok: body.sealed_vessels_ok }),
  "grade.decided": (facts, body, at) => ({ ...facts, graded: body.grade, graded_at: at, shares: Object.entries(body.shares) }),
  "visit.unloaded": (facts, body, at) => ({ ...facts, unloaded_at: at, unloaded_at_place: body.place }),
  "ticket.issued": (facts) => ({ ...facts, ticket_status: "issued", ended_no: "…" }),
  "ticket.voided": (facts) => ({ ...facts, ticket_status: "void", ended_no: "…" }),
  "visit.exited": (facts, _body, at) => ({ ...facts, exited_at: at }),
};

function opened(row, siteId) {
  const { visit_kind, arrived_at, plate_read, identified_by, code, card_no, distance_km, ...said } = row.body;
  return { ...said, kind: visit_kind, site_id: siteId, arrived_at: arrived_at ?? row.at, passes: [], photographs: [], holds: [] };
}

/** The visits as they are once `rows` (what waits in the outbox) are taken in; each says what of it waits. */
export function projected(visits, rows, { siteId, rules }) {
  const byId = new Map(visits.map((visit) => [visit.visit_id, visit]));
  const touched = new Map();
  for (const row of rows) {
    if (row.type !== "entry" || row.state === "refused") continue;
    const id = row.body.visit_id ?? visits.find((visit) => visit.passes.some((each) => each.weighing_id === row.body.weighing_id))?.visit_id;
    if (row.kind === "visit.opened") { if (!byId.has(id)) byId.set(id, opened(row, siteId)); }
    else if (byId.has(id) && FOLDS[row.kind]) byId.set(id, FOLDS[row.kind](byId.get(id), row.body, row.at));
    else continue;
    touched.set(id, (touched.get(id) ?? 0) + 1);
  }
  return [...byId.values()].filter((visit) => !visit.exited_at).map((visit) => {
    if (!touched.has(visit.visit_id)) return visit;
    return { ...visit, waiting: touched.get(visit.visit_id), next_actions: nextActions(visit, rules) };
  });
}
