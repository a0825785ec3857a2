/** The permissions that this console asks for, by the server's names. */
export const MAY = {
  desk: 'agent.work',
  ownPhone: 'calls.own_phone',
  board: 'board.see',
  join: 'supervision.join',
  control: 'supervision.control',
  calls: 'calls.see',
  handle: 'tickets.handle',
  exportCalls: 'calls.export',
  reveal: 'personal.reveal',
  recordings: 'recordings.listen',
  download: 'recordings.download',
  people: 'people.see',
  editPeople: 'people.manage',
  prompts: 'prompts.read',
  editPrompts: 'prompts.edit',
  editSystem: 'system.manage',
  processes: 'processes.read',
  editProcesses: 'processes.edit',
  publishProcesses: 'processes.publish',
  walls: 'bigscreen.see',
  reports: 'reports.see',
  exportReports: 'reports.export',
  editFigures: 'figures.edit',
  publishFigures: 'figures.publish',
  printouts: 'printouts.see',
  editPrintouts: 'printouts.edit',
  publishPrintouts: 'printouts.publish',
  connectors: 'connectors.see',
  editConnectors: 'connectors.manage',
  knowledge: 'knowledge.manage',
  shiftTypes: 'roster.types',
  sheets: 'quality.sheets',
  schemes: 'performance.schemes',
  flows: 'flows.read',
  editFlows: 'flows.edit',
  publishFlows: 'flows.publish',
} as const

export type Permission = (typeof MAY)[keyof typeof MAY]

/** Whether `granted` has `wanted`, by name or by `*`. */
export function allows(granted: readonly string[], wanted: string): boolean {
  return granted.includes(wanted) || granted.includes('*')
}
