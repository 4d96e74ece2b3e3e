import { serveMutants } from '../../mutation/serveMutants.ts';
import type { ContractOperator } from './ContractMutant.ts';
import { MutantJudge } from './MutantJudge.ts';

const judge = await MutantJudge.create();
process.on('disconnect', async () => {
  await judge.close();
  process.exit(0);
});
serveMutants<ContractOperator>((mutant) => judge.judge(mutant));
