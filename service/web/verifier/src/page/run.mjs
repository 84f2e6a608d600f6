// One run over the files at hand: ask the query service, then judge each file, with pauses for the page.
import { headSeen, keepHead } from "./kept.mjs";

const { askChain, ChainSilentError, questionsOf, rpcAt, verify, verifyEach } = globalThis.Ferrotrace;
const PAUSE_EVERY_MS = 40;

/** What became of the query service. */
export const [NOT_ASKED, ANSWERED, SILENT, OTHER] = ["not-asked", "answered", "silent", "other"];

/**
 * Verdicts by name of `files` ([name, bytes]), and what became of the query service: `{verdicts, service}`.
 *
 * `progress(done)` is told how many files are done.
 */
export async function judgeAll(files, { trust, serviceUrl, audience, progress }) {
  const asked = await askedFor(files, trust, serviceUrl);
  const contents = new Map(files.map(([name, bytes]) => [bytes, name]));
  const judge = (bytes, parents) => {
    const { questions, answers } = asked.of.get(contents.get(bytes));
    return verify(bytes, {
      trust,
      answers,
      audience,
      remembered: rememberedFor(questions, trust),
      parents: files.length > 1 ? parents : null,
    });
  };
  const verdicts = new Map();
  let pausedAt = performance.now();
  for (const [name, verdict] of verifyEach(files, judge)) {
    verdicts.set(name, verdict);
    if (performance.now() - pausedAt > PAUSE_EVERY_MS) {
      progress(verdicts.size);
      await new Promise((resume) => setTimeout(resume));
      pausedAt = performance.now();
    }
  }
  for (const { questions, answers } of asked.of.values()) {
    if (questions && answers) keepHead(placeOf(questions), answers.head);
  }
  return { verdicts, service: asked.service };
}

/** Questions and answers of each file by name, and what became of the service over all of them. */
async function askedFor(files, trust, serviceUrl) {
  const rpc = serviceUrl ? askingOnce(rpcAt(serviceUrl)) : null;
  const of = new Map();
  for (const [name, bytes] of files) {
    const questions = questionsOf(bytes, trust);
    const answers = rpc && questions ? await askChain(rpc, questions) : null;
    of.set(name, { questions, answers });
  }
  return { of, service: serviceState(rpc, [...of.values()]) };
}

function serviceState(rpc, all) {
  if (rpc === null || !all.some(({ questions }) => questions)) return NOT_ASKED;
  if (all.some(({ answers }) => answers)) return ANSWERED;
  return rpc.hasAnswered() ? OTHER : SILENT;
}

/** `rpc` that asks the same thing once a run, and nothing more after the first silence. */
function askingOnce(rpc) {
  const known = new Map();
  let silence = null;
  let answered = false;
  const ask = async (method, params) => {
    if (silence) throw silence;
    try {
      const result = await rpc(method, params);
      answered = true;
      return result;
    } catch (error) {
      if (error instanceof ChainSilentError) silence = error;
      else answered = true;
      throw error;
    }
  };
  const once = (method, params) => {
    const key = JSON.stringify([method, params]);
    if (!known.has(key)) known.set(key, ask(method, params));
    return known.get(key);
  };
  return Object.assign(once, { hasAnswered: () => answered });
}

/** The head that this device saw, where it is newer than that of the trust file. */
function rememberedFor(questions, trust) {
  const seen = questions && headSeen(placeOf(questions));
  if (!seen) return null;
  const issuer = trust.issuers.find((each) => placeOf(each) === placeOf(questions));
  return issuer?.head && issuer.head.size >= seen.size ? null : seen;
}

function placeOf({ chainId, registry }) {
  return `${chainId}/${registry}`;
}
