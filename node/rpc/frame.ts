import { z } from 'zod';
import type { RpcError } from './rpcError.ts';

/** JSON-RPC 2.0's envelopes, with named parameters only. */

export type RequestId = string | number | null;

export const requestSchema = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string().max(64), z.number(), z.null()]).optional(),
  method: z.string().max(64),
  params: z.record(z.string(), z.unknown()).optional(),
});

const idSchema = z.union([z.string(), z.number(), z.null()]);

export const responseSchema = z.union([
  z.object({ jsonrpc: z.literal('2.0'), id: idSchema, result: z.unknown() }).refine((frame) => 'result' in frame),
  z.object({
    jsonrpc: z.literal('2.0'),
    id: idSchema,
    error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }),
  }),
]);

export const notificationSchema = z.object({
  jsonrpc: z.literal('2.0'),
  method: z.literal('subscription'),
  params: z.object({ channel: z.string(), data: z.unknown() }),
});

export const request = (id: number, method: string, params: unknown): object => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});

export type RpcResponse =
  | { readonly jsonrpc: '2.0'; readonly id: RequestId; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: RequestId; readonly error: object };

export const success = (id: RequestId, result: unknown): RpcResponse => ({ jsonrpc: '2.0', id, result });

export const failure = (id: RequestId, error: RpcError): RpcResponse => ({
  jsonrpc: '2.0',
  id,
  error: { code: error.number, message: error.message, data: error.data },
});

/** A message of a subscribed channel. */
export const notification = (channel: string, data: unknown): object => ({
  jsonrpc: '2.0',
  method: 'subscription',
  params: { channel, data },
});
