import { namesOf } from '../../operator/paths.js';
import { promotable, promote } from '../../operator/promote.js';
import { command, type Context, type Outcome } from '../command.js';
import { dryRun, tableOptions } from '../common-options.js';
import { nextLine } from './next-step.js';
import { look, operatorOptions } from './step.js';
import { keyPathText } from './text.js';

const NOTHING = 'Nothing to promote: no key path is strict.';

export const promoteCommand = command({
  name: 'promote',
  summary: 'Offer the key paths that were verified to readers',
  about:
    'From then on a miss is an answer. Refused, with 3, while the last verify of one of them is missing or found faults.',
  options: { ...tableOptions, ...dryRun },
  async run(context, values) {
    if (values['dry-run'] === true) return wouldPromote(context);
    const { keyPaths } = await promote(await operatorOptions(context, {}));
    const { registry } = await look(context);
    return {
      text: keyPathText('Promoted', keyPaths, NOTHING),
      json: { keyPaths },
      next: nextLine(context, registry.knowledge),
    };
  },
});

async function wouldPromote(context: Context): Promise<Outcome> {
  const { registry } = await look(context);
  const keyPaths = namesOf(promotable(registry.knowledge));
  return {
    text: keyPathText('Would promote', keyPaths, NOTHING),
    json: { dryRun: true, keyPaths },
    next: keyPaths.length === 0 ? undefined : context.realCommand,
  };
}
