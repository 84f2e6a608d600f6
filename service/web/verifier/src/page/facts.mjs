// What a document says, as words and figures for people.
import { filled } from "./words.mjs";

export const KINDS = {
  weighing: ["过磅记录", "Weighing"],
  "grade-proposal": ["初判", "Grade proposal"],
  "grade-decision": ["判级", "Grade decision"],
  ticket: ["磅单", "Weighing ticket"],
  delivery: ["送货单", "Delivery note"],
  "plant-receipt": ["收货单", "Plant receipt"],
  settlement: ["结算单", "Settlement"],
  payment: ["付款", "Payment"],
  lien: ["质押", "Lien"],
  "carbon-statement": ["碳声明", "Carbon statement"],
  correction: ["更正", "Correction"],
  appeal: ["复议", "Appeal"],
  "key-epoch": ["签字密钥", "Signing key"],
  policy: ["公开规定", "Disclosure policy"],
  "factor-set": ["碳因子表", "Carbon factors"],
};
const FIELDS = {
  ticket_no: ["磅单", "Ticket"],
  delivery_no: ["送货单", "Delivery"],
  waybill_no: ["运单", "Waybill"],
  receipt_no: ["收货单", "Plant receipt"],
  settlement_no: ["结算单", "Settlement"],
  statement_no: ["碳声明", "Carbon statement"],
  payment_id: ["付款", "Payment"],
  lien_id: ["质押", "Lien"],
  appeal_id: ["复议", "Appeal"],
  corrects: ["更正的是", "Corrects"],
  appeals: ["针对", "Appeals against"],
  pass: ["过磅", "Weighing"],
  status: ["状态", "State"],
  state: ["状态", "State"],
  ground: ["理由", "Ground"],
  statement: ["陈述", "Statement"],
  answer: ["答复", "Answer"],
  kg: ["重量", "Weight"],
  gross_kg: ["毛重", "Gross"],
  tare_kg: ["皮重", "Tare"],
  net_kg: ["净重", "Net"],
  rejected_kg: ["拒收", "Rejected"],
  residual_kg: ["车上余料", "Left on the truck"],
  accepted_kg: ["接收量", "Accepted"],
  deducted_kg: ["扣杂", "Deduction"],
  settlement_kg: ["结算重量", "Settlement mass"],
  difference_kg: ["两磅之差", "Difference of the scales"],
  limit_kg: ["两磅之差的限值", "Limit of the difference"],
  grade: ["牌号", "Grade"],
  grade_class: ["贸易级别", "Trade grade"],
  inclusions_bp: ["夹杂物", "Inclusions"],
  decision: ["结论", "Decision"],
  reason: ["原因", "Reason"],
  source: ["数据来源", "Source"],
  site_id: ["站点", "Site"],
  plant_id: ["钢厂", "Plant"],
  carrier_id: ["承运方", "Carrier"],
  seller_id: ["卖方", "Seller"],
  buyer_id: ["收货方", "Buyer"],
  bank_id: ["银行", "Bank"],
  bank_reference: ["银行流水号", "Bank reference"],
  gross_fen: ["金额（元）", "Amount (CNY)"],
  net_fen: ["不含税（元）", "Net of tax (CNY)"],
  tax_fen: ["税额（元）", "VAT (CNY)"],
  payable_fen: ["应付（元）", "Payable (CNY)"],
  amount_fen: ["金额（元）", "Amount (CNY)"],
  cap_fen: ["上限（元）", "Cap (CNY)"],
  released_bp: ["已解除", "Released"],
  avoided_gross_tco2e: ["减排量，毛（tCO₂e）", "Avoided, gross (tCO₂e)"],
  avoided_net_tco2e: ["减排量，净（tCO₂e）", "Avoided, net (tCO₂e)"],
  coal_saved_tce: ["节约标准煤（tce）", "Standard coal saved (tce)"],
  method: ["方法", "Method"],
  purpose: ["用途", "Purpose"],
  key_id: ["密钥", "Key"],
  policy_id: ["规定", "Policy"],
  factor_set_id: ["因子表", "Factor set"],
  taken_at: ["过磅时间", "Weighed"],
  issued_at: ["开具时间", "Issued"],
  decided_at: ["决定时间", "Decided"],
  proposed_at: ["初判时间", "Proposed"],
  received_at: ["收货时间", "Received"],
  approved_at: ["批准时间", "Approved"],
  paid_on: ["付款日", "Paid on"],
  corrected_at: ["更正时间", "Corrected"],
  raised_at: ["提出时间", "Raised"],
  expires_at: ["到期", "Expires"],
  valid_from: ["生效", "Valid from"],
  valid_to: ["失效", "Valid to"],
  void_reason: ["作废原因", "Void because"],
  plate: ["车牌", "Plate"],
  supplier: ["供应商", "Supplier"],
  driver: ["司机", "Driver"],
  operator: ["司磅员", "Weigher"],
  inspector: ["判级员", "Inspector"],
};
const SUMS = new Set(["net_kg", "settlement_kg", "payable_fen", "avoided_net_tco2e", "amount_fen"]);
const CODES = {
  pass: { gross: ["毛重", "Gross"], tare: ["皮重", "Tare"], check: ["复称", "Check weighing"] },
  source: {
    LIVE: ["表头自动采集", "from the indicator"],
    MANUAL: ["人工输入", "entered by hand"],
    SIM: ["来自模拟仪表", "from a simulated indicator"],
    REPLAY: ["回放", "replayed"],
  },
  state: {
    raised: ["已提出", "raised"],
    upheld: ["成立", "upheld"],
    rejected: ["不成立", "rejected"],
    confirmed: ["已确认", "confirmed"],
    reserved: ["已占用", "reserved"],
    financed: ["已放款", "financed"],
    released: ["已解除", "released"],
    cancelled: ["已取消", "cancelled"],
  },
  ground: {
    weight: ["重量", "weight"],
    grade: ["判级", "grade"],
    deduction: ["扣杂", "deduction"],
    price: ["价格", "price"],
    amount: ["金额", "amount"],
    goods: ["货物", "goods"],
    other: ["其他", "other"],
  },
  status: { issued: ["已开具", "issued"], void: ["作废", "void"] },
  corrects: KINDS,
  appeals: KINDS,
};
const NUMBERS = Object.keys(FIELDS).filter((name) => /_no$/.test(name) || name === "lien_id" || name === "appeal_id");
const LEADING = 24; // a longer identifier says nothing to a person

/** Word of the kind of a document's data, a general one where it is not known. */
export function kindWord(data, language) {
  const pair = KINDS[data.get("kind")];
  return pair ? filled(pair, language) : filled(["文件", "File"], language);
}

/** The fields that people ask for, in the order of the trade: [{word, value, isSum}]. */
export function factsOf(data, language) {
  const record = data.get("record");
  const values = record instanceof Map && record.get("values") instanceof Map ? record.get("values") : null;
  const said = new Map(
    [record, values, data.get("personal")].flatMap((part) => (part instanceof Map ? [...part] : [])),
  );
  const isNumbered = NUMBERS.some((name) => said.has(name));
  const kind = kindWord(data, language);
  const facts = [
    { word: filled(["种类", "Kind"], language), value: isNumbered ? kind : numbered(kind, data.get("id")) },
  ];
  for (const [key, pair] of Object.entries(FIELDS)) {
    if (!said.has(key) || isObject(said.get(key))) continue;
    facts.push({ word: filled(pair, language), value: shown(key, said.get(key), language), isSum: SUMS.has(key) });
  }
  return facts;
}

/** 48620 → 48,620. */
export function thousands(number) {
  return String(number)
    .replace(/^-/, "−")
    .replace(/\d(?=(?:\d{3})+$)/g, "$&,");
}

/** Seconds since 1970 → 2026-11-20 15:21:08, in the yard's own time, eight hours ahead. */
export function moment(seconds) {
  return new Date((Number(seconds) + 8 * 3600) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

function numbered(kind, id) {
  return typeof id === "string" && id.length <= LEADING ? `${kind} ${id}` : kind;
}

function shown(key, value, language) {
  const code = CODES[key]?.[value];
  if (code) return filled(code, language);
  if (typeof value === "bigint") return figureOf(key, value);
  if (/_(?:at|from|to)$/.test(key) && !Number.isNaN(Date.parse(value))) return moment(Date.parse(value) / 1000);
  if (key === "plate" && /^[\u4e00-\u9fff][A-Z][A-Z0-9]/.test(value)) return `${value.slice(0, 2)}·${value.slice(2)}`;
  return String(value);
}

function figureOf(key, value) {
  if (/(?:^|_)kg$/.test(key)) return `${thousands(value)} kg`;
  if (key.endsWith("_fen")) return hundredths(value);
  if (key.endsWith("_bp")) return `${hundredths(value).replace(/\.00$/, "")} %`;
  return thousands(value);
}

function hundredths(value) {
  const digits = String(value < 0n ? -value : value).padStart(3, "0");
  return `${value < 0n ? "−" : ""}${thousands(digits.slice(0, -2))}.${digits.slice(-2)}`;
}

function isObject(value) {
  return value instanceof Map || Array.isArray(value);
}
