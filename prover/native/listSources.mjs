// Prints source files and targets for binding.gyp: `base` (all .cc but the kernels), one kernel by name, or `kernels`
// (the kernels' targets that exist for an architecture). A kernel whose file is missing has no target to link.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const KERNELS = ['portable', 'adx', 'ifma'];
const root = dirname(fileURLToPath(import.meta.url));
const kernelFile = (name) => `src/kernels/${name}.cc`;

/** Every .cc below a folder but programs (*Test.cc), sorted, with forward slashes, as gyp wants them. */
export function sourcesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourcesBelow(path);
      return entry.name.endsWith('.cc') && !entry.name.endsWith('Test.cc') ? [path] : [];
    })
    .sort();
}

/** @param what base, kernels, or a kernel's name; @param arch gyp's target_arch */
export function listSources(what, arch) {
  if (what === 'base') return sourcesBelow('src').filter((path) => !KERNELS.map(kernelFile).includes(path));
  const present = KERNELS.filter((name) => existsSync(join(root, kernelFile(name))));
  if (what === 'kernels')
    return present.filter((name) => name === 'portable' || arch === 'x64').map((n) => `kernel_${n}`);
  return present.includes(what) ? [kernelFile(what)] : [];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(listSources(process.argv[2], process.argv[3]).join('\n'));
}
