/** The newest Node of a major version, fetched on the first call, or why there is none on this machine. Blocks meanwhile. */
export function nodeOf(
  major: number,
):
  | { readonly program: string; readonly version: string; readonly missing?: undefined }
  | { readonly missing: string; readonly program?: undefined };
