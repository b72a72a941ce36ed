#!/usr/bin/env node
import { run } from './run.js';

// Who asks about a table is not helped by what the SDK says of the next Node.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await run({
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  clock: () => performance.now(),
});
