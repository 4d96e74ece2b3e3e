import { WIDTH } from '../protocol/widths.ts';
import { fitsUnsigned } from '../units/bounds.ts';
import { isUint } from './checkIntent.ts';
import type { Exchange } from './exchange.ts';
import type { RejectionName } from './rejections.ts';

/** Begins an epoch: from here on, who holds this key speaks for the log. Epochs count 1, 2, 3.. */
export function applyEpoch(exchange: Exchange, epoch: number, nodeKey: bigint): RejectionName | null {
  if (!isUint(epoch, 32) || epoch !== exchange.epoch + 1) return 'EPOCH_OUT_OF_ORDER';
  if (nodeKey === 0n || !fitsUnsigned(nodeKey, WIDTH.owner)) return 'MALFORMED_EPOCH';
  exchange.epoch = epoch;
  exchange.nodeKey = nodeKey;
  return null;
}
