// Changes one step of the protocol at a time and says whether the tests notice: `npm run test:mutants [-- NAME…]`.
// A mutant that survives is a rule that no test holds. Takes some minutes; not a part of every CI run.
import { spawnSync } from 'node:child_process';
import { mutants, UNCHANGED } from '../test/mutation/mutants.mjs';

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? mutants : mutants.filter(({ name }) => wanted.some((part) => name.includes(part)));
for (const test of new Set(chosen.flatMap(({ tests }) => tests))) {
  if (fails(UNCHANGED, test)) throw new Error(`The tests of ${test} fail without any change.`);
}
const survivors = [];
for (const [index, { name, tests }] of chosen.entries()) {
  const begin = Date.now();
  // One group of tests after another, the quickest first: the first one that notices is enough.
  const noticedBy = tests.find((test) => fails(name, test));
  const seconds = ((Date.now() - begin) / 1000).toFixed(0);
  const verdict = noticedBy === undefined ? '✖ SURVIVES' : `✓ noticed by ${noticedBy}`;
  console.log(`${String(index + 1).padStart(3)}/${chosen.length} ${verdict}: ${name} (${seconds} s)`);
  if (noticedBy === undefined) survivors.push(name);
}
console.log(`${chosen.length - survivors.length} noticed, ${survivors.length} survive`);
process.exitCode = survivors.length === 0 ? 0 : 1;

function fails(mutant, test) {
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = ['node_modules/jest/bin/jest.js', '--config', '.ci/jest.mutants.config.mjs', '--bail', '--silent', test];
  const run = spawnSync(process.execPath, [...node, ...jest], {
    encoding: 'utf8',
    env: { ...process.env, MUTANT: mutant },
  });
  const ran = /Tests:\s+(?:(\d+) failed)?/.exec(run.stderr);
  if (ran === null) throw new Error(`The tests of ${test} did not run:\n${run.stderr}`);
  return ran[1] !== undefined;
}
