import type { KnownCaller } from '@/api/types'
import type { Row } from '@/screens/description'

/** What a call tells of its caller, from his record. */
export function knownBy(record: Row, others: number): KnownCaller {
  const text = (key: string): string => (typeof record[key] === 'string' ? (record[key] as string) : '')
  return {
    citizen: text('id'),
    name: text('name'),
    gender: text('gender'),
    address: text('address'),
    notes: text('notes'),
    tags: Array.isArray(record.tags) ? record.tags.map(String) : [],
    vip: record.vip === true,
    calls: Number(record.calls ?? 0),
    others,
  }
}

/** Other records of the same number. */
export function othersIn(records: readonly Row[], known: KnownCaller): Row[] {
  return records.filter((one) => one.id !== known.citizen)
}
