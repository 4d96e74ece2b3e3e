import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Anvil, startAnvil } from './anvilProcess.ts';
import { connectL1, type DevnetL1 } from './l1Wallet.ts';

let directory: string;
let anvil: Anvil;
let l1: DevnetL1;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-wallet-'));
  anvil = await startAnvil(join(directory, 'anvil.log'));
  l1 = await connectL1(anvil.rpcUrl);
});
afterAll(async () => {
  await anvil.child.stop();
  await rm(directory, { recursive: true, force: true });
});

it('confirms what is mined, and says of what reverted what it was', async () => {
  const { address, wallet } = await l1.createWallet();
  await l1.confirm(await wallet.sendTransaction({ to: address, value: 1n }), 'a payment');
  // PUSH0 PUSH0 REVERT; with gas of its own, nobody asks beforehand whether it will pass.
  const hash = await wallet.sendTransaction({ data: '0x5f5ffd', gas: 100_000n });
  await expect(l1.confirm(hash, 'the creation of a contract')).rejects.toMatchObject({
    code: 'DEVNET_CHECK_FAILED',
    message: expect.stringContaining('the creation of a contract reverted'),
    data: { hash },
  });
});
