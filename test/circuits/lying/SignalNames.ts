import { readFile } from 'node:fs/promises';

/** Names of a circuit compiled at --O0, where signals and wires have the same numbers. */
export class SignalNames {
  readonly names: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  private constructor(names: readonly string[]) {
    this.names = names;
    this.#numbers = new Map(names.map((name, number) => [name, number]));
  }

  static async read(path: string): Promise<SignalNames> {
    const names: string[] = [''];
    for (const line of (await readFile(path, 'utf8')).split('\n')) {
      const [signal, wire, , name] = line.split(',');
      if (name === undefined) continue;
      if (signal !== wire || Number(signal) !== names.length) throw new Error(`${path} is not of a circuit at --O0`);
      names.push(name);
    }
    return new SignalNames(names);
  }

  has(name: string): boolean {
    return this.#numbers.has(name);
  }

  number(name: string): number {
    const number = this.#numbers.get(name);
    if (number === undefined) throw new Error(`no signal ${name}`);
    return number;
  }
}
