import { type Hex, hashTypedData, hexToBytes, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { createDigestSigner, createJavaScriptDigestSigner } from '../../crypto/headSignature.ts';
import type { Head, Receipt } from './head.ts';
import { headDigest } from './headDigest.ts';
import { buildHeadTree, headDepth, type Leaf, leafHash, rootOf } from './headTree.ts';
import { headSigner, receiptSigner } from './receiptSigner.ts';

const EXCHANGE = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const DOMAIN = { chainId: 31_337n, exchange: BigInt(EXCHANGE) };
const KEY: Hex = `0x${'07'.repeat(32)}`;
const ADDRESS = BigInt(privateKeyToAccount(KEY).address);
const sign = createDigestSigner(hexToBytes(KEY));

const leavesFrom = (first: number, count: number): Leaf[] =>
  Array.from({ length: count }, (_, at) => ({
    index: first + at,
    entryHash: 1000n + BigInt(first + at),
    chainHash: (1n << 250n) + BigInt(first + at),
  }));

const group = (first: number, count: number) => {
  const leaves = leavesFrom(first, count);
  const tree = buildHeadTree(leaves);
  const last = first + count - 1;
  const head: Head = { epoch: 1, first, last, root: tree.root, chainHash: 5n, timeSec: 1_700_000_000 };
  const signed = { ...head, signature: sign(headDigest(DOMAIN, head)) };
  const receipts = leaves.map((leaf, at): Receipt => ({ ...leaf, path: tree.path(at), head: signed }));
  return { leaves, tree, head: signed, receipts };
};

/** The receipt at this position of a group of five from index 40. */
const receiptAt = (position: number): Receipt => {
  const receipt = group(40, 5).receipts[position];
  if (receipt === undefined) throw new Error('no such receipt');
  return receipt;
};

test('the digest is EIP-712, as viem computes it', () => {
  const { head } = group(7, 3);
  const typed = hashTypedData({
    domain: { name: 'Straddle', version: '1', chainId: 31_337, verifyingContract: EXCHANGE },
    primaryType: 'Head',
    types: {
      Head: [
        { name: 'epoch', type: 'uint32' },
        { name: 'first', type: 'uint64' },
        { name: 'last', type: 'uint64' },
        { name: 'root', type: 'bytes32' },
        { name: 'chainHash', type: 'uint256' },
        { name: 'timeSec', type: 'uint40' },
      ],
    },
    message: {
      epoch: head.epoch,
      first: BigInt(head.first),
      last: BigInt(head.last),
      root: toHex(head.root),
      chainHash: head.chainHash,
      timeSec: head.timeSec,
    },
  });
  expect(toHex(headDigest(DOMAIN, head))).toBe(typed);
});

test('both signers give the same bytes, low in s, that name the key', () => {
  const inJavaScript = createJavaScriptDigestSigner(hexToBytes(KEY));
  for (let first = 0; first < 20; first++) {
    const { head } = group(first, 1);
    expect(toHex(inJavaScript(headDigest(DOMAIN, head)))).toBe(toHex(head.signature));
    expect(headSigner(DOMAIN, head)).toBe(ADDRESS);
  }
});

test('every entry of a group has a receipt, whatever its size', () => {
  for (const count of [1, 2, 3, 4, 5, 7, 8, 9, 31, 33]) {
    const { receipts } = group(1000 + count, count);
    expect(receipts.map((receipt) => receiptSigner(DOMAIN, receipt))).toEqual(Array(count).fill(ADDRESS));
    expect(receipts.map(({ path }) => path.length)).toEqual(Array(count).fill(headDepth(count)));
  }
});

test('the depth of a group', () => {
  expect([1, 2, 3, 4, 5, 8, 9, 256, 257, 65_536].map(headDepth)).toEqual([0, 1, 2, 2, 3, 3, 4, 8, 9, 16]);
});

describe('promises nothing', () => {
  const flip = (bytes: Uint8Array, at = 0): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  /** The other signature of the same digest that ecrecover takes. */
  const highS = (signature: Uint8Array): Uint8Array => {
    const s = N - BigInt(toHex(signature.subarray(32, 64)));
    const v = (signature[64] ?? 0) === 27 ? 28 : 27;
    return hexToBytes(`${toHex(signature.subarray(0, 32))}${s.toString(16).padStart(64, '0')}${v.toString(16)}`);
  };
  const changes: [string, (receipt: Receipt) => Receipt][] = [
    ['another index', (receipt) => ({ ...receipt, index: receipt.index + 1 })],
    ['an index before the head', (receipt) => ({ ...receipt, index: 39 })],
    ['an index behind the head', (receipt) => ({ ...receipt, index: 45 })],
    ['no index', (receipt) => ({ ...receipt, index: 41.5 })],
    ['another entry', (receipt) => ({ ...receipt, entryHash: receipt.entryHash + 1n })],
    ['an entry hash that wraps', (receipt) => ({ ...receipt, entryHash: receipt.entryHash + (1n << 256n) })],
    ['a negative entry hash', (receipt) => ({ ...receipt, entryHash: receipt.entryHash - (1n << 256n) })],
    ['another chain', (receipt) => ({ ...receipt, chainHash: receipt.chainHash + 1n })],
    ['a sibling changed', (receipt) => ({ ...receipt, path: receipt.path.map((node) => flip(node)) })],
    ['siblings in another order', (receipt) => ({ ...receipt, path: receipt.path.toReversed() })],
    ['a sibling left out', (receipt) => ({ ...receipt, path: receipt.path.slice(1) })],
    ['a sibling more', (receipt) => ({ ...receipt, path: [...receipt.path, new Uint8Array(32)] })],
    ['a sibling cut short', (receipt) => ({ ...receipt, path: receipt.path.map((node) => node.subarray(1)) })],
    ['a root changed', ({ head, ...rest }) => ({ ...rest, head: { ...head, root: flip(head.root) } })],
    ['a root cut short', ({ head, ...rest }) => ({ ...rest, head: { ...head, root: head.root.subarray(1) } })],
    ['a group without an end', ({ head, ...rest }) => ({ ...rest, head: { ...head, last: 2 ** 52 } })],
    ['s high', ({ head, ...rest }) => ({ ...rest, head: { ...head, signature: highS(head.signature) } })],
    ['v 0', ({ head, ...rest }) => ({ ...rest, head: { ...head, signature: head.signature.with(64, 0) } })],
    ['no signature', ({ head, ...rest }) => ({ ...rest, head: { ...head, signature: new Uint8Array(0) } })],
    [
      'a signature of zeros',
      ({ head, ...rest }) => ({ ...rest, head: { ...head, signature: new Uint8Array(65).with(64, 27) } }),
    ],
  ];
  test.each(changes)('with %s', (_what, change) => {
    expect(receiptSigner(DOMAIN, change(receiptAt(1)))).toBeNull();
  });

  const resigned: [string, (receipt: Receipt) => Receipt][] = [
    ['another epoch', ({ head, ...rest }) => ({ ...rest, head: { ...head, epoch: head.epoch + 1 } })],
    ['another time', ({ head, ...rest }) => ({ ...rest, head: { ...head, timeSec: head.timeSec + 1 } })],
    ['another chain in the head', ({ head, ...rest }) => ({ ...rest, head: { ...head, chainHash: 6n } })],
  ];
  test.each(resigned)('of the node with %s', (_what, change) => {
    expect(receiptSigner(DOMAIN, change(receiptAt(1)))).not.toBe(ADDRESS);
  });

  test('of the node on another chain', () => {
    expect(receiptSigner({ ...DOMAIN, chainId: 1n }, receiptAt(1))).not.toBe(ADDRESS);
  });
});

test('a node is no leaf, and padding is no entry', () => {
  const { tree, leaves, head } = group(40, 5);
  // The padding beside the last leaf: nothing hashes to zero, so a leaf at its place leads elsewhere.
  expect(tree.path(4)[0]).toEqual(new Uint8Array(32));
  const beyond = { index: 45, entryHash: 0n, chainHash: 0n };
  expect(rootOf(beyond, 5, [leafHash(leaves[4] as Leaf), ...tree.path(4).slice(1)])).not.toEqual(head.root);
  // An inner node taken for an entry has a path that is too short.
  const [left = new Uint8Array(), right = new Uint8Array()] = [leaves[0], leaves[1]].map((leaf) =>
    leafHash(leaf as Leaf),
  );
  const asLeaf = { index: 40, entryHash: BigInt(toHex(left)), chainHash: BigInt(toHex(right)) };
  expect(receiptSigner(DOMAIN, { ...asLeaf, path: tree.path(0).slice(1), head })).toBeNull();
});
