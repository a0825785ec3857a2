/** How many there are, as people read it: `1,000+` where the server counted no further. */
export function countText(count: number, more = false): string {
  return `${count.toLocaleString('zh-CN')}${more ? '+' : ''}`
}
