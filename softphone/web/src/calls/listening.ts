import type { InjectionKey } from 'vue'

/** Plays a recording from a second on, where a player of it stands on the page; false where none does. */
export type Listen = (recording: string, second: number) => boolean
export const LISTEN: InjectionKey<Listen> = Symbol('listen')
