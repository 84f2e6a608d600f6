// What other people's packages need for the same work: one JSON question on stdin, one answer out.
//
//   {"do": "wrap", "documents": […], "runs": n}  → {"ms": […]}   @govtechsg/open-attestation
//   {"do": "tree", "leaves": ["0x…"], "runs": n} → {"ms": […]}   @openzeppelin/merkle-tree
//   {"do": "attest", "rpc": "…", "key": "0x…"}   → {"gas": n}    eas-contracts, 32 bytes of data
//
// A run before the first that counts warms the machine code up.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

function timed(runs, work) {
  work();
  return Array.from({ length: runs }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
}

function wrap({ documents, runs }) {
  const { wrapDocuments } = require("@govtechsg/open-attestation");
  return { ms: timed(runs, () => wrapDocuments(documents)) };
}

function tree({ leaves, runs }) {
  const { SimpleMerkleTree } = require("@openzeppelin/merkle-tree");
  const whole = () => {
    const built = SimpleMerkleTree.of(leaves);
    leaves.forEach((_, index) => built.getProof(index));
  };
  return { ms: timed(runs, whole) };
}

async function attest({ rpc, key }) {
  const { Contract, ContractFactory, Wallet, constants, providers, utils } = require("ethers");
  const provider = new providers.JsonRpcProvider(rpc);
  provider.pollingInterval = 20;
  const wallet = new Wallet(key, provider);
  const deployed = async (name, ...parts) => {
    const { abi, bytecode } = require(
      `@ethereum-attestation-service/eas-contracts/artifacts/contracts/${name}.sol/${name}.json`,
    );
    const contract = await new ContractFactory(abi, bytecode, wallet).deploy(...parts);
    await contract.deployTransaction.wait();
    return new Contract(contract.address, abi, wallet);
  };
  const schemas = await deployed("SchemaRegistry");
  const eas = await deployed("EAS", schemas.address);
  const registered = await schemas.register("bytes32 targetHash", constants.AddressZero, true);
  const { logs } = await registered.wait();
  const data = {
    recipient: constants.AddressZero,
    expirationTime: 0,
    revocable: true,
    refUID: constants.HashZero,
    data: utils.hexlify(utils.randomBytes(32)),
    value: 0,
  };
  const sent = await eas.attest({ schema: logs[0].topics[1], data });
  return { gas: (await sent.wait()).gasUsed.toNumber() };
}

const asked = JSON.parse(readFileSync(0, "utf8"));
const answer = await { wrap, tree, attest }[asked.do](asked);
process.stdout.write(JSON.stringify(answer) + "\n");
