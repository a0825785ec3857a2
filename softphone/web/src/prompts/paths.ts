/** The address of a prompt; its id has slashes of its own. */
export function promptPath(language: string, id: string): string {
  return `/api/prompts/${encodeURIComponent(language)}/${encodeURIComponent(id)}`
}

export function soundPath(language: string, id: string, version?: number, stamp = 0): string {
  const base = promptPath(language, id)
  // The sound in effect changes behind one address: the version keeps browsers from playing the old one.
  return version === undefined ? `${base}/audio?v=${stamp}` : `${base}/versions/${version}/audio`
}
