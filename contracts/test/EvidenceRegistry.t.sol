// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

import {ForgeTest} from "./support/ForgeTest.sol";
import {Operator} from "./support/Operator.sol";

/// @title Invariants of the evidence registry
/// @notice Hold after any calls of an operator and of strangers.
contract EvidenceRegistryInvariants is ForgeTest {
    Operator private _operator;

    /// @notice Puts an operator with one anchored batch in place.
    function setUp() external {
        _operator = new Operator();
        _operator.append(2);
    }

    /// @notice What forge calls: the operator, and the registry as strangers see it.
    /// @return targets Their addresses.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](2);
        targets[0] = address(_operator);
        targets[1] = address(_operator.REGISTRY());
    }

    /// @notice Whatever was tried before, an honest batch is taken.
    function invariantHonestBatchIsTaken() external view {
        assert(!_operator.refusedHonest());
    }

    /// @notice The head never shrinks, and moves by one anchor at a time.
    function invariantHeadNeverShrinks() external view {
        assert(!_operator.wentBack());
        assert(_operator.REGISTRY().seq() == _operator.count());
    }

    /// @notice An accepted head always contains every earlier one.
    function invariantHeadContainsEveryEarlierOne() external view {
        assert(!_operator.cheated());
        assert(_operator.containsAll());
    }
}
