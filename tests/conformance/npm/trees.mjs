// Proofs of batch trees before other people's libraries: a list of trees on stdin, answers out.
//
//   in   [{"root": hex, "leaves": [hex], "proofs": [[hex]]}]
//   out  [{"openZeppelin": [bool], "openAttestation": [bool]}], one answer for each leaf
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { SimpleMerkleTree } = require("@openzeppelin/merkle-tree");
const { checkProof } = require("@govtechsg/open-attestation");

const evm = (hex) => `0x${hex}`;

function judged({ root, leaves, proofs }) {
  const each = (judge) => leaves.map((leaf, index) => judge(leaf, proofs[index]));
  return {
    openZeppelin: each((leaf, proof) =>
      SimpleMerkleTree.verify(evm(root), evm(leaf), proof.map(evm)),
    ),
    openAttestation: each((leaf, proof) => checkProof(proof, root, leaf)),
  };
}

const trees = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(trees.map(judged)) + "\n");
