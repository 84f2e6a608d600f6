// The figures behind the answers of the checks: since when, which number, which sum.
import { moment, thousands } from "./facts.mjs";
import { filled } from "./words.mjs";

const KEPT = ["公司也守了磅单回执上的时间。", " The time promised on the ticket's receipt was kept."];
const NET_SAID = [
  "文件写净重 {net} kg，而 {gross} − {tare} = {computed} kg。",
  "The file says net {net} kg, but {gross} − {tare} = {computed} kg. ",
];
const NET_AGREES = ["{gross} − {tare} = {computed} kg；", "{gross} − {tare} = {computed} kg; "];

/** What fills the places in the words of the checks. */
export function detailsOf({ bundle, data, sealedAt }, verdict, language) {
  const inclusion = verdict.checks.find(({ type }) => type === "LOG_INCLUSION");
  return {
    sealed: sealedAt === null ? "——" : moment(sealedAt).slice(0, -3),
    place: bundle?.log ? thousands(bundle.log.index + 1) : "——",
    kept: inclusion?.data?.promise === "kept" ? filled(KEPT, language) : "",
    sum: sumOf(data, language),
  };
}

/** Gross less tare as a sum, where the file states all three masses. */
function sumOf(data, language) {
  const record = data?.get("record");
  const values = record instanceof Map ? (record.get("values") ?? record) : null;
  if (!(values instanceof Map)) return "";
  const [gross, tare, net] = ["gross_kg", "tare_kg", "net_kg"].map((name) => values.get(name));
  if (![gross, tare, net].every((mass) => typeof mass === "bigint")) return "";
  const computed = gross - tare;
  const shown = { gross: thousands(gross), tare: thousands(tare), net: thousands(net), computed: thousands(computed) };
  return filled(computed === net ? NET_AGREES : NET_SAID, language, shown);
}
