import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { Bn254Arena } from './Bn254Arena.ts';
import { allocateMontgomery } from './lagrangeAtTau.ts';
import { FIELD_BYTES, type R1csHeader, SCALAR_FIELD } from './r1csHeader.ts';
import { SetupError } from './SetupError.ts';

/** One term of section 4: matrix (0 for A, 1 for B), row, wire, and the coefficient. */
const COEFFICIENT_BYTES = 12 + FIELD_BYTES;
/** The most significant 32 bits: only what reaches them has to be compared in full. */
const SCALAR_FIELD_TOP = Number(SCALAR_FIELD >> 224n);
const TERM_BYTES = 4 + FIELD_BYTES;
const WINDOW_BYTES = 8 * 1024 * 1024;
const OUTPUT_BYTES = 8 * 1024 * 1024;

/** Addresses of the QAP's polynomials at tau, one element a wire, not in Montgomery form. */
export type QapAtTau = { readonly a: number; readonly b: number; readonly c: number; readonly coefficients: number };

export type CoefficientSink = (bytes: Uint8Array) => Promise<void>;

/** The constraint section as a sliding window in the arena's memory. */
class ConstraintReader {
  /** Address of the next unread byte. */
  position: number;
  private end: number;
  private filePosition: number;
  private readonly arena: Bn254Arena;
  private readonly file: FileHandle;
  private readonly start: number;
  private readonly fileEnd: number;

  constructor(arena: Bn254Arena, file: FileHandle, header: R1csHeader) {
    this.arena = arena;
    this.file = file;
    this.start = arena.allocate(WINDOW_BYTES);
    this.position = this.start;
    this.end = this.start;
    this.filePosition = header.constraintsOffset;
    this.fileEnd = header.constraintsOffset + header.constraintsBytes;
  }

  has(bytes: number): boolean {
    return this.end - this.position >= bytes;
  }

  get fractionRead(): number {
    return this.filePosition / this.fileEnd;
  }

  /** Moves what is left to the front and reads on behind it. Returns false if nothing was left to read. */
  async refill(): Promise<boolean> {
    const memory = this.arena.bytes();
    const left = this.end - this.position;
    memory.copyWithin(this.start, this.position, this.end);
    const wanted = Math.min(WINDOW_BYTES - left, this.fileEnd - this.filePosition);
    const buffer = memory.subarray(this.start + left, this.start + left + wanted);
    const { bytesRead } = wanted === 0 ? { bytesRead: 0 } : await this.file.read(buffer, 0, wanted, this.filePosition);
    this.filePosition += bytesRead;
    this.position = this.start;
    this.end = this.start + left + bytesRead;
    return bytesRead > 0;
  }
}

/** The wires' accumulators and what one pass over the constraints needs. */
class QapPass {
  private readonly sums: readonly [number, number, number];
  private readonly product: number;
  private readonly radixCubed: number;
  private readonly output: number;
  private outputUsed = 0;
  private coefficients = 0;
  private readonly arena: Bn254Arena;
  private readonly header: R1csHeader;
  private readonly lagrange: number;
  private readonly sink: CoefficientSink;
  private readonly path: string;

  constructor(arena: Bn254Arena, header: R1csHeader, lagrange: number, sink: CoefficientSink, path: string) {
    this.arena = arena;
    this.header = header;
    this.lagrange = lagrange;
    this.sink = sink;
    this.path = path;
    const bytes = header.wires * FIELD_BYTES;
    this.sums = [arena.allocate(bytes), arena.allocate(bytes), arena.allocate(bytes)];
    this.product = arena.allocate(FIELD_BYTES);
    // snarkjs multiplies coefficient and plain witness in Montgomery form, so the file holds coefficient * R^2: one
    // Montgomery product (which divides by R) of the plain coefficient with R^3, that is R^2 in Montgomery form.
    const radix = 2n ** 256n % SCALAR_FIELD;
    this.radixCubed = allocateMontgomery(arena, (radix * radix) % SCALAR_FIELD);
    this.output = arena.allocate(OUTPUT_BYTES);
  }

  private fail(what: string): never {
    const message = `${this.path}: ${what}. The file is damaged: delete it and compile the circuit again.`;
    throw new SetupError('SETUP_R1CS_INVALID', message, { path: this.path });
  }

  private async need(reader: ConstraintReader, bytes: number): Promise<void> {
    while (!reader.has(bytes)) if (!(await reader.refill())) this.fail('the constraints end too early');
  }

  /** Writes one term of section 4; the coefficient in the file is `factor` * coefficient / R. */
  private emit(view: DataView, matrix: number, row: number, wire: number, coefficient: number, factor: number): void {
    const at = this.output + this.outputUsed;
    view.setUint32(at, matrix, true);
    view.setUint32(at + 4, row, true);
    view.setUint32(at + 8, wire, true);
    this.arena.exports.frm_mul(coefficient, factor, at + 12);
    this.outputUsed += COEFFICIENT_BYTES;
    this.coefficients += 1;
  }

  private async flush(): Promise<void> {
    if (this.outputUsed > 0) await this.sink(this.arena.read(this.output, this.outputUsed));
    this.outputUsed = 0;
    await yieldToEvents();
  }

  /** Adds coefficient * L_row(tau) for the terms that lie completely in the window; returns how many. */
  private addTerms(reader: ConstraintReader, terms: number, matrix: number, row: number): number {
    const { frm_mul, frm_add } = this.arena.exports;
    const view = this.arena.view();
    const sums = this.sums[matrix] ?? this.fail('internal: no such matrix');
    const basis = this.lagrange + row * FIELD_BYTES;
    const room = Math.floor((OUTPUT_BYTES - this.outputUsed) / COEFFICIENT_BYTES);
    let done = 0;
    while (done < terms && done < room && reader.has(TERM_BYTES)) {
      const wire = view.getUint32(reader.position, true);
      if (wire >= this.header.wires) this.fail(`constraint ${row} names wire ${wire} of ${this.header.wires}`);
      const coefficient = reader.position + 4;
      if (view.getUint32(coefficient + FIELD_BYTES - 4, true) >= SCALAR_FIELD_TOP)
        this.requireReduced(coefficient, row);
      const sum = sums + wire * FIELD_BYTES;
      frm_mul(coefficient, basis, this.product);
      frm_add(sum, this.product, sum);
      if (matrix < 2) this.emit(view, matrix, row, wire, coefficient, this.radixCubed);
      reader.position += TERM_BYTES;
      done += 1;
    }
    return done;
  }

  private requireReduced(coefficient: number, row: number): void {
    const value = Buffer.from(this.arena.read(coefficient, FIELD_BYTES)).reverse().toString('hex');
    if (BigInt(`0x${value}`) >= SCALAR_FIELD) this.fail(`a coefficient of constraint ${row} is not below r`);
  }

  private async addRow(reader: ConstraintReader, row: number): Promise<void> {
    for (let matrix = 0; matrix < 3; matrix++) {
      if (!reader.has(4)) await this.need(reader, 4);
      let left = this.arena.view().getUint32(reader.position, true);
      reader.position += 4;
      while (left > 0) {
        left -= this.addTerms(reader, left, matrix, row);
        if (left === 0) break;
        if (this.outputUsed + COEFFICIENT_BYTES > OUTPUT_BYTES) await this.flush();
        else await this.need(reader, TERM_BYTES);
      }
    }
  }

  /** Rows "1 * public signal" behind the constraints: they make the public polynomials linearly independent. */
  private async addPublicRows(): Promise<void> {
    const { frm_add, frm_fromMontgomery } = this.arena.exports;
    const one = this.arena.allocate(FIELD_BYTES);
    this.arena.bytes()[one] = 1;
    for (let wire = 0; wire <= this.header.publicSignals; wire++) {
      const row = this.header.constraints + wire;
      const sum = this.sums[0] + wire * FIELD_BYTES;
      frm_fromMontgomery(this.lagrange + row * FIELD_BYTES, this.product);
      frm_add(sum, this.product, sum);
      if (this.outputUsed + COEFFICIENT_BYTES > OUTPUT_BYTES) await this.flush();
      this.emit(this.arena.view(), 0, row, wire, one, this.radixCubed);
    }
  }

  async run(reader: ConstraintReader, onFraction: (fraction: number) => void): Promise<QapAtTau> {
    let reported = -1;
    for (let row = 0; row < this.header.constraints; row++) {
      await this.addRow(reader, row);
      if (reader.fractionRead === reported) continue;
      reported = reader.fractionRead;
      onFraction(reported);
      await yieldToEvents();
    }
    if (reader.has(1) || (await reader.refill())) this.fail('bytes are left behind the last constraint');
    await this.addPublicRows();
    await this.flush();
    const [a, b, c] = this.sums;
    return { a, b, c, coefficients: this.coefficients };
  }
}

/**
 * One streaming pass over an .r1cs: sums A_w(tau), B_w(tau), C_w(tau) of every wire w, and gives the sink zkey
 * section 4 (without its count) in snarkjs' order: by row, A before B, the public signals' rows last.
 *
 * @param lagrange address of L_row(tau) for every row, Montgomery form
 * @throws SetupError SETUP_R1CS_INVALID if the file is torn
 */
export async function evaluateQap(
  arena: Bn254Arena,
  r1csPath: string,
  header: R1csHeader,
  lagrange: number,
  sink: CoefficientSink,
  onFraction: (fraction: number) => void,
): Promise<QapAtTau> {
  const file = await open(r1csPath);
  try {
    const reader = new ConstraintReader(arena, file, header);
    return await new QapPass(arena, header, lagrange, sink, r1csPath).run(reader, onFraction);
  } finally {
    await file.close();
  }
}
