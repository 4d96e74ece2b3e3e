import { notification } from '../../rpc/frame.ts';
import { toJson } from '../../rpc/json.ts';
import type { FeedMessage } from '../feeds.ts';

const texts = new WeakMap<FeedMessage, string>();

/** A feed's message as JSON, written once however many connections it goes to. */
export const feedText = (message: FeedMessage): string => {
  const known = texts.get(message);
  if (known !== undefined) return known;
  const text = toJson(notification(message.channel, message.data));
  texts.set(message, text);
  return text;
};
