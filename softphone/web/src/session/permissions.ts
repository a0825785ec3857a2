/** The permissions that this console asks for, by the names of the parts' manifests. */
export const MAY = {
  desk: 'softphone.desk',
  board: 'softphone.board',
  listen: 'softphone.listen',
  whisper: 'softphone.whisper',
  barge: 'softphone.barge',
  intercept: 'softphone.intercept',
  hangup: 'softphone.hangup',
  forceState: 'softphone.state',
  calls: 'calls.view',
  recordings: 'recorder.listen',
  download: 'recorder.download',
  people: 'people.view',
  editPeople: 'people.edit',
} as const

export type Permission = (typeof MAY)[keyof typeof MAY]

/** Whether `granted` has `wanted`: by name, by its whole area (`softphone.*`), or by `*`. */
export function allows(granted: readonly string[], wanted: string): boolean {
  const area = `${wanted.split('.')[0] ?? ''}.*`
  return granted.includes(wanted) || granted.includes(area) || granted.includes('*')
}
