import { spec } from '../command.js';
import { tableOptions, workOptions } from '../common-options.js';
import { choice, flag, text, wholeNumber } from '../option.js';

const { drain: _, ...passOptions } = workOptions;

/** How many items a dry run looks at unless said. */
export const SAMPLE = 10;

export const jobRun = spec({
  name: 'job run',
  summary: 'Do to every item of a type what no migration can say',
  about:
    'FILE exports a DataJob of ductile/operator: a class or an object. Safe to stop and to repeat; run it in several ' +
    'processes, and they share the work. The schema is the one that `defineSchema` made, not a snapshot.',
  positionals: [{ name: 'file', help: 'the file that exports the job: JavaScript or TypeScript' }],
  options: {
    ...tableOptions,
    ...passOptions,
    job: text('NAME', 'the name of that export, where there are several'),
    'on-error': choice(['stop', 'skip'], 'what an error about one item does; stop unless said'),
    again: flag('begin anew what has ended'),
    'dry-run': flag('call the job for some items, and say what would change; write nothing'),
    sample: wholeNumber('N', `with --dry-run: for how many items it is called; ${SAMPLE} unless said`, 1),
  },
});
