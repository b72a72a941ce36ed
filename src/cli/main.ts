#!/usr/bin/env node
import { run } from './run.js';

process.exitCode = await run({
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  clock: () => performance.now(),
});
