import { spec } from '../command.js';
import { text, wholeNumber } from '../option.js';

export const localCommand = spec({
  name: 'local',
  summary: 'Run a local engine for development, until Ctrl-C',
  about:
    'The best engine of this machine, as `startLocalEngine` of ductile/local finds it. Without --db-path its data are gone ' +
    'with it. Where DUCTILE_ENDPOINT names one that is running already, nothing is started, and both options are refused.',
  endless: () => true,
  options: {
    port: wholeNumber('PORT', 'the port of 127.0.0.1 to serve on; else a free one', 1, 65_535),
    'db-path': text('FOLDER', 'keep the data in this folder'),
  },
});
