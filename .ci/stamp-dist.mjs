// What tsc leaves to be done: the package is of type "module", so the files under dist/cjs have to say that they are
// CommonJS; and a program has to be one for those who run it in place.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';

writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs', sideEffects: false })}\n`);

// Names of the package's own (`#…`) are looked up in the package.json that is nearest, which is that one: it can have none
// that publint accepts. To `require` they are what they are to Node.
const record = 'dist/cjs/store/transformer-record.js';
const { imports } = JSON.parse(readFileSync('package.json', 'utf8'));
const name = '#class-transformer-storage';
const built = readFileSync(record, 'utf8');
if (!built.includes(`require("${name}")`)) throw new Error(`${record} does not require ${name} any more`);
writeFileSync(record, built.replace(`require("${name}")`, `require("${imports[name].default}")`));
chmodSync('dist/esm/cli/main.js', 0o755);
