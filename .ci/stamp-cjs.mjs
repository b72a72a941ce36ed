// The package is of type "module": this makes the files under dist/cjs CommonJS again.
import { writeFileSync } from 'node:fs';

writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs', sideEffects: false })}\n`);
