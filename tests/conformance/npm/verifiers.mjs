// The verifiers of others, unmodified, over lines of JSON: a question in, an answer out, in order.
//
//   in   {"document": …, "rpc": "http://…", "chainId": 1337, "dns": ["openatts net=…"] or null}
//   out  {"oa": [fragment, …], "oaValid": bool, "tt": [fragment, …]}, or {"error": "…"}
//
// oa-verify finds the TXT records `dns` at every domain; with null no name server answers. tt-verify
// takes no resolver and would ask public name servers, so it is held to integrity and status.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const oa = require("@govtechsg/oa-verify");
const tt = require("@tradetrust-tt/tt-verify");
const { providers } = require("ethers");

const connections = new Map();

// As oa-verify makes its own: the network is the one that the caller names.
function connection(url, chainId) {
  if (!connections.has(url)) {
    connections.set(url, new providers.StaticJsonRpcProvider({ url, throttleLimit: 3 }, chainId));
  }
  return connections.get(url);
}

function resolver(records) {
  return async (name) => {
    if (records === null) throw new Error(`no name server answers for ${name}`);
    const found = records.map((data) => ({ name, type: 16, TTL: 60, data }));
    return { AD: false, Answer: found };
  };
}

async function answer({ document, rpc, chainId, dns }) {
  const provider = connection(rpc, chainId);
  const byOa = oa.verificationBuilder(oa.openAttestationVerifiers, {
    provider,
    dnsResolvers: [resolver(dns)],
  });
  const byTt = tt.verificationBuilder(
    [tt.openAttestationHash, tt.openAttestationEthereumDocumentStoreStatus],
    { provider },
  );
  const [oaFragments, ttFragments] = await Promise.all([byOa(document), byTt(document)]);
  return { oa: oaFragments, oaValid: oa.isValid(oaFragments), tt: ttFragments };
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await answer(JSON.parse(line)).catch((error) => ({ error: String(error) }));
  process.stdout.write(JSON.stringify(said) + "\n");
}
