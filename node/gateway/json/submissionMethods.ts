import { handle, type RpcHandler } from '../../rpc/handler.ts';
import type { GivenParams, GivenResult } from '../../rpc/method.ts';
import { cancel, cancelAll, massQuote, submitIntent, withdraw } from '../../rpc/methods/submission.ts';
import type { Intake, Outcome } from '../intake/intake.ts';
import type { Submission } from '../intake/submission.ts';
import { toRpcError } from '../toRpcError.ts';

const toSigned = ({ signature, ...intent }: GivenParams<typeof submitIntent>) => ({ intent, signature });

/** The intake's JSON door. */
export const submissionMethods = (intake: Intake): readonly RpcHandler<unknown>[] => {
  const enter = async (submission: Submission): Promise<Outcome> => {
    try {
      return await intake.submit(submission);
    } catch (error) {
      throw toRpcError(error);
    }
  };
  const enterOne = async (submission: Submission): Promise<GivenResult<typeof submitIntent>> => {
    const { receipt, parts } = await enter(submission);
    const [part] = parts;
    if (part === undefined) throw new Error('assertion: a submission without an outcome');
    return { receipt, ...part };
  };
  return [
    handle(submitIntent, (params) => enterOne({ type: 'intent', signed: toSigned(params) })),
    handle(massQuote, async ({ quotes }) => {
      const { receipt, parts } = await enter({ type: 'massQuote', quotes: quotes.map(toSigned) });
      return { receipt, results: parts };
    }),
    handle(cancel, (params) => enterOne({ type: 'cancel', ...params })),
    handle(cancelAll, (params) => enterOne({ type: 'cancelAll', ...params })),
    handle(withdraw, ({ signature, ...intent }) => enterOne({ type: 'withdraw', signed: { intent, signature } })),
  ];
};
