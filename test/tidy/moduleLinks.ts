import { dirname, join } from 'node:path';
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNamedExports,
  isNamedImports,
  isNamespaceImport,
  isStringLiteral,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { nodesUnder, type ProgramFile } from './SourceProgram.ts';

export interface ModuleLink {
  readonly from: string;
  /** A file by its path from the root, or a package's specifier as written. */
  readonly to: string;
  /** The names that are taken from it; null: all of them may be. */
  readonly names: readonly string[] | null;
}

const targetOf = (file: string, specifier: string): string =>
  specifier.startsWith('.') ? join(dirname(file), specifier) : specifier;

const takenNames = (clause: Node | undefined): string[] | null => {
  if (clause === undefined) return [];
  const names: string[] = [];
  for (const node of nodesUnder(clause)) {
    if (isNamespaceImport(node)) return null;
    if (isNamedImports(node)) {
      for (const { propertyName, name } of node.elements) names.push((propertyName ?? name).text);
    }
  }
  if ('name' in clause && clause.name !== undefined) names.push('default');
  return names;
};

const linkOf = (path: string, node: Node): ModuleLink | null => {
  if (isImportDeclaration(node) && isStringLiteral(node.moduleSpecifier)) {
    const to = targetOf(path, node.moduleSpecifier.text);
    return { from: path, to, names: takenNames(node.importClause) };
  }
  if (isExportDeclaration(node) && node.moduleSpecifier !== undefined && isStringLiteral(node.moduleSpecifier)) {
    const clause = node.exportClause;
    const names =
      clause !== undefined && isNamedExports(clause)
        ? clause.elements.map(({ propertyName, name }) => (propertyName ?? name).text)
        : null;
    return { from: path, to: targetOf(path, node.moduleSpecifier.text), names };
  }
  if (isImportTypeNode(node) && isLiteralTypeNode(node.argument) && isStringLiteral(node.argument.literal)) {
    return { from: path, to: targetOf(path, node.argument.literal.text), names: null };
  }
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    const [specifier] = node.arguments;
    if (specifier !== undefined && isStringLiteral(specifier)) {
      return { from: path, to: targetOf(path, specifier.text), names: null };
    }
  }
  return null;
};

/** Every import of every file, of types too, dynamic ones too. */
export const moduleLinks = (files: readonly ProgramFile[]): ModuleLink[] =>
  files.flatMap(({ path, tree }) => {
    const links: ModuleLink[] = [];
    for (const node of nodesUnder(tree)) {
      const link = linkOf(path, node);
      if (link !== null) links.push(link);
    }
    return links;
  });
