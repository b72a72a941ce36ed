export const versionArgument = (help: string): { readonly name: string; readonly help: string } => ({
  name: 'version',
  help,
});
