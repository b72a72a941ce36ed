import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { didYouMean } from '../schema/suggestions.js';
import { ConfigError } from './errors.js';

/** The heading of a profile, in either of the two files. */
const HEADING = /^\s*\[\s*(?:profile\s+)?(["']?)([^\]]+?)\1\s*\]/gm;

/**
 * The SDK does not say of a profile that it is not there, but that there are no credentials, or no region.
 *
 * @throws ConfigError where none of the shared files of AWS has it
 */
export function assertProfile(profile: string, env: NodeJS.ProcessEnv): void {
  // That one need not be written down.
  if (profile === 'default') return;
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir();
  const files = [
    env['AWS_CONFIG_FILE'] ?? join(home, '.aws', 'config'),
    env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(home, '.aws', 'credentials'),
  ];
  const names = files.flatMap(profilesIn);
  if (names.includes(profile)) return;
  throw new ConfigError(
    `There is no profile '${profile}' in ${files.join(' or ')}${didYouMean(profile, names) || '. Check the name.'}`,
    { profile, files },
  );
}

const profilesIn = (file: string): readonly string[] =>
  existsSync(file) ? [...readFileSync(file, 'utf8').matchAll(HEADING)].map(([, , name = '']) => name) : [];
