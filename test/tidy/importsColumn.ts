import type { Row } from './arrows.ts';

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** What the documentation's table says in a row's last column: folders, packages but Node's own. */
const importsCell = ({ imports, packages = [] }: Row): string => {
  const foreign = packages.filter((name) => name !== 'node:');
  const parts = [imports.length > 0 ? quoted(imports) : '', foreign.length > 0 ? quoted(foreign) : ''];
  return parts.filter((part) => part !== '').join('; ') || 'nothing';
};

/** The rows of the document's table whose last column is not the table of arrows', and rows that it lacks. */
export const importsColumnProblems = (document: string, rows: readonly Row[]): string[] => {
  const [, table = ''] = document.split('| folder |');
  const [rowsText = ''] = table.split('\n\n');
  const lines = rowsText.split('\n').filter((line) => line.startsWith('| `'));
  const documented = new Map(lines.map((line) => [line.split('`')[1], line]));
  const problems = rows.flatMap((row) => {
    const line = documented.get(row.of);
    const wanted = `| ${importsCell(row)} |`;
    if (line === undefined) return [`there is no row | \`${row.of}\` | … ${wanted}`];
    return line.endsWith(wanted) ? [] : [`the row of ${row.of} must end in ${wanted}`];
  });
  const known = new Set(rows.map(({ of }) => of));
  const strangers = [...documented.keys()].filter((name) => name !== undefined && !known.has(name));
  return [...problems, ...strangers.map((name) => `${name} has no row in test/tidy/arrows.ts`)];
};
