import {
  isAwaitExpression,
  isBinaryExpression,
  isCallExpression,
  isForOfStatement,
  isIdentifier,
  isNumericLiteral,
  isParenthesizedExpression,
  isPropertyAccessExpression,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { type Checker, TypeFlags } from 'typescript/unstable/sync';
import { lineOf, nodesUnder, type ProgramFile, type SourceProgram } from './SourceProgram.ts';

export type CoreRule = 'clock' | 'randomness' | 'async' | 'float' | 'buffer' | 'surroundings';

export interface CoreFinding {
  readonly rule: CoreRule;
  readonly path: string;
  readonly line: number;
  /** The expression that breaks the rule, as written. */
  readonly text: string;
}

/** Names that no code of core says, whatever they would stand for. */
const FORBIDDEN_NAMES = new Map<string, CoreRule>([
  ...['Date', 'performance', 'Temporal', 'setTimeout', 'setInterval', 'setImmediate'].map(
    (name) => [name, 'clock'] as const,
  ),
  ...['random', 'randomBytes', 'randomInt', 'randomUUID', 'getRandomValues', 'crypto'].map(
    (name) => [name, 'randomness'] as const,
  ),
  ...['Promise', 'queueMicrotask', 'AsyncIterable', 'AsyncGenerator', 'Atomics', 'Worker'].map(
    (name) => [name, 'async'] as const,
  ),
  ...['Float32Array', 'Float64Array', 'parseFloat', 'toFixed', 'toPrecision', 'EPSILON', 'MIN_VALUE'].map(
    (name) => [name, 'float'] as const,
  ),
  ...['getFloat32', 'getFloat64', 'setFloat32', 'setFloat64'].map((name) => [name, 'float'] as const),
  ...['Buffer', 'SharedArrayBuffer'].map((name) => [name, 'buffer'] as const),
  ...['process', 'console', 'globalThis', 'fetch', 'require', 'eval', 'Function'].map(
    (name) => [name, 'surroundings'] as const,
  ),
]);

/** The functions of Math that give integers for integers; all others round somewhere. */
const INTEGER_MATH = new Set(['abs', 'min', 'max', 'floor', 'ceil', 'trunc', 'round', 'sign', 'clz32', 'imul']);
/** What makes an integer of a quotient. Of operands below 2^53 the floor is exact: core/units says when that holds. */
const ROUNDING = new Set(['floor', 'ceil', 'trunc', 'round']);

const mathFunction = (node: Node): string | null =>
  isPropertyAccessExpression(node) && isIdentifier(node.expression) && node.expression.text === 'Math'
    ? node.name.text
    : null;

const isRounded = (quotient: Node): boolean => {
  let at = quotient.parent;
  while (isParenthesizedExpression(at)) at = at.parent;
  return isCallExpression(at) && ROUNDING.has(mathFunction(at.expression) ?? '');
};

const isDivision = (node: Node): boolean =>
  isBinaryExpression(node) &&
  (node.operatorToken.kind === SyntaxKind.SlashToken || node.operatorToken.kind === SyntaxKind.SlashEqualsToken);

const isBigint = (checker: Checker, node: Node): boolean =>
  ((checker.getTypeAtLocation(node)?.flags ?? 0) & TypeFlags.BigIntLike) !== 0;

const isAsync = (node: Node): boolean =>
  node.kind === SyntaxKind.AsyncKeyword ||
  isAwaitExpression(node) ||
  (isForOfStatement(node) && node.awaitModifier !== undefined);

const brokenRule = (node: Node, checker: Checker): CoreRule | null => {
  if (isIdentifier(node)) return FORBIDDEN_NAMES.get(node.text) ?? null;
  if (isAsync(node)) return 'async';
  if (isNumericLiteral(node)) return Number.isInteger(Number(node.text)) ? null : 'float';
  const called = mathFunction(node);
  if (called !== null) return INTEGER_MATH.has(called) || FORBIDDEN_NAMES.has(called) ? null : 'float';
  if (isBinaryExpression(node) && isDivision(node)) {
    return isRounded(node) || isBigint(checker, node.left) ? null : 'float';
  }
  return null;
};

const ruleOfFile = ({ path, tree }: ProgramFile, checker: Checker): CoreFinding[] => {
  const findings: CoreFinding[] = [];
  for (const node of nodesUnder(tree)) {
    const rule = brokenRule(node, checker);
    if (rule === null) continue;
    const start = node.getStart(tree);
    findings.push({ rule, path, line: lineOf(tree, start), text: node.getText(tree) });
  }
  return findings;
};

/**
 * What core must not have: it is replayed by node, prover, watcher and browsers, which must agree to the bit.
 * `isCore` says which of the program's files are meant.
 */
export const coreFindings = (program: SourceProgram, isCore: (path: string) => boolean): CoreFinding[] =>
  program.files.filter(({ path }) => isCore(path)).flatMap((file) => ruleOfFile(file, program.checker));
