// Changes one step of the protocol at a time and says whether the tests notice:
//
//   npm run test:mutants                      every mutant: some minutes; not a part of every CI run
//   npm run test:mutants -- NAME…             those whose name or file holds one of the words
//   MUTANT_WORKERS=1 npm run test:mutants     one at a time, on a machine that is shared; else one for each core
//
// The list is test/mutation/mutants.mjs: a mutant is a text of a source, found once in it, and what stands there instead,
// with the tests that are to notice, the quickest first. A mutant that survives is a rule that no test holds. Ends with
// `N noticed, M survive`, and with an error where one survives, or where tests fail on the sources as they are.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mutants, UNCHANGED } from '../test/mutation/mutants.mjs';

/** How many go through one process of Jest: its start is paid once, and what it forgets to free is little. */
const AT_ONCE = 24;

const words = process.argv.slice(2);
const isWanted = ({ name, file }) =>
  words.length === 0 || words.some((word) => name.includes(word) || file.includes(word));
const chosen = mutants.filter(isWanted);

const broken = await whichFail([...new Set(chosen.flatMap(({ tests }) => tests))].map((test) => [UNCHANGED, test]));
for (const [, test] of broken) console.log(`✖ The tests of ${test} fail without any change, or there are none.`);

const isSound = ({ tests }) => !broken.some(([, test]) => tests.includes(test));
let survivors = chosen.filter(isSound);
const left = chosen.length - survivors.length;
let noticed = 0;
// One group of tests after another, for those that no group has noticed yet.
for (let round = 0; survivors.some(({ tests }) => round < tests.length); round++) {
  const asked = survivors.filter(({ tests }) => round < tests.length);
  const found = await whichFail(
    asked.map(({ name, tests }) => [name, tests[round]]),
    ([name, test]) => console.log(`✓ ${String(++noticed).padStart(3)}/${chosen.length} ${name}: noticed by ${test}`),
  );
  survivors = survivors.filter(({ name }) => !found.some(([other]) => other === name));
}
for (const { name, file } of survivors) console.log(`✖ SURVIVES: ${name} (${file})`);
if (left > 0) console.log(`✖ ${left} were not tried, because their tests fail without them.`);
console.log(`${noticed} noticed, ${survivors.length} survive`);
process.exitCode = broken.length === 0 && survivors.length === 0 ? 0 : 1;

/** Of pairs of a mutant and a test pattern, those of which a test fails. */
async function whichFail(pairs, tell = () => undefined) {
  const failed = [];
  for (let first = 0; first < pairs.length; first += AT_ONCE) {
    const some = pairs.slice(first, first + AT_ONCE);
    const ran = new Map(some.map(([mutant, test]) => [`${mutant} ← ${test}`, { ran: 0, failed: 0 }]));
    for await (const { project, ...result } of results(some)) {
      const sum = ran.get(project);
      sum.ran += result.ran;
      if (sum.failed === 0 && result.failed > 0) {
        failed.push(some.find(([mutant, test]) => `${mutant} ← ${test}` === project));
        tell(failed.at(-1));
        if (project.startsWith(`${UNCHANGED} `)) console.log(result.failureMessage);
      }
      sum.failed += result.failed;
    }
    // A pattern that selects no test is as good as one that fails without any change.
    failed.push(...some.filter(([mutant, test]) => mutant === UNCHANGED && ran.get(`${mutant} ← ${test}`).ran === 0));
  }
  return failed;
}

/** What Jest says about the test files of projects, one by one. */
async function* results(pairs) {
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const workers = process.env.MUTANT_WORKERS === undefined ? [] : ['--maxWorkers', process.env.MUTANT_WORKERS];
  const jest = ['node_modules/jest/bin/jest.js', '--config', '.ci/jest.mutants.config.mjs', '--silent', ...workers];
  const run = spawn(process.execPath, [...node, ...jest], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MUTANTS: JSON.stringify(pairs) },
  });
  let errors = '';
  run.stderr.on('data', (text) => (errors += text));
  for await (const line of createInterface({ input: run.stdout })) if (line.startsWith('{')) yield JSON.parse(line);
  if (errors !== '') console.error(errors);
}
