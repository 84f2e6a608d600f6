// What other people's packages need for the same work. The first line on stdin says which work;
// every line after it asks for one run, which is answered by {"ms": n} or {"gas": n}.
//
//   {"do": "wrap", "documents": […]}            @govtechsg/open-attestation
//   {"do": "tree", "leaves": ["0x…"]}           @openzeppelin/merkle-tree
//   {"do": "attest", "rpc": "…", "key": "0x…"}  eas-contracts: deployed, then 32 bytes attested
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

function wrap({ documents }) {
  const { wrapDocuments } = require("@govtechsg/open-attestation");
  return () => wrapDocuments(documents);
}

function tree({ leaves }) {
  const { SimpleMerkleTree } = require("@openzeppelin/merkle-tree");
  return () => {
    const built = SimpleMerkleTree.of(leaves);
    leaves.forEach((_, index) => built.getProof(index));
  };
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

function timed(run) {
  return () => {
    const began = performance.now();
    run();
    return { ms: performance.now() - began };
  };
}

const works = {
  wrap: (asked) => timed(wrap(asked)),
  tree: (asked) => timed(tree(asked)),
  attest: (asked) => () => attest(asked),
};

let work = null;
for await (const line of createInterface({ input: process.stdin })) {
  if (work === null) {
    const asked = JSON.parse(line);
    work = works[asked.do](asked);
  } else {
    process.stdout.write(JSON.stringify(await work()) + "\n");
  }
}
