import PlainEnvironment from '../../.ci/jest-environment.mjs';

/** Runs the tests of a file that are asked for by name, until the first one that fails: one that notices is enough. */
export default class extends PlainEnvironment {
  #only;
  #failed = false;

  constructor(config, context) {
    super(config, context);
    const { only } = config.projectConfig.testEnvironmentOptions;
    this.#only = only === undefined ? undefined : new RegExp(only, 'i');
  }

  handleTestEvent({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.#failed = true;
    if (name === 'test_start' && (this.#failed || !this.#isWanted(test))) test.mode = 'skip';
  }

  #isWanted(test) {
    const names = [];
    for (let at = test; at !== undefined && at.name !== 'ROOT_DESCRIBE_BLOCK'; at = at.parent) names.unshift(at.name);
    return this.#only?.test(names.join(' ')) ?? true;
  }
}
