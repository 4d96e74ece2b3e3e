import { join, relative } from 'node:path';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API, type APIOptions, type Checker } from 'typescript/unstable/sync';

/** One file of the project, by its path from the project's root. */
export interface ProgramFile {
  readonly path: string;
  readonly tree: SourceFile;
}

/** The project as its own compiler reads it: no comment and no string is taken for code. */
export interface SourceProgram {
  readonly files: readonly ProgramFile[];
  readonly checker: Checker;
  readonly close: () => void;
}

const open = (root: string, options: APIOptions): SourceProgram => {
  const compiler = new API({ cwd: root, ...options });
  const config = join(root, 'tsconfig.json');
  const snapshot = compiler.updateSnapshot({ openProjects: [config] });
  const project = snapshot.getProject(config);
  if (project === undefined) throw new Error(`${config} cannot be read`);
  const files = project.rootFiles.map((name) => {
    const tree = project.program.getSourceFile(name);
    if (tree === undefined) throw new Error(`${name} cannot be read`);
    return { path: relative(root, name), tree };
  });
  const close = (): void => {
    snapshot.dispose();
    compiler.close();
  };
  return { files, checker: project.checker, close };
};

/** Every file that tsconfig.json in `root` includes. */
export const openProgram = (root: string): SourceProgram => open(root, {});

/** A program of text: what a rule finds in it shows that the rule can fail. */
export const programOf = (texts: Readonly<Record<string, string>>): SourceProgram => {
  const config = { compilerOptions: { target: 'esnext', noEmit: true, types: [], allowImportingTsExtensions: true } };
  const files: Record<string, string> = { '/tsconfig.json': JSON.stringify(config) };
  for (const [path, text] of Object.entries(texts)) files[`/${path}`] = text;
  return open('/', { fs: createVirtualFileSystem(files) });
};

/** `node` and all below it, depth first, in the order of the text. */
export function* nodesUnder(node: Node): Generator<Node> {
  yield node;
  const children: Node[] = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* nodesUnder(child);
}

/** 1-based, as editors count. */
export const lineOf = (tree: SourceFile, position: number): number =>
  tree.getLineAndCharacterOfPosition(position).line + 1;
