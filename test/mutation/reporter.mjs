/** One line of JSON for each test file that ran: whose project, and how many of its tests ran and failed. */
export default class {
  onTestResult({ context }, { numFailingTests, numPassingTests, testExecError, failureMessage }) {
    const broken = testExecError !== undefined || (numFailingTests === 0 && failureMessage !== null);
    const failed = numFailingTests + (broken ? 1 : 0);
    const result = { project: context.config.displayName.name, ran: numPassingTests + failed, failed, failureMessage };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}
