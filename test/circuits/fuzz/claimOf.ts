import { decodeRows } from '../../../node/core/codec/words.ts';
import { FIELD_PRIME } from '../../../node/core/crypto/hasher.ts';
import { applyRows } from '../../../node/core/ledger/applyRows.ts';
import type { BatchAuthorisations, BatchRows, Signature } from '../../../node/core/protocol/rows.ts';
import type { Cryptography } from '../../../node/crypto/cryptography.ts';
import type { CircuitInput, InputValue } from '../../../prover/witness/circuitInput.ts';
import { type BatchSpec, DOMAIN, stateBefore } from '../fixtures.ts';
import type { LyingCircuit } from '../lying/LyingCircuit.ts';
import type { Values } from '../R1cs.ts';
import { FUZZ_PRESET } from './settleDraft.ts';

const at = (input: CircuitInput, name: string, ...path: readonly number[]): bigint => {
  const found = path.reduce<InputValue | undefined>(
    (value, i) => (typeof value === 'object' ? value[i] : undefined),
    input[name],
  );
  return typeof found === 'bigint' ? found : 0n;
};

const signed = (value: bigint): bigint => {
  const reduced = ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;
  return reduced > FIELD_PRIME / 2n ? reduced - FIELD_PRIME : reduced;
};

const signatureAt = (input: CircuitInput, name: string, row: number): Signature => ({
  rX: at(input, name, row, 2),
  rY: at(input, name, row, 3),
  s: at(input, name, row, 4),
});

/** The messages that the witness brings for the rows. */
const authorisationsOf = (input: CircuitInput, rows: BatchRows): BatchAuthorisations => ({
  withdrawals: rows.withdrawals.map(({ account, nonce, amount }, i) => ({
    intent: { account, nonce, amount, expirySec: Number(at(input, 'withdrawalExpiry', i)) },
    signature: signatureAt(input, 'withdrawalSignature', i),
  })),
  trades: rows.trades.map(({ account, nonce, legs, liquidation }, i) =>
    liquidation
      ? null
      : {
          intent: {
            account,
            nonce,
            legs,
            expirySec: Number(at(input, 'tradeTerms', i, 0)),
            maxLots: Number(at(input, 'tradeTerms', i, 1)),
            maxFeePerLot: Number(at(input, 'tradeTerms', i, 2)),
            limit: signed(at(input, 'tradeTerms', i, 3)),
            flags: Number(at(input, 'tradeTerms', i, 4)),
          },
          signature: signatureAt(input, 'tradeSignature', i),
        },
  ),
});

/** Words of the live rows, as L1 is told them. */
const wordsOf = (circuit: LyingCircuit, values: Values): bigint[] => {
  const words: bigint[] = [];
  for (let i = 0; circuit.names.has(`main.data.word[${i}]`); i++) {
    if (values.at(circuit.names.number(`main.data.live[${i}]`)) === 1n) {
      words.push(values.at(circuit.names.number(`main.data.word[${i}]`)) ?? 0n);
    }
  }
  return words;
};

/**
 * Why a batch that the constraints accept must not be: core refuses the words that it shows L1, or leaves another state. The
 * state before and the risk table are what L1 holds. Undefined if core says the same.
 */
export const falseClaim = async (
  { hasher, verifier }: Cryptography,
  circuit: LyingCircuit,
  spec: BatchSpec,
  input: CircuitInput,
  values: Values,
): Promise<string | undefined> => {
  try {
    const rows = decodeRows(wordsOf(circuit, values));
    const transition = applyRows(
      { hasher, verifier, domain: DOMAIN, deployment: FUZZ_PRESET },
      stateBefore(hasher, spec),
      {
        rows,
        timeSec: Number(at(input, 'time')),
        riskTable: spec.table,
        authorisations: authorisationsOf(input, rows),
      },
    );
    return transition.stateRootAfter === at(input, 'stateRootAfter') ? undefined : 'another state than core leaves';
  } catch (error) {
    return `core refuses its words: ${error instanceof Error ? error.message : error}`;
  }
};
