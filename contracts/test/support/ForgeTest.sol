// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

/// @title Part of forge's cheat codes
/// @notice What the tests need of the contract that forge puts at a fixed address.
interface ICheats {
    /// @notice Sets the sender of the next call.
    /// @param sender Account that sends.
    function prank(address sender) external;

    /// @notice Sets the time of the block.
    /// @param time Seconds since 1970.
    function warp(uint256 time) external;

    /// @notice Account of a private key.
    /// @param privateKey Key.
    /// @return account Its account.
    function addr(uint256 privateKey) external pure returns (address account);

    /// @notice Signs a digest.
    /// @param privateKey Key.
    /// @param digest What is signed.
    /// @return v Recovery number.
    /// @return r First half.
    /// @return s Second half.
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

/// @title Ground of the tests
/// @notice Cheat codes and ranges, for tests and for the handlers that forge drives.
abstract contract ForgeTest {
    ICheats internal constant _CHEATS = ICheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev A number of `from` to `to`, both included, out of any number.
    function _within(uint256 any, uint256 from, uint256 to) internal pure returns (uint256) {
        return from + (any % (to - from + 1));
    }
}
