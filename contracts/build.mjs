// Compiles src/*.sol into artifacts/*.json: `node build.mjs [folder [contract ...]]`, by default both
// contracts into artifacts/. Tests name theirs, which lie in test/support/.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const solc = require("solc");
const { keccak256 } = require("js-sha3");

const HERE = dirname(fileURLToPath(import.meta.url));
const CONTRACTS = ["EvidenceRegistry", "LienRegistry"];
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: "cancun",
  // Without the hash of the sources the runtime code does not change with a comment.
  metadata: { bytecodeHash: "none" },
};

function readSource(path) {
  const roots = path.startsWith("@") ? ["node_modules"] : ["src", "test/support"];
  const places = roots.map((root) => join(HERE, root, path));
  return readFileSync(places.find(existsSync) ?? places[0], "utf8");
}

function compile(name) {
  const file = `${name}.sol`;
  const input = {
    language: "Solidity",
    sources: { [file]: { content: readSource(file) } },
    settings: {
      ...SETTINGS,
      outputSelection: {
        [file]: { [name]: ["abi", "evm.bytecode", "evm.deployedBytecode", "storageLayout"] },
      },
    },
  };
  const read = (path) => ({ contents: readSource(path) });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  const messages = output.errors ?? [];
  if (messages.length > 0) {
    throw new Error(messages.map((message) => message.formattedMessage).join("\n"));
  }
  return output.contracts[file][name];
}

/** Slot, offset in bytes from the right, type and name of each variable, without compiler ids. */
function storageLayout({ storage, types }) {
  return storage.map(({ slot, offset, type, label }) => ({
    slot: Number(slot),
    offset,
    bytes: Number(types[type].numberOfBytes),
    type: types[type].label,
    name: label,
  }));
}

function artifact(name) {
  const compiled = compile(name);
  const { bytecode, deployedBytecode } = compiled.evm;
  if (Object.keys(deployedBytecode.immutableReferences ?? {}).length > 0) {
    throw new Error(`${name} has immutable variables: its runtime code hash would not be constant`);
  }
  return {
    contractName: name,
    compiler: {
      version: solc.version().split(".Emscripten")[0],
      settings: SETTINGS,
      openzeppelin: require("@openzeppelin/contracts/package.json").version,
    },
    runtimeCodeHash: `0x${keccak256(Buffer.from(deployedBytecode.object, "hex"))}`,
    storageLayout: storageLayout(compiled.storageLayout),
    abi: compiled.abi,
    bytecode: `0x${bytecode.object}`,
    deployedBytecode: `0x${deployedBytecode.object}`,
  };
}

const [folder = join(HERE, "artifacts"), ...named] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const name of named.length > 0 ? named : CONTRACTS) {
  const built = artifact(name);
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(built, null, 2)}\n`);
  console.log(`${name}: runtime code hash ${built.runtimeCodeHash}`);
}
