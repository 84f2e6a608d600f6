// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title Lien registry
/// @notice Lets one bank at a time, and once only, lend on a physical delivery. A lien moves by the order
/// that its bank signed, and by nothing else: whoever relays the order, the operator and the administrator
/// can neither make, release nor replace one.
/// @dev A delivery is named by a key that only those who know its secret can compute; no amount and no name
/// is ever given. Orders are EIP-712 typed data in the domain ("Ferrotrace Lien Registry", "1", chain, this
/// contract), signed by an account or, per ERC-1271, approved by a contract; each carries the bank's next
/// nonce and a deadline. Not upgradeable. No immutable variables, so every deployment has the same runtime
/// code: the domain separator is computed at each call. Times are block timestamps in seconds and
/// count to the last second.
contract LienRegistry is AccessControlDefaultAdminRules, Nonces {
    /// @notice Where a lien stands. `Released` is for ever: a delivery is not financed twice.
    enum State {
        None,
        Reserved,
        Financed,
        Released
    }

    /// @dev Fills one storage slot; a storage proof of it shows the whole lien.
    struct Lien {
        address bank;
        uint64 expiry;
        uint16 releasedBp;
        State state;
    }

    /// @notice May reserve a delivery. Asked for at `reserve` alone: to lose it does not hinder a lien that stands.
    bytes32 public constant BANK_ROLE = keccak256("BANK_ROLE");
    /// @notice Basis points of a lien that is released as a whole.
    uint16 public constant WHOLE_BP = 10_000;

    bytes1 private constant _DOMAIN_FIELDS = 0x0f; // name, version, chain, contract
    bytes32 private constant _DOMAIN_NAME = keccak256("Ferrotrace Lien Registry");
    bytes32 private constant _DOMAIN_VERSION = keccak256("1");
    bytes32 private constant _RESERVE_ORDER = keccak256(
        "ReserveOrder(bytes32 deliveryKey,address bank,uint64 expiry,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _FINANCE_ORDER = keccak256(
        "FinanceOrder(bytes32 deliveryKey,address bank,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _RELEASE_ORDER = keccak256(
        "ReleaseOrder(bytes32 deliveryKey,address bank,uint16 basisPoints,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _CANCEL_ORDER = keccak256(
        "CancelOrder(bytes32 deliveryKey,address bank,uint256 nonce,uint64 deadline)"
    );

    // Storage proofs name this slot (4).
    mapping(bytes32 key => Lien lien) private _liens;

    /// @notice A bank reserved a delivery.
    /// @param key Key of the delivery.
    /// @param bank Account of the bank.
    /// @param expiry Last second of the reservation.
    event LienReserved(bytes32 indexed key, address indexed bank, uint64 expiry);

    /// @notice The bank that had reserved a delivery financed it.
    /// @param key Key of the delivery.
    /// @param bank Account of the bank.
    event LienFinanced(bytes32 indexed key, address indexed bank);

    /// @notice The bank gave a part of its lien free.
    /// @param key Key of the delivery.
    /// @param bank Account of the bank.
    /// @param basisPoints Part given free now.
    /// @param releasedBp Part given free so far.
    event LienReleased(bytes32 indexed key, address indexed bank, uint16 basisPoints, uint16 releasedBp);

    /// @notice The bank gave its reservation up; the delivery is free for any bank.
    /// @param key Key of the delivery.
    /// @param bank Account of the bank.
    event LienCancelled(bytes32 indexed key, address indexed bank);

    /// @notice The order came too late.
    /// @param deadline Last second of the order.
    error OrderExpired(uint64 deadline);
    /// @notice The bank did not sign this order for this contract on this chain.
    /// @param bank Account that should have signed.
    error InvalidOrderSignature(address bank);
    /// @notice The reservation would be over already.
    /// @param expiry Last second asked for.
    error ExpiryPassed(uint64 expiry);
    /// @notice A bank holds the delivery, or held it and was paid back.
    /// @param key Key of the delivery.
    /// @param bank Bank that holds or held it.
    /// @param state Where its lien stands.
    error DeliveryTaken(bytes32 key, address bank, State state);
    /// @notice The lien does not stand where this step begins.
    /// @param key Key of the delivery.
    /// @param state Where the lien stands.
    error WrongState(bytes32 key, State state);
    /// @notice Another bank holds the delivery.
    /// @param key Key of the delivery.
    /// @param bank Bank that gave the order.
    /// @param holder Bank that holds the delivery.
    error NotHolder(bytes32 key, address bank, address holder);
    /// @notice The reservation ended before it was used.
    /// @param key Key of the delivery.
    /// @param expiry Its last second.
    error ReservationExpired(bytes32 key, uint64 expiry);
    /// @notice Nothing, or more than is still held, was to be released.
    /// @param basisPoints Part asked for.
    /// @param heldBp Part still held.
    error ReleaseOutOfRange(uint16 basisPoints, uint16 heldBp);

    /// @notice Starts without any lien and without any bank.
    /// @param admin Holder of the default admin role, who names the banks; a transfer waits two days.
    constructor(address admin) AccessControlDefaultAdminRules(2 days, admin) {}

    /// @notice Reserves a delivery that no bank holds; a reservation that ran out holds nothing.
    /// @dev Reverts, in this order: `OrderExpired`, `InvalidAccountNonce`, `InvalidOrderSignature`,
    /// `AccessControlUnauthorizedAccount` (a stranger may not sit on a key seen in the pool), `ExpiryPassed`,
    /// `DeliveryTaken`.
    /// @param key Key of the delivery.
    /// @param bank Account that signed the order.
    /// @param expiry Last second of the reservation.
    /// @param nonce Next nonce of the bank.
    /// @param deadline Last second of the order.
    /// @param signature Signature of the bank over the `ReserveOrder`.
    function reserve(
        bytes32 key,
        address bank,
        uint64 expiry,
        uint256 nonce,
        uint64 deadline,
        bytes calldata signature
    ) external {
        bytes32 order = keccak256(abi.encode(_RESERVE_ORDER, key, bank, expiry, nonce, deadline));
        _use(order, bank, nonce, deadline, signature);
        _checkRole(BANK_ROLE, bank);
        if (_isPast(expiry)) revert ExpiryPassed(expiry);
        Lien storage lien = _liens[key];
        bool free = lien.state == State.None || (lien.state == State.Reserved && _isPast(lien.expiry));
        if (!free) revert DeliveryTaken(key, lien.bank, lien.state);

        _liens[key] = Lien({bank: bank, expiry: expiry, releasedBp: 0, state: State.Reserved});
        emit LienReserved(key, bank, expiry);
    }

    /// @notice Turns the bank's reservation into a lien that no time ends.
    /// @dev Reverts, in this order: `OrderExpired`, `InvalidAccountNonce`, `InvalidOrderSignature`,
    /// `WrongState`, `NotHolder`, `ReservationExpired`.
    /// @param key Key of the delivery.
    /// @param bank Account that signed the order.
    /// @param nonce Next nonce of the bank.
    /// @param deadline Last second of the order.
    /// @param signature Signature of the bank over the `FinanceOrder`.
    function finance(bytes32 key, address bank, uint256 nonce, uint64 deadline, bytes calldata signature) external {
        bytes32 order = keccak256(abi.encode(_FINANCE_ORDER, key, bank, nonce, deadline));
        _use(order, bank, nonce, deadline, signature);
        Lien storage lien = _held(key, bank, State.Reserved);
        if (_isPast(lien.expiry)) revert ReservationExpired(key, lien.expiry);

        lien.state = State.Financed;
        emit LienFinanced(key, bank);
    }

    /// @notice Gives a part of the lien free; the last part ends it for ever.
    /// @dev Reverts, in this order: `OrderExpired`, `InvalidAccountNonce`, `InvalidOrderSignature`,
    /// `WrongState`, `NotHolder`, `ReleaseOutOfRange`.
    /// @param key Key of the delivery.
    /// @param bank Account that signed the order.
    /// @param basisPoints Part to give free, of 10,000.
    /// @param nonce Next nonce of the bank.
    /// @param deadline Last second of the order.
    /// @param signature Signature of the bank over the `ReleaseOrder`.
    function release(
        bytes32 key,
        address bank,
        uint16 basisPoints,
        uint256 nonce,
        uint64 deadline,
        bytes calldata signature
    ) external {
        bytes32 order = keccak256(abi.encode(_RELEASE_ORDER, key, bank, basisPoints, nonce, deadline));
        _use(order, bank, nonce, deadline, signature);
        Lien storage lien = _held(key, bank, State.Financed);
        uint16 heldBp = WHOLE_BP - lien.releasedBp;
        if (basisPoints == 0 || basisPoints > heldBp) revert ReleaseOutOfRange(basisPoints, heldBp);

        uint16 releasedBp = lien.releasedBp + basisPoints;
        lien.releasedBp = releasedBp;
        if (releasedBp == WHOLE_BP) lien.state = State.Released;
        emit LienReleased(key, bank, basisPoints, releasedBp);
    }

    /// @notice Gives the reservation up, also one that ran out.
    /// @dev Reverts, in this order: `OrderExpired`, `InvalidAccountNonce`, `InvalidOrderSignature`,
    /// `WrongState`, `NotHolder`.
    /// @param key Key of the delivery.
    /// @param bank Account that signed the order.
    /// @param nonce Next nonce of the bank.
    /// @param deadline Last second of the order.
    /// @param signature Signature of the bank over the `CancelOrder`.
    function cancel(bytes32 key, address bank, uint256 nonce, uint64 deadline, bytes calldata signature) external {
        bytes32 order = keccak256(abi.encode(_CANCEL_ORDER, key, bank, nonce, deadline));
        _use(order, bank, nonce, deadline, signature);
        _held(key, bank, State.Reserved);

        delete _liens[key];
        emit LienCancelled(key, bank);
    }

    /// @notice The lien on a delivery; all zero where there is none. Never reverts.
    /// @dev A reservation that ran out is still told as `Reserved`: compare its expiry with the block.
    /// @param key Key of the delivery.
    /// @return state Where the lien stands.
    /// @return bank Account of the bank.
    /// @return expiry Last second of the reservation, in seconds; without meaning once financed.
    /// @return releasedBp Part given free so far, of 10,000.
    function lienOf(bytes32 key) external view returns (State state, address bank, uint64 expiry, uint16 releasedBp) {
        Lien storage lien = _liens[key];
        return (lien.state, lien.bank, lien.expiry, lien.releasedBp);
    }

    /// @dev Takes an order once: in time, under the bank's next nonce and signed by the bank.
    function _use(bytes32 order, address bank, uint256 nonce, uint64 deadline, bytes calldata signature) private {
        if (_isPast(deadline)) revert OrderExpired(deadline);
        _useCheckedNonce(bank, nonce);
        bytes32 domain = MessageHashUtils.toDomainSeparator(
            _DOMAIN_FIELDS,
            _DOMAIN_NAME,
            _DOMAIN_VERSION,
            block.chainid,
            address(this),
            bytes32(0)
        );
        bytes32 digest = MessageHashUtils.toTypedDataHash(domain, order);
        if (!SignatureChecker.isValidSignatureNowCalldata(bank, digest, signature)) revert InvalidOrderSignature(bank);
    }

    /// @dev The lien that `bank` holds on a delivery, in the state from which a step begins.
    function _held(bytes32 key, address bank, State state) private view returns (Lien storage lien) {
        lien = _liens[key];
        if (lien.state != state) revert WrongState(key, lien.state);
        if (lien.bank != bank) revert NotHolder(key, bank, lien.bank);
    }

    /// @dev A time counts to its last second.
    function _isPast(uint64 time) private view returns (bool) {
        return block.timestamp > time;
    }
}
