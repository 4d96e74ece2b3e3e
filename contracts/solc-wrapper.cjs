#!/usr/bin/env node
// The Solidity compiler from npm, speaking as much of solc's command line as forge and compile.ts use: `--version`,
// and `--standard-json` with the input on stdin. What the input lacks is read from the base path, as solc does: forge
// names a package's file by two spellings of its path.
'use strict';
const { readFileSync, writeSync } = require('node:fs');
const { resolve } = require('node:path');

function print(text) {
  const bytes = Buffer.from(text, 'utf8');
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      // A full pipe that does not block: its reader is only slow.
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

const argumentAfter = (flag) => {
  const index = process.argv.indexOf(flag);
  return index < 0 ? undefined : process.argv[index + 1];
};

function readImport(path) {
  if (!path.endsWith('.sol')) return { error: 'only .sol files can be imported' };
  try {
    return { contents: readFileSync(resolve(argumentAfter('--base-path') ?? '.', path), 'utf8') };
  } catch (error) {
    return { error: error.message };
  }
}

let solc;
try {
  solc = require('solc');
} catch {
  process.stderr.write('The Solidity compiler (npm package solc) is not installed. Run npm install.\n');
  process.exit(3);
}

if (process.argv.includes('--version')) {
  print(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (process.argv.includes('--standard-json')) {
  print(`${solc.compile(readFileSync(0, 'utf8'), { import: readImport })}\n`);
} else {
  process.stderr.write('usage: solc-wrapper.cjs --version | --standard-json < input.json\n');
  process.exitCode = 2;
}
