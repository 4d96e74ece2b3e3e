import {
  isExportDeclaration,
  isIdentifier,
  isInterfaceDeclaration,
  isNamedExports,
  isTypeAliasDeclaration,
  isVariableStatement,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { moduleLinks } from './moduleLinks.ts';
import { nodesUnder, type ProgramFile } from './SourceProgram.ts';

interface Exported {
  readonly name: string;
  readonly declaration: Node;
  readonly isType: boolean;
}

const isExported = (node: Node): boolean =>
  'modifiers' in node &&
  ((node.modifiers ?? []) as readonly Node[]).some(({ kind }) => kind === SyntaxKind.ExportKeyword);

const exportsOf = (tree: SourceFile): Exported[] =>
  tree.statements.flatMap((statement): Exported[] => {
    if (isExportDeclaration(statement)) {
      const { exportClause } = statement;
      if (exportClause === undefined || !isNamedExports(exportClause)) return [];
      return exportClause.elements.map(({ name }) => ({ name: name.text, declaration: statement, isType: false }));
    }
    if (!isExported(statement)) return [];
    if (isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) =>
        [...nodesUnder(name)]
          .filter(isIdentifier)
          .map(({ text }) => ({ name: text, declaration: statement, isType: false })),
      );
    }
    const named = 'name' in statement ? (statement.name as Node | undefined) : undefined;
    const name = named !== undefined && isIdentifier(named) ? named.text : 'default';
    const isType = isInterfaceDeclaration(statement) || isTypeAliasDeclaration(statement);
    return [{ name, declaration: statement, isType }];
  });

const mentions = (declaration: Node, name: string): boolean => {
  for (const node of nodesUnder(declaration)) if (isIdentifier(node) && node.text === name) return true;
  return false;
};

/**
 * What a file exports and nobody imports. A type is alive as well when a living export of its file speaks of it: who
 * calls a function may name what it takes.
 */
export const deadExports = (files: readonly ProgramFile[]): string[] => {
  const wholly = new Set<string>();
  const taken = new Set<string>();
  for (const { to, names } of moduleLinks(files)) {
    if (names === null) wholly.add(to);
    else for (const name of names) taken.add(`${to}#${name}`);
  }
  return files.flatMap(({ path, tree }) => {
    if (wholly.has(path)) return [];
    const exported = exportsOf(tree);
    const alive = exported.filter(({ name }) => taken.has(`${path}#${name}`));
    for (const { declaration } of alive) {
      for (const other of exported) {
        if (other.isType && !alive.includes(other) && mentions(declaration, other.name)) alive.push(other);
      }
    }
    return exported.filter((one) => !alive.includes(one)).map(({ name }) => `${path}#${name}`);
  });
};

/** Files that nobody imports, runs or names. `isEntry` knows what is started from outside; `mentioned`, by its text. */
export const deadFiles = (files: readonly ProgramFile[], isEntry: (path: string) => boolean): string[] => {
  const imported = new Set(moduleLinks(files).map(({ to }) => to));
  return files.map(({ path }) => path).filter((path) => !imported.has(path) && !isEntry(path));
};
