// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Wallet of one owner
/// @notice A bank that is a contract, for tests: it approves what the owner of the day signed.
contract OwnedWallet is IERC1271 {
    address private _owner;

    /// @notice Starts with an owner.
    /// @param owner First owner.
    constructor(address owner) {
        _owner = owner;
    }

    /// @notice Hands the wallet over; anyone may, in a test.
    /// @param owner Next owner.
    function handOver(address owner) external {
        _owner = owner;
    }

    /// @notice Whether the owner of now signed.
    /// @param hash Digest that was signed.
    /// @param signature Signature r, s, v of the owner.
    /// @return magicValue The selector of this function, or zero.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4 magicValue) {
        (address signer, ECDSA.RecoverError error, ) = ECDSA.tryRecoverCalldata(hash, signature);
        bool valid = error == ECDSA.RecoverError.NoError && signer == _owner;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
