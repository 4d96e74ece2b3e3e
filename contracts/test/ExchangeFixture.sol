// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange as I} from "../src/interfaces/IStraddleExchange.sol";
import {IStraddleGovernance} from "../src/interfaces/IStraddleGovernance.sol";
import {MockUSDC} from "../src/devnet/MockUSDC.sol";
import {Field} from "../src/libraries/Field.sol";
import {Checks} from "./Checks.sol";
import {ShippedCode} from "./ShippedCode.sol";
import {SimulatedProver} from "./SimulatedProver.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice An exchange with three oracles, quorum two, and batches built from rows.
abstract contract ExchangeFixture is Checks {
    uint256 internal constant KEY_X = 5299619240641551281634865583518297030282874472190772894086521144482721001553;
    uint256 internal constant KEY_Y = 16950150798460657717958625567821834550301663161624707787222815936182638968203;
    uint256 internal constant OTHER_KEY_X = 995203441582195749578291179787384436505546430278305826713579947235728471134;
    uint256 internal constant OTHER_KEY_Y = 5472060717959818805561601436314318772137091100104008585924551046643952123905;
    uint256 internal constant GENESIS = 12345;
    uint256 internal constant START = 1_800_000_000;
    uint16 internal constant SHAPE = 1;
    uint16 internal constant OPEN_MARKETS = 1 | 1 << 1 | 1 << 2 | 1 << 7 | 1 << 15;
    address internal constant PROPOSER = address(0xAD);
    address internal constant EXECUTOR = address(0xAE);
    address internal constant SEQUENCER = address(0x5E);
    address internal constant GUARDIAN = address(0x64);
    address internal constant LISTER = address(0x71);
    uint32 internal constant BOND_GWEI = 1_000_000;
    uint256 internal constant BOND = 1e15;
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);

    MockUSDC internal usdc;
    I internal exchange;
    IStraddleGovernance internal governance;
    /// @dev Oracle keys, in the order of their addresses.
    uint256[3] internal oracleKeys;

    function setUp() public virtual {
        vm.warp(START);
        ShippedCode.putLibraries();
        usdc = new MockUSDC();
        oracleKeys = sortedKeys();
        deploy(deployment(address(usdc)));
        fund(ALICE);
        fund(BOB);
    }

    /// @dev Governance first, made for the address that the exchange gets next.
    function deploy(I.Deployment memory d) internal {
        governance = IStraddleGovernance(deployGovernance(1 days));
        d.governance = address(governance);
        exchange = I(ShippedCode.deploy("StraddleExchange", abi.encode(d)));
    }

    function deployGovernance(uint256 delay) internal returns (address) {
        address[] memory proposers = new address[](1);
        address[] memory executors = new address[](1);
        (proposers[0], executors[0]) = (PROPOSER, EXECUTOR);
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        bytes memory arguments = abi.encode(predicted, delay, proposers, executors, GUARDIAN, LISTER, OPEN_MARKETS);
        return ShippedCode.deploy("StraddleGovernance", arguments);
    }

    function deployment(address token) internal view returns (I.Deployment memory d) {
        d.token = token;
        d.genesisStateRoot = GENESIS;
        d.sequencers = new address[](1);
        d.sequencers[0] = SEQUENCER;
        d.oracles = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            d.oracles[i] = vm.addr(oracleKeys[i]);
        }
        d.quorum = 2;
        d.bounds = I.Bounds(3600, 86400, 60, 50_000, 1_000, 21600, 500_000, BOND_GWEI);
        d.minDeposit = 1_000_000;
        d.depositCap = 1e15;
        d.shapes = new I.Shape[](1);
        d.shapes[0] = I.Shape(SHAPE, SimulatedProver.key());
    }

    function sortedKeys() internal pure returns (uint256[3] memory keys) {
        keys = [uint256(101), 102, 103];
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 2 - i; ++j) {
                if (vm.addr(keys[j]) > vm.addr(keys[j + 1])) (keys[j], keys[j + 1]) = (keys[j + 1], keys[j]);
            }
        }
    }

    function fund(address owner) internal {
        usdc.mint(owner, 1e12);
        vm.deal(owner, 1 ether);
        vm.prank(owner);
        usdc.approve(address(exchange), type(uint256).max);
    }

    function open(address owner, uint64 amount) internal returns (uint24) {
        vm.prank(owner);
        return exchange.openAccount(1, KEY_X, KEY_Y, amount);
    }

    /// @dev With what the bond lacks.
    function force(address owner, uint24 account, uint64 amount) internal {
        uint256 standing = exchange.bondOf(account);
        vm.prank(owner);
        exchange.forceWithdraw{value: standing < BOND ? BOND - standing : 0}(account, amount);
    }

    /// @dev As governance does when a change's delay is over: what changes in the exchange is the matter then.
    function govern(bytes memory call) internal {
        vm.prank(address(governance));
        (bool success, bytes memory reason) = address(governance).call(call);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }

    function pauseFor(uint32 durationSec) internal {
        vm.prank(GUARDIAN);
        governance.pause(durationSec);
    }

    function list(uint24 id, I.InstrumentKind kind, uint256 expiry, uint40 strike) internal {
        I.Instrument[] memory items = new I.Instrument[](1);
        items[0] = I.Instrument(id, kind, uint40(expiry), strike);
        vm.prank(LISTER);
        governance.listInstruments(items);
    }

    /// @dev The data of the only log of that topic since `vm.recordLogs`, which must be the exchange's.
    function logOf(bytes32 topic) internal returns (bytes memory data) {
        uint256 found = 0;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != topic) continue;
            assertEq(logs[i].emitter, address(exchange));
            data = logs[i].data;
            found += 1;
        }
        assertEq(found, 1);
    }

    // ------------------------------------------------------------------ reports

    function report(uint256 time, uint256 price) internal view returns (I.OracleReport memory r) {
        r.time = uint40(time);
        r.riskTableHash = 777;
        r.inputs = hex"0102030405";
        r.prices = new uint128[](1);
        r.prices[0] = spotWord(1, price);
        signBy(r, 0, 1);
    }

    function spotWord(uint256 market, uint256 price) internal pure returns (uint128) {
        return dateWord(market, 0, price, 0);
    }

    function dateWord(uint256 market, uint256 expiry, uint256 forward, uint256 volatility)
        internal
        pure
        returns (uint128)
    {
        return uint128((market << 112) | (expiry << 72) | (volatility << 40) | forward);
    }

    function signBy(I.OracleReport memory r, uint256 first, uint256 second) internal view {
        r.signatures = new bytes[](2);
        r.signatures[0] = signature(oracleKeys[first], r);
        r.signatures[1] = signature(oracleKeys[second], r);
    }

    function signByAll(I.OracleReport memory r) internal view {
        r.signatures = new bytes[](3);
        for (uint256 i = 0; i < 3; ++i) {
            r.signatures[i] = signature(oracleKeys[i], r);
        }
    }

    function signature(uint256 key, I.OracleReport memory r) internal view returns (bytes memory) {
        (uint8 v, bytes32 rr, bytes32 s) = vm.sign(key, digestOf(r));
        return abi.encodePacked(rr, s, v);
    }

    /// @dev EIP-712 written out again, apart from the contract's.
    function digestOf(I.OracleReport memory r) internal view returns (bytes32) {
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Straddle"),
                keccak256("1"),
                block.chainid,
                address(exchange)
            )
        );
        bytes memory prices;
        for (uint256 i = 0; i < r.prices.length; ++i) {
            prices = bytes.concat(prices, bytes32(uint256(r.prices[i])));
        }
        bytes32 typeHash =
            keccak256("OracleReport(uint40 time,uint256 riskTableHash,bytes32 inputsHash,uint128[] prices)");
        bytes32 content = keccak256(
            abi.encode(typeHash, uint256(r.time), r.riskTableHash, keccak256(r.inputs), keccak256(prices))
        );
        return keccak256(bytes.concat(hex"1901", separator, content));
    }

    function one(I.OracleReport memory r) internal pure returns (I.OracleReport[] memory reports) {
        reports = new I.OracleReport[](1);
        reports[0] = r;
    }

    // ------------------------------------------------------------------ batches

    function header(uint256 number, uint256 ops, uint256 withdrawals, uint256 trades, uint256 settlements)
        internal
        pure
        returns (uint256)
    {
        return number | (ops << 64) | (withdrawals << 80) | (trades << 96) | (settlements << 112);
    }

    function opHead(uint256 kind, uint256 account, uint256 amount, uint256 paid) internal pure returns (uint256) {
        return kind | (account << 4) | (amount << 28) | (paid << 92);
    }

    function putOp(uint256[] memory words, uint256 i, uint256 head, address owner, uint256 x, uint256 y) internal pure {
        (words[1 + 4 * i], words[2 + 4 * i]) = (head, uint160(owner));
        (words[3 + 4 * i], words[4 + 4 * i]) = (x, y);
    }

    function withdrawalWord(uint256 account, uint256 nonce, uint256 amount) internal pure returns (uint256) {
        return account | (nonce << 24) | (amount << 56);
    }

    function settlementWord(uint256 account, uint256 id, int256 lots, uint256 payoff) internal pure returns (uint256) {
        return account | (id << 24) | (uint256(lots + (1 << 31)) << 44) | (payoff << 76);
    }

    /// @dev Only a header and some trade words.
    function tradeWords(uint256 number, uint256 trades) internal pure returns (uint256[] memory words) {
        words = new uint256[](1 + 2 * trades);
        words[0] = header(number, 0, 0, trades, 0);
        for (uint256 i = 1; i < words.length; ++i) {
            words[i] = uint256(keccak256(abi.encode(number, i))) >> 47;
        }
    }

    function batch(uint256 rootBefore, uint256 rootAfter, uint256 time, uint256 riskTableHash, uint256[] memory words)
        internal
        view
        returns (I.Batch memory b)
    {
        b.stateRootAfter = rootAfter;
        b.time = uint40(time);
        b.dataCommit = uint256(keccak256(abi.encode(words, rootAfter))) % Field.P;
        b.logChainHash = 99;
        b.words = words;
        prove(b, rootBefore, riskTableHash);
    }

    function prove(I.Batch memory b, uint256 rootBefore, uint256 riskTableHash) internal view {
        uint256 point = uint256(keccak256(abi.encodePacked(b.dataCommit, b.words))) % Field.P;
        uint256 value = 0;
        for (uint256 i = 0; i < b.words.length; ++i) {
            value = addmod(mulmod(value, point, Field.P), b.words[i], Field.P);
        }
        uint256[7] memory inputs =
            [rootBefore, b.stateRootAfter, uint256(b.time), riskTableHash, b.dataCommit, point, value];
        b.proof = SimulatedProver.prove(inputs);
    }

    /// @dev k batches of trades on one report; roots GENESIS + 1, ...
    function chain(uint256 k, uint256 trades) internal view returns (I.Batch[] memory batches) {
        batches = new I.Batch[](k);
        uint256 root = exchange.stateRoot();
        for (uint256 i = 0; i < k; ++i) {
            uint256[] memory words = tradeWords(exchange.batchNumber() + i, trades);
            batches[i] = batch(root, root + 1, block.timestamp, 777, words);
            root += 1;
        }
    }

    function one(I.Batch memory b) internal pure returns (I.Batch[] memory batches) {
        batches = new I.Batch[](1);
        batches[0] = b;
    }

    /// @dev One batch of the given words on a fresh report.
    function submitWords(uint256[] memory words) internal {
        uint256 root = exchange.stateRoot();
        submit(one(batch(root, root + 1, block.timestamp, 777, words)), one(report(block.timestamp, 30_000_000)));
    }

    function submit(I.Batch[] memory batches, I.OracleReport[] memory reports) internal {
        vm.prank(SEQUENCER, SEQUENCER);
        exchange.submit(SHAPE, batches, reports);
    }

    function refuse(bytes memory reason, I.Batch[] memory batches, I.OracleReport[] memory reports) internal {
        vm.expectRevert(reason);
        submit(batches, reports);
    }

    function refuseWords(bytes memory reason, uint256[] memory words) internal {
        uint256 root = exchange.stateRoot();
        I.Batch[] memory batches = one(batch(root, root + 1, block.timestamp, 777, words));
        I.OracleReport[] memory reports = one(report(block.timestamp, 30_000_000));
        refuse(reason, batches, reports);
    }
}
