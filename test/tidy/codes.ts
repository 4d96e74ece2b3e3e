import {
  isAsExpression,
  isConditionalExpression,
  isIdentifier,
  isLiteralTypeNode,
  isNoSubstitutionTemplateLiteral,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isPropertyDeclaration,
  isSatisfiesExpression,
  isStringLiteral,
  isTypeAliasDeclaration,
  isUnionTypeNode,
  isVariableDeclaration,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { isTestCode } from './arrows.ts';
import { nodesUnder, type ProgramFile } from './SourceProgram.ts';

export interface DeclaredCode {
  readonly code: string;
  /** The files that declare it. */
  readonly paths: readonly string[];
}

/** Tables whose keys are codes. */
const TABLES: ReadonlySet<string> = new Set(['REJECTIONS', 'RPC_ERROR']);
const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

const literalCode = (node: Node): string[] =>
  (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) && CODE.test(node.text) ? [node.text] : [];

const ofUnion = (type: Node): string[] => {
  if (isUnionTypeNode(type)) return type.types.flatMap(ofUnion);
  return isLiteralTypeNode(type) ? literalCode(type.literal) : [];
};

const bare = (node: Node): Node => (isAsExpression(node) || isSatisfiesExpression(node) ? bare(node.expression) : node);

const ofTable = (value: Node): string[] => {
  const table = bare(value);
  if (!isObjectLiteralExpression(table)) return [];
  return table.properties.flatMap((property) =>
    isPropertyAssignment(property) && isIdentifier(property.name) ? [property.name.text] : [],
  );
};

const ofValue = (value: Node): string[] =>
  isConditionalExpression(value) ? [...ofValue(value.whenTrue), ...ofValue(value.whenFalse)] : literalCode(value);

const codesOf = (node: Node): string[] => {
  if (isTypeAliasDeclaration(node) && node.name.text.endsWith('Code')) return ofUnion(node.type);
  if (isVariableDeclaration(node) && isIdentifier(node.name) && TABLES.has(node.name.text)) {
    return node.initializer === undefined ? [] : ofTable(node.initializer);
  }
  if ((isPropertyDeclaration(node) || isPropertyAssignment(node)) && isIdentifier(node.name)) {
    if (node.initializer === undefined) return [];
    if (node.name.text === 'name') return ofValue(node.initializer).filter((name) => name.includes('_'));
    return node.name.text === 'code' ? ofValue(node.initializer) : [];
  }
  return [];
};

/** Every code that production code gives a failure: from `type …Code`, the tables, and literals that are a `code` or, in capitals, a `name`. */
export const declaredCodes = (files: readonly ProgramFile[]): DeclaredCode[] => {
  const found = new Map<string, Set<string>>();
  for (const { path, tree } of files) {
    if (isTestCode(path)) continue;
    for (const node of nodesUnder(tree)) {
      for (const code of codesOf(node)) found.set(code, (found.get(code) ?? new Set()).add(path));
    }
  }
  return [...found].map(([code, paths]) => ({ code, paths: [...paths] })).sort((a, b) => (a.code < b.code ? -1 : 1));
};

/** The texts that code says: literals, templates' parts, and names after a dot (`RPC_ERROR.BUSY`); no comment. */
const saidIn = (tree: Node): string[] => {
  const said: string[] = [];
  for (const node of nodesUnder(tree)) {
    if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) said.push(node.text);
    else if (node.kind === SyntaxKind.RegularExpressionLiteral || node.kind === SyntaxKind.TemplateHead) {
      said.push(node.getText());
    } else if (isIdentifier(node)) said.push(node.text);
  }
  return said;
};

const wordsOf = (texts: Iterable<string>): Set<string> => {
  const words = new Set<string>();
  for (const text of texts) for (const word of text.match(/[A-Z][A-Z0-9_]+/g) ?? []) words.add(word);
  return words;
};

/** Codes that no test says. */
export const unassertedCodes = (files: readonly ProgramFile[], codes: readonly DeclaredCode[]): string[] => {
  const tests = files.filter(({ path }) => isTestCode(path) && !path.startsWith('test/tidy'));
  const said = wordsOf(tests.flatMap(({ tree }) => saidIn(tree)));
  return codes.map(({ code }) => code).filter((code) => !said.has(code));
};

/** Codes that nothing can raise: no production code says them but in a type. `others` are sources in other languages. */
export const unraisedCodes = (
  files: readonly ProgramFile[],
  codes: readonly DeclaredCode[],
  others: readonly string[],
): string[] => {
  const texts: string[] = [...others];
  for (const { path, tree } of files) {
    if (isTestCode(path)) continue;
    for (const node of nodesUnder(tree)) {
      if (isStringLiteral(node) && !isLiteralTypeNode(node.parent)) texts.push(node.text);
      else if (isPropertyAssignment(node) && isIdentifier(node.name)) texts.push(node.name.text);
      else if (isPropertyAccessExpression(node)) texts.push(node.name.text);
    }
  }
  const said = wordsOf(texts);
  return codes.map(({ code }) => code).filter((code) => !said.has(code));
};

/** Codes that a document does not name. */
export const unexplainedCodes = (document: string, codes: readonly DeclaredCode[]): string[] => {
  const named = wordsOf([document]);
  return codes.map(({ code }) => code).filter((code) => !named.has(code));
};

/** Codes that a document names in backquotes and no production code says; settings (STRADDLE_*) are none. */
export const forgottenCodes = (document: string, files: readonly ProgramFile[]): string[] => {
  const production = files.filter(({ path }) => !isTestCode(path));
  const said = wordsOf(production.flatMap(({ tree }) => saidIn(tree)));
  const named = [...document.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)].map(([, code = '']) => code);
  return [...new Set(named)].filter((code) => !said.has(code) && !code.startsWith('STRADDLE_'));
};

interface RejectionTable {
  readonly [name: string]: readonly [number: number, advice: string];
}

/** The rows of a document's table of rejections, as the code has them: number, name, advice. */
export const rejectionRows = (rejections: RejectionTable): string[] =>
  Object.entries(rejections)
    .sort(([, [a]], [, [b]]) => a - b)
    .map(([name, [number, advice]]) => `| ${number} | \`${name}\` | ${advice} |`);
