import { BodyParser } from './bodyParser.ts';
import type { Generator, GeneratorFunction, GeneratorSizes, Template } from './generatorAst.ts';
import { Lines } from './sourceLines.ts';
import { unknownSource } from './WitnessTranslationError.ts';

const FUNCTION = /^void (\w+)\((.*)\)\{$/;
const SIZE = /^uint (get_\w+)\(\) \{return (\d+);\}$/;

/** What a template's `_create` function says of it. */
interface Created {
  readonly name: string;
  readonly id: number;
  readonly inputs: number;
}

const readCreate = (lines: Lines): Created => {
  let name = '';
  let id = -1;
  let inputs = -1;
  for (let line = lines.next(); line !== '}'; line = lines.next()) {
    if (line === undefined) return unknownSource('the source ends within a function');
    name = /\.templateName = "(.*)";$/.exec(line)?.[1] ?? name;
    id = Number(/\.templateId = (\d+);$/.exec(line)?.[1] ?? id);
    inputs = Number(/\.inputCounter = (\d+);$/.exec(line)?.[1] ?? inputs);
  }
  if (id < 0 || inputs < 0) return unknownSource('a template without an identity');
  return { name, id, inputs };
};

const sizesOf = (found: ReadonlyMap<string, number>): GeneratorSizes => {
  const size = (name: string): number => found.get(name) ?? unknownSource(`${name} is missing`);
  return {
    inputStart: size('get_main_input_signal_start'),
    inputs: size('get_main_input_signal_no'),
    signals: size('get_total_signal_no'),
    hashes: size('get_size_of_input_hashmap'),
    witness: size('get_size_of_witness'),
    constants: size('get_size_of_constants'),
    ioMap: size('get_size_of_io_map'),
    busMap: size('get_size_of_bus_field_map'),
  };
};

/**
 * Reads the C++ that `circom --c` wrote for a circuit (known: circom 2.2.3).
 * @throws WitnessTranslationError WITNESS_SOURCE_UNKNOWN
 */
export const parseGenerator = (source: string): Generator => {
  const lines = new Lines(source);
  const sizes = new Map<string, number>();
  const created = new Map<string, Created>();
  const templates = new Map<string, Template>();
  const functions = new Map<string, GeneratorFunction>();
  let main = '';
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const size = line.startsWith('uint get_') ? SIZE.exec(line) : null;
    if (size !== null) sizes.set(size[1] ?? '', Number(size[2]));
    const head = line.startsWith('void ') ? FUNCTION.exec(line) : null;
    if (head === null) continue;
    const [, name = '', parameters = ''] = head;
    const template = /^(.*)_(create|run)(_parallel)?$/.exec(name);
    if (parameters.includes('FrElement* destination')) {
      functions.set(name, { name, body: new BodyParser(lines).parse() });
    } else if (template?.[2] === 'create' && parameters.startsWith('uint soffset')) {
      created.set(template[1] ?? '', readCreate(lines));
    } else if (template?.[2] === 'run' && parameters.startsWith('uint ctx_index')) {
      const parser = new BodyParser(lines);
      const body = parser.parse();
      const known = created.get(template[1] ?? '') ?? unknownSource(`${name} has no _create`);
      templates.set(template[1] ?? '', { ...known, variables: parser.variables, body });
    } else if (name === 'run') {
      main = /^(\w+)_create(_parallel)?\(1,0,ctx,"main",0\);$/.exec(lines.next() ?? '')?.[1] ?? '';
    }
  }
  if (!templates.has(main)) unknownSource('there is no main component');
  return { templates, functions, main, sizes: sizesOf(sizes) };
};
