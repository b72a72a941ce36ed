// What tsc leaves to be done: the package is of type "module", so the files under dist/cjs have to say that they are
// CommonJS; and a program has to be one for those who run it in place.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';

// A file's own names for modules (`#…`) are looked up in the package.json that is nearest to it.
const { imports } = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs', sideEffects: false, imports })}\n`);
chmodSync('dist/esm/cli/main.js', 0o755);
