import { createHash } from 'node:crypto';
import { version } from '@swc/core';
import { createTransformer } from '@swc/jest';
import { mutantNamed } from './mutants.mjs';

/** Compiles as the other tests are compiled, with the one change of the mutant that the project is for. */
export default {
  createTransformer({ mutant: name, ...options }) {
    const swc = createTransformer(options);
    const mutant = mutantNamed(name);
    const isChanged = (file) => mutant.file !== '' && file.endsWith(`/${mutant.file}`);
    const mutated = (source, file) => (isChanged(file) ? mutant.apply(source) : source);
    return {
      ...swc,
      process: (source, file, context) => swc.process(mutated(source, file), file, context),
      processAsync: (source, file, context) => swc.processAsync(mutated(source, file), file, context),
      // Not of the project, so that all of them share what is compiled alike.
      getCacheKey: (source, file, { supportsStaticESM }) =>
        createHash('sha256')
          .update(JSON.stringify([version, options, supportsStaticESM, file, mutated(source, file)]))
          .digest('hex'),
    };
  },
};
