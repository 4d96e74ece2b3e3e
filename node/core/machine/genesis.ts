import { deploymentHash } from '../codec/deploymentHash.ts';
import type { Deployment } from '../protocol/deployment.ts';
import type { Entry } from '../protocol/entry.ts';
import { GENESIS_PARAMETERS, type Genesis, PROTOCOL_VERSION } from '../protocol/genesis.ts';
import { GenesisError } from './GenesisError.ts';

/** What whoever begins a log chooses. */
export interface Parameters
  extends Pick<Genesis, 'chainId' | 'exchange' | 'makerFeePpm' | 'takerFeePpm' | 'reportMaxAgeSec'> {
  readonly deployment: Deployment;
}

/** The genesis entry's content for a log that begins now. */
export const makeGenesis = ({ deployment, ...parameters }: Parameters): Genesis => ({
  protocolVersion: PROTOCOL_VERSION,
  ...parameters,
  deployment: deployment.name,
  deploymentHash: deploymentHash(deployment),
});

/** What a log's entry 0 says. @throws GenesisError GENESIS_MISPLACED when it is no genesis entry */
export function genesisOf(first: Entry): Genesis {
  if (first.type === 'genesis') return first.genesis;
  const message = `the log begins with an entry of type ${first.type}, not with a genesis entry; it is of another version or damaged: give the node an empty data directory, or restore the log from a copy`;
  throw new GenesisError('GENESIS_MISPLACED', message, { type: first.type });
}

/** @throws GenesisError GENESIS_DIFFERS naming every parameter with both values */
export function requireSameGenesis(log: Genesis, configured: Genesis): void {
  const differing = GENESIS_PARAMETERS.filter((name) => log[name] !== configured[name]);
  if (differing.length === 0) return;
  const said = differing.map(
    (name) => `${name} is ${log[name]} in the log and ${configured[name]} in the configuration`,
  );
  const message = `the configuration is not this log's: ${said.join('; ')}. They are fixed for a log's life: mend the configuration, or begin an exchange of its own with an empty data directory`;
  const values = differing.map((name) => [name, { log: `${log[name]}`, configured: `${configured[name]}` }]);
  throw new GenesisError('GENESIS_DIFFERS', message, Object.fromEntries(values));
}

/** The deployment that a genesis means, of those that this program knows. @throws GenesisError GENESIS_UNKNOWN */
export function deploymentOf(genesis: Genesis, known: readonly Deployment[]): Deployment {
  const { protocolVersion: version, deployment, deploymentHash: hash } = genesis;
  if (version !== PROTOCOL_VERSION) {
    const message = `the log is of protocol version ${version}, this program of ${PROTOCOL_VERSION}: run the log's own release`;
    throw new GenesisError('GENESIS_UNKNOWN', message, { version, known: PROTOCOL_VERSION });
  }
  const found = known.find((one) => deploymentHash(one) === hash);
  if (found !== undefined) return found;
  const message = `the log is of deployment ${deployment} with hash ${hash}, which this program does not know: run the log's own release`;
  throw new GenesisError('GENESIS_UNKNOWN', message, {
    deployment,
    hash: `${hash}`,
    known: known.map(({ name }) => name),
  });
}
