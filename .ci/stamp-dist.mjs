// What tsc leaves to be done: the package is of type "module", so the files under dist/cjs have to say that they are
// CommonJS; and a program has to be one for those who run it in place.
import { chmodSync, writeFileSync } from 'node:fs';

writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs', sideEffects: false })}\n`);
chmodSync('dist/esm/cli/main.js', 0o755);
