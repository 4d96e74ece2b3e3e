import { expect, test } from 'vitest';
import { type DeployConfig, type DeployerWallet, deployExchange, shapeArgument } from '../../contracts/deploy.ts';
import type { VerificationKey } from '../../prover/prove/groth16.ts';
import { SimulatedProver } from '../differential/simulatedProver.ts';

const sound: VerificationKey = new SimulatedProver('sound').verificationKey;
const noSecondPhase: VerificationKey = { ...sound, vk_delta_2: sound.vk_gamma_2 };

test('a sound key becomes an argument', () => {
  expect(shapeArgument(3, sound)).toMatchObject({ id: 3, key: { alpha: sound.vk_alpha_1.slice(0, 2).map(BigInt) } });
});

test('a degenerate key is refused by name before anything is sent', async () => {
  const sent: string[] = [];
  const untouchable = new Proxy({}, { get: (_, name) => sent.push(String(name)) }) as DeployerWallet;
  const config = {
    token: null,
    timelock: { minDelaySec: 60n, proposers: [], executors: [] },
    shapes: [
      { id: 1, verificationKey: sound },
      { id: 2, verificationKey: noSecondPhase },
    ],
  } as unknown as DeployConfig;
  const deploying = deployExchange({
    walletClient: untouchable,
    publicClient: untouchable as never,
    artifacts: untouchable as never,
    config,
  });
  await expect(deploying).rejects.toMatchObject({
    code: 'SETUP_KEY_REFUSED',
    data: { source: 'shape 2', check: 'equal', point: 'gamma, delta' },
  });
  expect(sent).toEqual([]);
});
