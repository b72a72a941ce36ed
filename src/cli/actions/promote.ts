import { NotVerifiedError } from '../../operator/errors.js';
import { namesOf } from '../../operator/paths.js';
import { promotable, promote } from '../../operator/promote.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/promote.js';
import { nextIn } from './next-step.js';
import { look, operatorOptions } from './step.js';
import { keyPathText } from './text.js';

const NOTHING = 'Nothing to promote: no key path is strict.';

export const promoteCommand: ActionOf<typeof spec.promoteCommand> = async (context, values) => {
  try {
    return values['dry-run'] === true ? await wouldPromote(context) : await promoted(context);
  } catch (refusal) {
    if (!(refusal instanceof NotVerifiedError)) throw refusal;
    return { text: '', json: {}, refusal, ...nextIn(context, (await look(context)).registry.knowledge) };
  }
};

async function promoted(context: Context): Promise<Outcome> {
  const { keyPaths } = await promote(await operatorOptions(context, {}));
  const { registry } = await look(context);
  return {
    text: keyPathText('Promoted', keyPaths, NOTHING),
    json: { keyPaths },
    ...nextIn(context, registry.knowledge),
  };
}

async function wouldPromote(context: Context): Promise<Outcome> {
  const { registry } = await look(context);
  const keyPaths = namesOf(promotable(registry.knowledge));
  return {
    text: keyPathText('Would promote', keyPaths, NOTHING),
    json: { dryRun: true, keyPaths },
    next: keyPaths.length === 0 ? undefined : context.realCommand,
  };
}
