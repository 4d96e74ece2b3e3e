import { type Address, type Hex, hashTypedData, recoverAddress } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { LogRecord } from '../log/logRecord.ts';

/** The sequencer's promise: this entry stands at this index (protocol, section 8). */
export interface Receipt {
  readonly index: number;
  readonly entryHash: bigint;
  readonly chainHash: bigint;
  readonly timeSec: number;
  /** EIP-712, 65 bytes. */
  readonly signature: Hex;
}

export interface ReceiptDomain {
  readonly chainId: number;
  readonly exchange: Address;
}

const RECEIPT_TYPES = {
  Receipt: [
    { name: 'index', type: 'uint64' },
    { name: 'entryHash', type: 'uint256' },
    { name: 'chainHash', type: 'uint256' },
    { name: 'timeSec', type: 'uint40' },
  ],
} as const;

const typedReceipt = (domain: ReceiptDomain, receipt: Omit<Receipt, 'signature'>) =>
  ({
    domain: { name: 'Straddle', version: '1', chainId: domain.chainId, verifyingContract: domain.exchange },
    types: RECEIPT_TYPES,
    primaryType: 'Receipt',
    message: {
      index: BigInt(receipt.index),
      entryHash: receipt.entryHash,
      chainHash: receipt.chainHash,
      timeSec: receipt.timeSec,
    },
  }) as const;

/** The same record always gives the same signature (RFC 6979), so a receipt can be asked for again. */
export const signReceipt = async (
  signer: PrivateKeyAccount,
  domain: ReceiptDomain,
  record: Pick<LogRecord, 'index' | 'entryHash' | 'chainHash' | 'timeSec'>,
): Promise<Receipt> => {
  const { index, entryHash, chainHash, timeSec } = record;
  const unsigned = { index, entryHash, chainHash, timeSec };
  return { ...unsigned, signature: await signer.signTypedData(typedReceipt(domain, unsigned)) };
};

/** Who signed a receipt. */
export const receiptSigner = (domain: ReceiptDomain, receipt: Receipt): Promise<Address> =>
  recoverAddress({ hash: hashTypedData(typedReceipt(domain, receipt)), signature: receipt.signature });
