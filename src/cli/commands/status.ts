import { spec } from '../command.js';
import { tableOptions } from '../common-options.js';
import { flag, number } from '../option.js';

/** How often a status that is watched is looked at unless said, in seconds. */
export const EVERY_S = 2;

export const statusCommand = spec({
  name: 'status',
  summary: 'Say how the table stands: versions, key paths, what works on it, and what comes next',
  about:
    'With --watch again and again, until Ctrl-C: in a terminal in its place, in a pipe whenever it has ' +
    'changed, with --json one object a line.',
  options: {
    ...tableOptions,
    watch: flag('go on until Ctrl-C'),
    every: number('SECONDS', `how often to look, with --watch; ${EVERY_S} unless said`, 0.1),
  },
  endless: ({ watch }) => watch === true,
});
