import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** Those that were used since the environment was made. */
const storages = new Set();

for (const method of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...args) {
    storages.add(this);
    return original.apply(this, args);
  };
}

/**
 * Jest's environment for Node, but for two things.
 *
 * Its global object is an ordinary one. The one that Jest makes asks an interceptor at every use of a global name, `Promise`
 * or `Object`, which makes the library's own code two to three times slower.
 *
 * When a file of tests has ended its `AsyncLocalStorage`s are disabled: Jest makes one for each file, and before Node 24 every
 * promise of all later files would be passed on to each of them.
 */
export default class PlainEnvironment extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }

  async teardown() {
    for (const storage of storages) storage.disable();
    storages.clear();
    await super.teardown();
  }
}
