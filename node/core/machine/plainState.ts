import type { Genesis } from '../protocol/genesis.ts';
import type { Instrument } from '../protocol/instrument.ts';
import type { RiskRow } from '../protocol/riskRow.ts';
import type { L1Op, Leg, Signature, SignedIntent, SignedWithdrawIntent } from '../protocol/rows.ts';

/**
 * What entries brought into the state, with its fields in one order: an entry from the door and the same entry read back
 * from the log are equal, but need not name their fields alike, and equal states are to give equal snapshots.
 */
export const plainInstrument = ({ instrument, kind, expirySec, strike }: Instrument): Instrument => ({
  instrument,
  kind,
  expirySec,
  strike,
});

export const plainGenesis = (genesis: Genesis): Genesis => ({
  protocolVersion: genesis.protocolVersion,
  chainId: genesis.chainId,
  exchange: genesis.exchange,
  deployment: genesis.deployment,
  deploymentHash: genesis.deploymentHash,
  makerFeePpm: genesis.makerFeePpm,
  takerFeePpm: genesis.takerFeePpm,
  reportMaxAgeSec: genesis.reportMaxAgeSec,
});

export const plainOp = ({ kind, account, amount, owner, keyX, keyY }: L1Op): L1Op => ({
  kind,
  account,
  amount,
  owner,
  keyX,
  keyY,
});

export const plainRiskRow = ({ instrument, status, shortCharge, values }: RiskRow): RiskRow => ({
  instrument,
  status,
  shortCharge,
  values,
});

export const plainLegs = (legs: readonly Leg[]): Leg[] => legs.map(({ instrument, ratio }) => ({ instrument, ratio }));

const plainSignature = ({ rX, rY, s }: Signature): Signature => ({ rX, rY, s });

export function plainSigned({ intent, signature }: SignedIntent): SignedIntent {
  const { account, nonce, expirySec, maxLots, maxFeePerLot, limit, flags, legs } = intent;
  const fields = { account, nonce, expirySec, maxLots, maxFeePerLot, limit, flags };
  return { intent: { ...fields, legs: plainLegs(legs) }, signature: plainSignature(signature) };
}

export function plainSignedWithdraw({ intent, signature }: SignedWithdrawIntent): SignedWithdrawIntent {
  const { account, nonce, expirySec, amount } = intent;
  return { intent: { account, nonce, expirySec, amount }, signature: plainSignature(signature) };
}
