import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { QueueError } from './QueueError.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const registeredShape = z.strictObject({
  name: z.string().min(1),
  columns: z.int().positive(),
  wasm: z.string().min(1),
  wasmSha256: sha256,
  /** Of a circuit reduced by the native core: which of the generator's wires each of its wires is. */
  wireMap: z.string().min(1).nullable().default(null),
  wireMapSha256: sha256.nullable().default(null),
  /** The generator as a program for the native core, where it could be translated. */
  witnessProgram: z.string().min(1).nullable().default(null),
  witnessProgramSha256: sha256.nullable().default(null),
  zkey: z.string().min(1),
  zkeySha256: sha256,
  vkey: z.string().min(1),
  vkeySha256: sha256,
  domainSize: z.int().positive(),
});

/** Where the files of each shape are (absolute, or relative to the registry) and what they must hash to. */
const shapeRegistrySchema = z.array(registeredShape).min(1);
export type RegisteredShape = z.output<typeof registeredShape>;

/** @throws QueueError REGISTRY_INVALID naming the file and what is wrong with it */
export const readShapeRegistry = async (path: string): Promise<readonly RegisteredShape[]> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new QueueError('REGISTRY_INVALID', `the registry of shapes ${path} cannot be read as JSON`, { path }, cause);
  }
  const shapes = shapeRegistrySchema.safeParse(parsed);
  if (!shapes.success) {
    const wrong = z.prettifyError(shapes.error);
    throw new QueueError('REGISTRY_INVALID', `the registry of shapes ${path} is malformed: ${wrong}`, { path });
  }
  const folder = dirname(path);
  return shapes.data.map((shape) => ({
    ...shape,
    wasm: resolve(folder, shape.wasm),
    wireMap: shape.wireMap === null ? null : resolve(folder, shape.wireMap),
    witnessProgram: shape.witnessProgram === null ? null : resolve(folder, shape.witnessProgram),
    zkey: resolve(folder, shape.zkey),
    vkey: resolve(folder, shape.vkey),
  }));
};
