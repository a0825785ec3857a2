/** A colour of the theme, for canvases: they cannot read custom properties by themselves. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
