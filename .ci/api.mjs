// Compares the public face of every entry point with the report kept in docs/api, so that no change of it goes unseen.
// With --update the reports are written. Needs a build.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const update = process.argv.includes('--update');
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.entries(exports).filter(([, conditions]) => typeof conditions === 'object');
const fresh = resolve('.cache/api');
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
mkdirSync('docs/api', { recursive: true });

const results = entries.map(([entry, conditions]) => {
  const report = `ductile${entry.slice(1).replaceAll('/', '-')}.api.md`;
  const messages = extract(resolve(conditions.import.types), report);
  const kept = resolve('docs/api', report);
  if (update) cpSync(resolve(fresh, report), kept);
  const same = existsSync(kept) && readFileSync(kept, 'utf8') === readFileSync(resolve(fresh, report), 'utf8');
  for (const message of messages) console.log(`  ${message}`);
  console.log(`${same && messages.length === 0 ? '✓' : '✖'} ${entry} → docs/api/${report}${same ? '' : ' differs'}`);
  return same && messages.length === 0;
});
if (results.includes(false)) {
  console.log(
    'The public face is not what docs/api says. Where the change is meant: npm run build && npm run api:update',
  );
  process.exitCode = 1;
}

/** Writes the report of one entry point, types that it mentions without exporting them included; gives what is wrong. */
function extract(mainEntryPointFilePath, reportFileName) {
  const messages = [];
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: resolve('.'),
      mainEntryPointFilePath,
      compiler: { tsconfigFilePath: resolve('.ci/tsconfig.esm.json'), skipLibCheck: true },
      apiReport: {
        enabled: true,
        includeForgottenExports: true,
        reportFileName,
        reportFolder: fresh,
        reportTempFolder: resolve(fresh, 'temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'warning' },
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'none' }, // the report has them: they are part of the face all the same
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve('package.json'),
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.category === 'console') return;
      if (message.logLevel === 'error' || message.logLevel === 'warning')
        messages.push(message.formatMessageWithLocation(resolve('.')));
    },
  });
  return messages;
}
