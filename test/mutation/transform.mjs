import { createHash } from 'node:crypto';
import { createTransformer } from '@swc/jest';
import { mutantNamed } from './mutants.mjs';

/** Compiles as the other tests are compiled, with the one change that `MUTANT` names. */
export default {
  createTransformer(options) {
    const swc = createTransformer(options);
    const mutant = mutantNamed(process.env['MUTANT']);
    const isChanged = (file) => mutant.file !== '' && file.endsWith(`/${mutant.file}`);
    const mutated = (source, file) => (isChanged(file) ? mutant.apply(source) : source);
    return {
      ...swc,
      process: (source, file, context) => swc.process(mutated(source, file), file, context),
      processAsync: (source, file, context) => swc.processAsync(mutated(source, file), file, context),
      getCacheKey: (source, file, context) =>
        createHash('sha256')
          .update(swc.getCacheKey(mutated(source, file), file, context))
          .update(isChanged(file) ? mutant.name : '')
          .digest('hex'),
    };
  },
};
