// JSON-RPC over fetch, to the one address that the visitor chose.
import { ChainSilentError } from "./errors.mjs";

const TIMEOUT_MS = 8_000;

/**
 * `rpc(method, params)` for the endpoint `url`.
 *
 * It throws ChainSilentError where nobody answers in time, and an Error where the node refuses.
 */
export function rpcAt(url, timeoutMs = TIMEOUT_MS) {
  let id = 0;
  return async (method, params) => {
    id += 1;
    const answer = await posted(url, { jsonrpc: "2.0", id, method, params }, timeoutMs);
    if (answer === null || typeof answer !== "object") throw new ChainSilentError("no JSON-RPC answer");
    if (answer.error) throw new Error(String(answer.error.message ?? "refused").slice(0, 200));
    return answer.result ?? null;
  };
}

async function posted(url, call, timeoutMs) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(timeoutMs),
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    return await response.json();
  } catch (error) {
    throw new ChainSilentError(`${url}: ${error.message}`);
  }
}
