import { useDesk } from '@/desk/desk'

/** Whether somebody is on the line, or about to be. */
export function inCall(): boolean {
  return !['away', 'idle', 'wrapup'].includes(useDesk().phase)
}
