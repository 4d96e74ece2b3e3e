import {
  isArrowFunction,
  isCallExpression,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isIdentifier,
  isMethodDeclaration,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isPropertyDeclaration,
  isSetAccessorDeclaration,
  isStringLiteral,
  isVariableDeclaration,
  type Node,
} from 'typescript/unstable/ast';
import { lineOf, nodesUnder, type ProgramFile } from './SourceProgram.ts';

export interface FunctionLength {
  /** file#name; of what has no name, the name of what holds it, or a test's title. */
  readonly name: string;
  readonly lines: number;
}

const isFunction = (node: Node): boolean =>
  isFunctionDeclaration(node) ||
  isFunctionExpression(node) ||
  isArrowFunction(node) ||
  isMethodDeclaration(node) ||
  isConstructorDeclaration(node) ||
  isGetAccessorDeclaration(node) ||
  isSetAccessorDeclaration(node);

/** `describe.skipIf(…)(…)` too. */
const calledName = (callee: Node): string => {
  if (isIdentifier(callee)) return callee.text;
  if (isPropertyAccessExpression(callee) || isCallExpression(callee)) return calledName(callee.expression);
  return '';
};

/** A group of tests is a section of its file and no function that anybody reads as one. */
const isTestGroup = (node: Node): boolean =>
  isCallExpression(node.parent) && calledName(node.parent.expression) === 'describe';

const textOf = (name: Node): string => (isIdentifier(name) || isStringLiteral(name) ? name.text : name.getText());

const nameOf = (node: Node): string => {
  if (isConstructorDeclaration(node)) return `${nameOf(node.parent)}.constructor`;
  for (let at = node; at !== undefined; at = at.parent) {
    if ('name' in at && at.name !== undefined) {
      const named =
        isFunction(at) || isVariableDeclaration(at) || isPropertyAssignment(at) || isPropertyDeclaration(at);
      if (named || at === node) return textOf(at.name as Node);
    }
    if (isCallExpression(at)) {
      const [title] = at.arguments;
      if (title !== undefined && isStringLiteral(title)) return title.text;
    }
  }
  return 'module';
};

/** Every function's length in lines, from its first token to its last, comments inside counted. */
export const functionLengths = (files: readonly ProgramFile[]): FunctionLength[] => {
  const lengths: FunctionLength[] = [];
  for (const { path, tree } of files) {
    for (const node of nodesUnder(tree)) {
      if (!isFunction(node) || isTestGroup(node)) continue;
      const lines = lineOf(tree, node.getEnd()) - lineOf(tree, node.getStart(tree)) + 1;
      lengths.push({ name: `${path}#${nameOf(node)}`, lines });
    }
  }
  return lengths;
};
