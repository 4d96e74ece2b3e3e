import { makeGenesis, type Parameters } from '../../node/core/machine/genesis.ts';
import type { MachineRules } from '../../node/core/machine/machineRules.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import type { Genesis } from '../../node/core/protocol/genesis.ts';
import { tableFromBytes } from './tableText.ts';

/** A program that knows this deployment; its reports' inputs are tables as text (tableText.ts). */
export const testRules = (deployment: Deployment): MachineRules => ({
  deployments: [deployment],
  rebuildTable: () => tableFromBytes,
});

/** Entry 0 of a test's log: ordinary fees and report age, but for `changes`. */
export const testGenesis = (deployment: Deployment, changes: Partial<Omit<Parameters, 'deployment'>> = {}): Genesis =>
  makeGenesis({
    chainId: 31_337n,
    exchange: 0x5fbdb2315678afecb367f032d93f642f64180aa3n,
    makerFeePpm: 100,
    takerFeePpm: 300,
    reportMaxAgeSec: 600,
    ...changes,
    deployment,
  });
