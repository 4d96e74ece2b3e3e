import { serveMutants } from '../../mutation/serveMutants.ts';
import type { Operator } from './Mutant.ts';
import { MutantJudge } from './MutantJudge.ts';

const judge = await MutantJudge.create();
serveMutants<Operator>((mutant) => judge.judge(mutant));
