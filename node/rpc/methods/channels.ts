import { z } from 'zod';
import { defineMethod } from '../method.ts';

export const MAX_CHANNELS = 256;

const channels = z.array(z.string().max(32)).min(1).max(MAX_CHANNELS);

/** Both answer all channels of the connection. */
export const subscribe = defineMethod({
  name: 'subscribe',
  params: z.strictObject({ channels }),
  result: z.array(z.string()),
  errors: ['TOO_MANY_SUBSCRIPTIONS'],
});

export const unsubscribe = defineMethod({
  name: 'unsubscribe',
  params: z.strictObject({ channels }),
  result: z.array(z.string()),
});
