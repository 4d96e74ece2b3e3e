import { getAddress, hexToBytes, keccak256, toHex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { stateDomain } from '../../../node/core/ledger/domain.ts';
import { DEVELOPMENT_PRESET, STANDARD_PRESET } from '../../../node/core/protocol/presets.ts';
import type { ContractBounds } from '../chain/contractState.ts';

/** What all worlds have in common. Seconds, milliseconds and blocks as in a deployment, but that waits are short. */

const addressOf = (name: string) => getAddress(keccak256(toHex(name)).slice(0, 42));

export const START_SEC = 1_800_000_000;
export const CHAIN_ID = 31_337;
export const EXCHANGE = addressOf('exchange');
export const TOKEN = addressOf('token');
export const GOVERNANCE = addressOf('governance');
export const DOMAIN = stateDomain(BigInt(CHAIN_ID), BigInt(EXCHANGE));

export const HEAD_DOMAIN = { chainId: BigInt(CHAIN_ID), exchange: BigInt(EXCHANGE) };
/** Signs heads, and is the account on L1. */
export const NODE_SECRET = hexToBytes(keccak256(toHex('node key')));
export const SEQUENCER = privateKeyToAddress(keccak256(toHex('node key')));
export const NODE_KEY = BigInt(SEQUENCER);

export const CONFIRMATIONS = 6;
export const BLOCK_SEC = 12;
export const CADENCE_SEC = 20;
export const REPORT_MAX_AGE_SEC = 60;
export const MAX_PAUSE_SEC = 600;
export const DEPOSIT = 20_000_000_000n;

export const PRESETS = [DEVELOPMENT_PRESET, STANDARD_PRESET] as const;

export const BOUNDS: ContractBounds = {
  provingLagSec: 3_600,
  forcedDeadlineSec: 86_400,
  maxReportAgeSec: REPORT_MAX_AGE_SEC,
  maxPauseSec: MAX_PAUSE_SEC,
  price: { basePpm: 60_000n, ppmPerSec: 150n, ceilingPpm: 400_000n },
};

/** What reports and batches went by before, in worlds that begin within the notice of a change. */
export const EARLIER_BOUNDS: ContractBounds = {
  ...BOUNDS,
  provingLagSec: 2_700,
  price: { basePpm: 45_000n, ppmPerSec: 200n, ceilingPpm: 300_000n },
};
