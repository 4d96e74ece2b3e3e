import { encodeAbiParameters, encodeEventTopics, type Hex } from 'viem';
import { straddleExchangeAbi } from '../../../contracts/abi/straddleExchange.ts';

/** An event as the contract emits it. */
export interface EmittedLog {
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

type ExchangeEvent = Extract<(typeof straddleExchangeAbi)[number], { type: 'event' }>;

export const emitted = (eventName: ExchangeEvent['name'], args: Readonly<Record<string, unknown>>): EmittedLog => {
  const item = straddleExchangeAbi.find((one) => one.type === 'event' && one.name === eventName) as ExchangeEvent;
  const inputs = item.inputs.filter((input) => !('indexed' in input && input.indexed));
  return {
    topics: encodeEventTopics({ abi: [item], eventName, args } as never) as Hex[],
    data: encodeAbiParameters(inputs as never, inputs.map(({ name }) => args[name]) as never),
  };
};
