import { spec } from '../command.js';
import { configOption, dryRun, schemaOptions } from '../common-options.js';
import { text, wholeNumber } from '../option.js';

export const snapshotCommand = spec({
  name: 'snapshot',
  summary: 'Print the schema as JSON: what operators, CI and defineSchema({ base }) read instead of the code',
  about:
    'The same schema gives the same text: commit it beside the code. With --check it is compared with a file, and the ' +
    'command ends with 3 where they differ. No table is asked.',
  options: {
    ...schemaOptions,
    ...configOption,
    at: wholeNumber('VERSION', 'as it was at that version: a base for defineSchema', 1),
    out: text('FILE', 'write it there instead of printing it'),
    check: text('FILE', 'say whether that file is what would be written'),
    ...dryRun,
  },
});
