/** The transcript check on the circuits as they are, and on circuits with a hole each: it must name every one. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ConstraintSystem } from '../../circuits/transcript/ConstraintSystem.ts';
import { BATCH_CHALLENGES, type ChallengeTable } from '../../circuits/transcript/challenges.ts';
import { judgeTranscript, type TranscriptReport } from '../../circuits/transcript/checkTranscript.ts';
import { type CircuitFile, readCircuitFile } from '../../circuits/transcript/circuitFile.ts';
import { findHashCalls } from '../../circuits/transcript/hashCalls.ts';
import { plainCircuit } from '../../circuits/transcript/plainCircuit.ts';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { TINY_SHAPE } from './tinyShape.ts';

const CIRCUITS = resolve(import.meta.dirname, '../../circuits');

/** What made the theft possible: leaves absorbed after `live` and `exists` had emptied them, terms not multiplied by `live`. */
const FIRST_REVISION: readonly (readonly [string, string])[] = [
  ['hashBefore <== contentBefore.out;', ''],
  [
    'signal leafBefore <== exists * hashBefore;',
    'signal leafBefore <== exists * contentBefore.out; hashBefore <== leafBefore;',
  ],
  ['hashAfter <== contentAfter.out;', ''],
  ['signal leafAfter <== live * hashAfter;', 'signal leafAfter <== live * contentAfter.out; hashAfter <== leafAfter;'],
  ['authority <== live * (', 'authority <== ('],
  ['keys <== live * ', 'keys <== '],
  ['final.num <== 1;', 'final.num <== live;'],
  ['initial.num <== 1;', 'initial.num <== live;'],
  ['slots <== live * (', 'slots <== ('],
];

let hasher: Hasher;
let tiny: CircuitFile;
let whole: CircuitFile;
let firstRevision: CircuitFile;

const read = async (shape: Shape, sources?: string): Promise<CircuitFile> => {
  const { r1cs, sym } = await plainCircuit(openArtifactStore(), DEVELOPMENT_PRESET.columns, shape, sources);
  return readCircuitFile(r1cs, sym);
};

const readFirstRevision = async (): Promise<CircuitFile> => {
  const directory = await mkdtemp(join(tmpdir(), 'straddle-transcript-'));
  try {
    await cp(CIRCUITS, directory, { recursive: true, filter: (path) => !path.endsWith('.ts') });
    let source = await readFile(join(CIRCUITS, 'accountRow.circom'), 'utf8');
    for (const [now, then] of FIRST_REVISION) {
      if (source.split(now).length !== 2) throw new Error(`accountRow.circom has not once: ${now}`);
      source = source.replace(now, then);
    }
    await writeFile(join(directory, 'accountRow.circom'), source);
    return await read({ ...TINY_SHAPE, name: 'tiny-first-revision' }, directory);
  } finally {
    await rm(directory, { recursive: true });
  }
};

const judge = (file: CircuitFile, table = BATCH_CHALLENGES): TranscriptReport =>
  judgeTranscript(new ConstraintSystem(file, findHashCalls(file, hasher)), table);

beforeAll(async () => {
  hasher = await createCircomHasher();
  tiny = await read(TINY_SHAPE);
  whole = await read(TEST_SHAPE);
  firstRevision = await readFirstRevision();
});

test('every num and den of the test shape is fixed before its challenge', () => {
  const report = judge(whole);
  expect(report.failures).toEqual([]);
  expect(report.fractions).toBe(report.namedFractions);
  expect(report.fractions).toBeGreaterThan(300);
  // All but the second, the premium, which is a sum without a challenge.
  expect(report.checks).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9].map((i) => `main.identity[${i}]`));
});

test('the account row of the first revision is refused, by the signals of the theft', () => {
  const { failures } = judge(firstRevision);
  const freed = (fraction: string, gate: string, ...signals: readonly string[]): string => {
    const named = signals.map((signal) => `main.${signal} (fixed only if main.${gate} = 1)`);
    return `fraction main.accountContributions.${fraction} depends on ${named.join(', ')}`;
  };
  const key = ['accountAfter[0][0]', 'accountAfter[0][1]'];
  expect(failures).toContain(freed('arguments[0].signedOffer.out', 'accountContributions.live[0]', ...key));
  expect(failures).toContain(freed('keys[0]', 'accountContributions.live[0]', ...key, 'accountAfter[0][2]'));
  expect(failures).toContain(freed('arguments[0].final.out', 'accountContributions.live[0]', 'accountAfter[0][4]'));
  expect(failures).toContain(freed('arguments[0].initial.out', 'accountControl[0][3]', 'accountBefore[0][4]'));
  for (const sum of ['authority', 'keys', 'slots'])
    expect(failures).toContain(`main.accountContributions.${sum}[0] is not 0 when main.accountRows.row[0] is unused`);
});

/** The names that a constraint has, sorted. */
const namesOf = (file: CircuitFile, constraint: number): string[] => {
  const wires = file.wireOf.subarray(file.starts[3 * constraint], file.starts[3 * constraint + 3]);
  return [...new Set([...wires].filter((wire) => wire > 0).map((wire) => file.names[wire] ?? ''))].sort();
};

/** The circuit without the one constraint that names these signals and no other. */
const without = (file: CircuitFile, ...signals: readonly string[]): CircuitFile => {
  const wanted = `${[...signals].sort()}`;
  const dropped: number[] = [];
  for (let c = 0; c < file.constraints; c++) {
    const terms = (file.starts[3 * c + 3] ?? 0) - (file.starts[3 * c] ?? 0);
    if (terms >= signals.length && terms < 300 && `${namesOf(file, c)}` === wanted) dropped.push(c);
  }
  const [index] = dropped;
  if (index === undefined || dropped.length > 1) throw new Error(`${dropped.length} constraints name just ${wanted}`);
  // 0 * 0 = 0 in its place.
  const [from, to] = [file.starts[3 * index] ?? 0, file.starts[3 * index + 3] ?? 0];
  const starts = file.starts.map((start, i) =>
    i <= 3 * index ? start : i <= 3 * index + 3 ? from : start - (to - from),
  );
  const cut = (terms: Uint32Array): Uint32Array =>
    Uint32Array.from([...terms.subarray(0, from), ...terms.subarray(to)]);
  return { ...file, starts, wireOf: cut(file.wireOf), coefficientOf: cut(file.coefficientOf) };
};

/** The circuit with two signals exchanged where sponges absorb them. */
const exchanged = (file: CircuitFile, one: string, other: string): CircuitFile => {
  const [x, y] = [one, other].map((name) => file.names.indexOf(name));
  const wireOf = file.wireOf.slice();
  for (let c = 0; c < file.constraints; c++) {
    const names = namesOf(file, c);
    if (names.length !== 2 || !names.some((name) => /^main\.transcript\.(commit|second)\.in\[/.test(name))) continue;
    for (let t = file.starts[3 * c] ?? 0; t < (file.starts[3 * c + 3] ?? 0); t++) {
      if (wireOf[t] === x) wireOf[t] = y ?? 0;
      else if (wireOf[t] === y) wireOf[t] = x ?? 0;
    }
  }
  return { ...file, wireOf };
};

const bits = (component: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${component}.out[${i}]`);

const absorbed = (file: CircuitFile, source: string): string => {
  for (let c = 0; c < file.constraints; c++) {
    if ((file.starts[3 * c + 3] ?? 0) - (file.starts[3 * c] ?? 0) !== 2) continue;
    const names = namesOf(file, c);
    const input = names.find((name) => name.startsWith('main.transcript.commit.in['));
    if (input !== undefined && names.includes(source)) return input;
  }
  throw new Error(`${source} is absorbed nowhere`);
};

describe('a hole in the constraints is named', () => {
  test('none in the tiny shape as it is', () => {
    expect(judge(tiny).failures).toEqual([]);
  });

  test('an element left out of the sponge: the leaf hash after', () => {
    const source = 'main.transcript.hashAfter[0]';
    const { failures } = judge(without(tiny, absorbed(tiny, source), source));
    expect(failures).toContainEqual(
      expect.stringMatching(
        /^fraction main\.accountContributions\.arguments\[0\]\.signedOffer\.out depends on main\.accountAfter\[0\]\[0\]/,
      ),
    );
  });

  test('an element left out of the sponge: a claimed value', () => {
    const source = 'main.transcript.valuesBefore[0][3]';
    const { failures } = judge(without(tiny, absorbed(tiny, source), source));
    expect(failures).toContainEqual(
      expect.stringMatching(/^check main\.identity\[7\] depends on main\.valuesBefore\[0\]\[3\]$/),
    );
  });

  test('a claimed value that the second sponge absorbs alone', () => {
    const failures = judge(
      exchanged(tiny, 'main.transcript.valuesBefore[0][3]', 'main.transcript.shortQuantity[0]'),
    ).failures;
    expect(failures).toContainEqual(
      expect.stringMatching(/main\.valuesBefore\[0\]\[3\] is absorbed after the first challenges/),
    );
  });

  test('a second sponge that knows nothing of the first', () => {
    const hole = without(tiny, 'main.transcript.second.in[0]', 'main.transcript.commit.out');
    expect(judge(hole).failures).toContain(
      'main.transcript.second does not absorb main.transcript.commit.out: its challenges can be known before what they are to fix',
    );
  });

  test('rows of the table in no order, so that their hash does not fix how many there are', () => {
    const hole = without(tiny, 'main.riskTableRows.order[1].in', ...bits('main.riskTableRows.order[1]', 21));
    expect(judge(hole).failures).toContainEqual(
      expect.stringMatching(/^fraction main\.riskTableContributions\.poles\[1\] depends on main\.tableId\[1\]/),
    );
  });

  test('a hint as num', () => {
    const hole = without(
      tiny,
      'main.accountContributions.arguments[0].opOffer.num',
      'main.accountContributions.arguments[0].mOp',
    );
    expect(judge(hole).failures).toContainEqual(
      expect.stringMatching(
        /^fraction main\.accountContributions\.arguments\[0\]\.opOffer\.out depends on main\.accountContributions\.arguments\[0\]\.opOffer\.num/,
      ),
    );
  });

  test('a range check dropped, so that a word has two readings', () => {
    const hole = without(tiny, 'main.tradeRows.row[0].lotsBits.in', ...bits('main.tradeRows.row[0].lotsBits', 32));
    expect(judge(hole).failures).toContainEqual(
      expect.stringMatching(
        /^fraction main\.tradeContributions\.postings\[0\]\.posting\[0\]\.out depends on .*main\.tradeLots\[0\]/,
      ),
    );
  });

  test('a quantity of an unused row of the table that nothing pins', () => {
    const hole = without(
      tiny,
      'main.riskTableContributions.arguments[1].quantity',
      'main.riskTableContributions.arguments[1].live',
    );
    const { failures } = judge(hole);
    expect(failures).toContainEqual(
      expect.stringMatching(/^check main\.identity\[7\] depends on main\.tableValues\[1\]/),
    );
    expect(failures).toContain(
      'main.riskTableContributions.poles[1] is not 0 when main.riskTableRows.row[1] is unused',
    );
  });

  test('an unused row that may post', () => {
    const hole = without(tiny, 'main.withdrawalRows.row[0].word', 'main.withdrawalRows.row[0].live');
    expect(judge(hole).failures).toContain(
      'main.withdrawalContributions.ledger[0] is not 0 when main.withdrawalRows.row[0] is unused',
    );
  });

  test('a hash that is none', () => {
    const [gap, ...rest] = ['in', 'in2'].map((part) => `main.transcript.first[0].pEx.sigmaP[5].${part}`);
    expect(() => judge(without(tiny, gap ?? '', ...rest))).toThrow(
      expect.objectContaining({
        code: 'TRANSCRIPT_HASH_FORGED',
        message: expect.stringContaining('named as a Poseidon and is none'),
      }),
    );
  });

  test("a table of challenges that is not the circuit's", () => {
    const refused = expect.objectContaining({ code: 'TRANSCRIPT_TABLE_WRONG' });
    const tables: readonly ChallengeTable[] = [
      { ...BATCH_CHALLENGES, known: BATCH_CHALLENGES.known.slice(1) },
      { ...BATCH_CHALLENGES, known: [...BATCH_CHALLENGES.known, 'main.nothing'] },
      { ...BATCH_CHALLENGES, sponges: ['main.transcript.commit', 'main.nothing'] },
      { ...BATCH_CHALLENGES, sponges: ['main.transcript.commit', 'main.tradeRows.row[0]'] },
      { ...BATCH_CHALLENGES, sums: 'main.nothing' },
    ];
    for (const table of tables) expect(() => judge(tiny, table)).toThrow(refused);
  });
});
