// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

import {LienRegistry} from "../src/LienRegistry.sol";
import {Banks} from "./support/Banks.sol";
import {ForgeTest} from "./support/ForgeTest.sol";

/// @title Invariants of the lien registry
/// @notice Hold after any orders of two banks on two deliveries, forged and repeated ones among them.
contract LienRegistryInvariants is ForgeTest {
    Banks private _banks;

    /// @notice Puts the banks in place.
    function setUp() external {
        _banks = new Banks();
    }

    /// @notice What forge calls: the banks.
    /// @return targets Their address.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_banks);
    }

    /// @notice The orders are such as the registry takes, on the whole way of a lien.
    function testOrdersOfTheBanksAreCarriedOut() external {
        _banks.reserve(0, 0, 0);
        _banks.cancel(0, 0);
        _banks.reserve(1, 0, 0);
        _banks.wait(0);
        _banks.reserve(0, 0, 100);
        _banks.administer(0, true);
        _banks.finance(0, 0);
        _banks.release(0, 0, 4_000);
        _banks.release(0, 0, 6_000);
        assert(_banks.carriedOut() == 7);
        _banks.reserve(1, 0, 100);
        _banks.finance(1, 0);
        _banks.forge(0, 0, 5, 0);
        _banks.repeat(3);
        _banks.relayLate(0, 0);
        assert(_banks.carriedOut() == 7);
        (LienRegistry.State state, , , uint16 releasedBp) = _banks.REGISTRY().lienOf(
            keccak256(abi.encode("delivery", uint256(0)))
        );
        assert(state == LienRegistry.State.Released && releasedBp == 10_000);
    }

    /// @notice A delivery is financed by one bank and once.
    function invariantDeliveryIsNeverFinancedTwice() external view {
        assert(!_banks.financedTwice());
    }

    /// @notice The released part only grows, up to the whole.
    function invariantReleasedPartOnlyGrows() external view {
        assert(!_banks.releasedWrong());
    }

    /// @notice Nobody but its bank moves a lien.
    function invariantNobodyButItsBankMovesALien() external view {
        assert(!_banks.movedByAnother());
        assert(!_banks.tookWrongOrder());
    }
}
