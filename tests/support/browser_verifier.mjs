// Runs the verifier of a built page over cases, one JSON object a line: `node browser_verifier.mjs verify.html`.
//
// What is run is the script that stands in the page, byte for byte. A case is {files: {name: base64}, trust?: base64,
// audience?, remembered?, chain?: {"method params": result}}; its answer is {name: verdict}. In place of files it may
// have a promise: {promise: "FT1.…", entries?: base64, trust?, chain?}, answered by {promise: verdict}.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { runInThisContext } from "node:vm";

const [, script] = /<script id="core">(.*?)<\/script>/s.exec(readFileSync(process.argv[2], "utf8"));
runInThisContext(`${script};globalThis.Ferrotrace = Ferrotrace;`);
const { askChain, ChainSilentError, questionsOf, readPromises, readTrust, verify, verifyPromise, verifyTogether } =
  globalThis.Ferrotrace;

function bytesOf(text) {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function canned(answers) {
  return async (method, params) => {
    const key = `${method} ${JSON.stringify(params)}`;
    if (!(key in answers)) throw new ChainSilentError(key);
    if (answers[key]?.error) throw new Error(answers[key].error);
    return answers[key];
  };
}

async function judged({ files, trust, audience = null, remembered = null, chain }) {
  const named = Object.entries(files).map(([name, text]) => [name, bytesOf(text)]);
  const believed = trust ? readTrust(bytesOf(trust)) : undefined;
  const answers = new Map();
  for (const [name, bytes] of named) {
    const questions = questionsOf(bytes, believed);
    if (chain && questions) answers.set(name, await askChain(canned(chain), questions));
  }
  const nameOf = new Map(named.map(([name, bytes]) => [bytes, name]));
  const isAlone = named.length === 1;
  const judge = (bytes, parents) =>
    verify(bytes, {
      trust: believed,
      answers: answers.get(nameOf.get(bytes)) ?? null,
      audience,
      remembered,
      parents: isAlone ? null : parents,
    });
  return Object.fromEntries(verifyTogether(named, judge));
}

async function keptOrNot({ promise, trust, entries, chain }) {
  const [read] = readPromises(promise);
  return {
    promise: await verifyPromise(read, {
      trust: trust ? readTrust(bytesOf(trust)) : undefined,
      entries: entries === undefined ? null : bytesOf(entries),
      rpc: chain ? canned(chain) : null,
    }),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const question = JSON.parse(line);
    answer = await ("promise" in question ? keptOrNot(question) : judged(question));
  } catch (error) {
    answer = { failed: error.stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
