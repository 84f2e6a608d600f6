// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

import {LienRegistry} from "../../src/LienRegistry.sol";
import {ForgeTest} from "./ForgeTest.sol";

/// @title Banks, their relayer and their administrator
/// @notice Two banks and two deliveries. Gives every kind of order in any order, forges and repeats some, and
/// after each call compares every lien with what it was: whatever moved must be what the called bank ordered.
contract Banks is ForgeTest {
    /// @dev A lien as the registry tells it.
    struct Seen {
        LienRegistry.State state;
        address bank;
        uint64 expiry;
        uint16 releasedBp;
    }

    /// @notice The registry that is written to.
    LienRegistry public immutable REGISTRY;
    /// @notice Whether a lien moved that the bank of the call did not hold or could not have.
    bool public movedByAnother;
    /// @notice Whether a delivery was ever financed by a second bank, or a second time.
    bool public financedTwice;
    /// @notice Whether the released part of a financed lien ever went down or over the whole.
    bool public releasedWrong;
    /// @notice Whether a forged, repeated or late order was taken.
    bool public tookWrongOrder;
    /// @notice Number of orders that were carried out.
    uint256 public carriedOut;

    uint256 private constant _BANKS = 2;
    uint256 private constant _DELIVERIES = 2;
    uint256 private constant _NOBODY = type(uint256).max;
    uint256 private constant _NOTHING = type(uint256).max;
    string private constant _TAIL = "uint256 nonce,uint64 deadline)";
    mapping(uint256 delivery => Seen) private _seen;
    mapping(uint256 delivery => address) private _financier;
    bytes[] private _spent; // the calls that carried an order out

    /// @notice Deploys its own registry, administers it and names the banks.
    constructor() {
        REGISTRY = new LienRegistry(address(this));
        for (uint256 i = 0; i < _BANKS; ++i) REGISTRY.grantRole(REGISTRY.BANK_ROLE(), _CHEATS.addr(_key(i)));
        _CHEATS.warp(1_700_000_000);
    }

    /// @notice A bank reserves a delivery.
    /// @param who Picks the bank.
    /// @param what Picks the delivery.
    /// @param seconds_ How long the reservation holds.
    function reserve(uint256 who, uint256 what, uint256 seconds_) external {
        uint64 expiry = uint64(block.timestamp + _within(seconds_, 0, 5_000));
        bytes32 struct_ = keccak256(
            abi.encode(
                _type("ReserveOrder(bytes32 deliveryKey,address bank,uint64 expiry,"),
                _delivery(what),
                _bank(who),
                expiry,
                _nonce(who),
                _deadline()
            )
        );
        bytes memory signature = _sign(_key(who), struct_);
        _do(
            who,
            what,
            abi.encodeCall(REGISTRY.reserve, (_delivery(what), _bank(who), expiry, _nonce(who), _deadline(), signature))
        );
    }

    /// @notice A bank finances a delivery.
    /// @param who Picks the bank.
    /// @param what Picks the delivery.
    function finance(uint256 who, uint256 what) external {
        bytes memory signature = _sign(_key(who), _short("FinanceOrder", who, what));
        _do(
            who,
            what,
            abi.encodeCall(REGISTRY.finance, (_delivery(what), _bank(who), _nonce(who), _deadline(), signature))
        );
    }

    /// @notice A bank gives a part free.
    /// @param who Picks the bank.
    /// @param what Picks the delivery.
    /// @param part Picks the part.
    function release(uint256 who, uint256 what, uint256 part) external {
        uint16 bp = uint16(_within(part, 0, 6_000));
        bytes32 struct_ = keccak256(
            abi.encode(
                _type("ReleaseOrder(bytes32 deliveryKey,address bank,uint16 basisPoints,"),
                _delivery(what),
                _bank(who),
                bp,
                _nonce(who),
                _deadline()
            )
        );
        bytes memory signature = _sign(_key(who), struct_);
        bytes memory order = abi.encodeCall(
            REGISTRY.release,
            (_delivery(what), _bank(who), bp, _nonce(who), _deadline(), signature)
        );
        if (bp == 0) _mustFail(order);
        else _do(who, what, order);
    }

    /// @notice A bank gives a reservation up.
    /// @param who Picks the bank.
    /// @param what Picks the delivery.
    function cancel(uint256 who, uint256 what) external {
        bytes memory signature = _sign(_key(who), _short("CancelOrder", who, what));
        _do(
            who,
            what,
            abi.encodeCall(REGISTRY.cancel, (_delivery(what), _bank(who), _nonce(who), _deadline(), signature))
        );
    }

    /// @notice Somebody gives an order in a bank's name, signed by another key.
    /// @param who Picks the bank.
    /// @param what Picks the delivery.
    /// @param key The key that signs; a bank's own is passed over.
    /// @param kind Picks the order.
    function forge(uint256 who, uint256 what, uint256 key, uint256 kind) external {
        key = _within(key, 1, type(uint128).max);
        if (_CHEATS.addr(key) == _bank(who)) return;
        string memory name = kind % 2 == 0 ? "FinanceOrder" : "CancelOrder";
        bytes memory signature = _sign(key, _short(name, who, what));
        bytes4 function_ = kind % 2 == 0 ? REGISTRY.finance.selector : REGISTRY.cancel.selector;
        _mustFail(abi.encodeWithSelector(function_, _delivery(what), _bank(who), _nonce(who), _deadline(), signature));
    }

    /// @notice Somebody relays an order that was carried out before.
    /// @param which Picks the order.
    function repeat(uint256 which) external {
        if (_spent.length > 0) _mustFail(_spent[which % _spent.length]);
    }

    /// @notice Somebody relays an order after its deadline.
    /// @param who Picks the bank.
    /// @param what Picks the delivery.
    function relayLate(uint256 who, uint256 what) external {
        bytes memory signature = _sign(_key(who), _short("FinanceOrder", who, what));
        bytes memory order = abi.encodeCall(
            REGISTRY.finance,
            (_delivery(what), _bank(who), _nonce(who), _deadline(), signature)
        );
        _CHEATS.warp(_deadline() + 1);
        _mustFail(order);
    }

    /// @notice Time goes by.
    /// @param seconds_ How much.
    function wait(uint256 seconds_) external {
        _CHEATS.warp(block.timestamp + _within(seconds_, 1, 4_000));
        _compare(_NOBODY, _NOTHING);
    }

    /// @notice The administrator takes a bank's role or gives it back, and tries what else it can.
    /// @param who Picks the bank.
    /// @param take Whether the role is taken.
    function administer(uint256 who, bool take) external {
        bytes32 role = REGISTRY.BANK_ROLE();
        if (take) REGISTRY.revokeRole(role, _bank(who));
        else REGISTRY.grantRole(role, _bank(who));
        _compare(_NOBODY, _NOTHING);
    }

    /// @dev Carries an order out, or sees it refused.
    function _do(uint256 who, uint256 what, bytes memory order) private {
        bool done = _relay(order);
        if (done) {
            ++carriedOut;
            _spent.push(order);
            _compare(who % _BANKS, what % _DELIVERIES);
        } else {
            _compare(_NOBODY, _NOTHING);
        }
    }

    /// @dev Sees an order refused.
    function _mustFail(bytes memory order) private {
        bool done = _relay(order);
        if (done) tookWrongOrder = true;
        _compare(_NOBODY, _NOTHING);
    }

    /// @dev Sends a call to the registry; whether it succeeded.
    function _relay(bytes memory order) private returns (bool done) {
        // solhint-disable-next-line avoid-low-level-calls
        (done, ) = address(REGISTRY).call(order);
    }

    /// @dev Compares every lien with the one seen last; only the lien on `what` may have moved, by bank `who`.
    function _compare(uint256 who, uint256 what) private {
        for (uint256 i = 0; i < _DELIVERIES; ++i) {
            Seen memory past = _seen[i];
            Seen memory now_;
            (now_.state, now_.bank, now_.expiry, now_.releasedBp) = REGISTRY.lienOf(_delivery(i));
            if (keccak256(abi.encode(past)) == keccak256(abi.encode(now_))) continue;
            if (i != what || !_mayMove(past, _bank(who))) movedByAnother = true;
            if (now_.state == LienRegistry.State.Financed && past.state == LienRegistry.State.Reserved) {
                if (_financier[i] != address(0)) financedTwice = true;
                _financier[i] = now_.bank;
            }
            if (_financier[i] != address(0)) {
                if (now_.bank != _financier[i]) financedTwice = true;
                if (now_.releasedBp < past.releasedBp || now_.releasedBp > 10_000) releasedWrong = true;
            }
            bool whole = now_.releasedBp == 10_000;
            if (whole != (now_.state == LienRegistry.State.Released)) releasedWrong = true;
            _seen[i] = now_;
        }
    }

    /// @dev Whether an order of a bank may move a lien: its own, a free one, or one whose reservation ran out.
    function _mayMove(Seen memory past, address bank) private view returns (bool) {
        if (past.state == LienRegistry.State.None || past.bank == bank) return true;
        return past.state == LienRegistry.State.Reserved && past.expiry < block.timestamp;
    }

    /// @dev Hash of a `FinanceOrder` or `CancelOrder`.
    function _short(string memory name, uint256 who, uint256 what) private view returns (bytes32) {
        bytes32 type_ = _type(string.concat(name, "(bytes32 deliveryKey,address bank,"));
        return keccak256(abi.encode(type_, _delivery(what), _bank(who), _nonce(who), _deadline()));
    }

    /// @dev Signature r, s, v over typed data, put together as EIP-712 writes it.
    function _sign(uint256 key, bytes32 struct_) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ferrotrace Lien Registry"),
                keccak256("1"),
                block.chainid,
                address(REGISTRY)
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, struct_));
        (uint8 v, bytes32 r, bytes32 s) = _CHEATS.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Next nonce of a bank.
    function _nonce(uint256 who) private view returns (uint256) {
        return REGISTRY.nonces(_bank(who));
    }

    /// @dev Deadline of an order that is given now.
    function _deadline() private view returns (uint64) {
        return uint64(block.timestamp + 100);
    }

    /// @dev Hash of an order's type, given without its last members.
    function _type(string memory beginning) private pure returns (bytes32) {
        return keccak256(bytes(string.concat(beginning, _TAIL)));
    }

    /// @dev Account of a bank.
    function _bank(uint256 who) private pure returns (address) {
        return _CHEATS.addr(_key(who));
    }

    /// @dev Private key of a bank.
    function _key(uint256 who) private pure returns (uint256) {
        return 0xBA4C + (who % _BANKS);
    }

    /// @dev Key of a delivery.
    function _delivery(uint256 what) private pure returns (bytes32) {
        return keccak256(abi.encode("delivery", what % _DELIVERIES));
    }
}
