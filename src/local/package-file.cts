// A CommonJS file on purpose: `require` is bound to this file's own place in the ES module build and in the CommonJS
// build alike, where `import.meta` exists only in the first and `__filename` only in the second.

/** The path of a file of an installed package (`name/file`), seen from this package, then from the working directory. */
function packageFile(specifier: string): string | undefined {
  for (const paths of [undefined, { paths: [process.cwd()] }]) {
    try {
      return require.resolve(specifier, paths);
    } catch {
      // Not to be seen from there.
    }
  }
  return undefined;
}

export = packageFile;
