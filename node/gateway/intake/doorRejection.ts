import type { Rejection } from '../../core/machine/rejections.ts';

/** A user's mistake: the machine's table, and 9xx for what only the door can see. */
export interface DoorRejection {
  readonly code: number;
  readonly name: Rejection['name'] | 'BAD_SIGNATURE';
  readonly message: string;
}

export const BAD_SIGNATURE: DoorRejection = Object.freeze({
  code: 901,
  name: 'BAD_SIGNATURE',
  message: "The signature is not one of the account's trading key over this message; check domain, key and fields.",
});
