// node --import ./.ci/typescript.mjs file.ts runs a TypeScript file, decorators and their metadata included, without a
// build. The name of this package means its sources. Child processes made by `fork` inherit it.
import * as module from 'node:module';
import * as hooks from './typescript-hooks.mjs';

process.setSourceMapsEnabled(true);
// Node 20 has only the hooks that run in a thread of their own.
if (module.registerHooks === undefined) module.register('./typescript-hooks.mjs', import.meta.url);
else module.registerHooks(hooks);
