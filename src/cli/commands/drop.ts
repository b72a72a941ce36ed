import { assertOutOfUse } from '../../operator/census.js';
import { drop } from '../../operator/drop.js';
import { beginDrop } from '../../registry/retire-decisions.js';
import { command } from '../command.js';
import { dryRun, inUseOptions, tableOptions, workOptions } from '../common-options.js';
import { planned } from './plan.js';
import { ended, inUse, look, operatorOptions } from './step.js';
import { keyPathText, lines, sweptText } from './text.js';
import { readVersion, versionArgument } from './version.js';

export const dropCommand = command({
  name: 'drop',
  summary: 'Free what only retired versions could see: rows of key paths, and attributes',
  about: 'There is no way back from the first entry on that it appends. Safe to stop and to repeat.',
  positionals: [versionArgument('the newest version that is retired')],
  options: { ...tableOptions, ...workOptions, ...inUseOptions, ...dryRun },
  async run(context, values, [given]) {
    const version = readVersion(given);
    if (values['dry-run'] === true) {
      const session = await look(context);
      const begins = beginDrop(version)(session.registry.knowledge) !== undefined;
      if (begins) await assertOutOfUse(session, version, 'drop', inUse(values));
      const goesOn = begins ? 'Would drop' : 'Would go on to drop';
      const { plan, text } = await planned(session, 'drop', values);
      return {
        text: lines(`${goesOn} what only versions up to ${version} could see.`, text),
        json: { dryRun: true, version, begins, plan },
      };
    }
    const report = await drop({ ...(await operatorOptions(context, values)), ...inUse(values), version });
    return {
      text: lines(keyPathText('Dropped', report.keyPaths, 'No key path was dropped.'), sweptText(report)),
      json: report,
      ...ended(context, report, undefined),
    };
  },
});
