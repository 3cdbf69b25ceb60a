import type { MergeResult, ProblemBody, Violation } from './types'

/** A refused or failed request: RFC 9457, with the lake's stable code. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly params: Record<string, string>
  readonly violations: Violation[]
  readonly result?: MergeResult
  /** Of a source that couldn't be reached: how far it came. */
  readonly steps: NonNullable<ProblemBody['steps']>
  /** Of a knowledge pack: everything that is wrong with it. */
  readonly problems: NonNullable<ProblemBody['problems']>

  constructor(status: number, body: ProblemBody) {
    super(body.detail || body.title || 'HTTP ' + status)
    this.status = status
    this.code = body.code || byStatus[status] || 'unexpected'
    this.params = body.params ?? {}
    this.violations = body.violations ?? []
    this.result = body.result
    this.steps = body.steps ?? []
    this.problems = body.problems ?? []
  }
}

const byStatus: Record<number, string> = { 401: 'no_session', 403: 'forbidden', 404: 'not_found', 412: 'stale', 413: 'too_large', 423: 'busy', 429: 'too_many_attempts' }

/** No answer came at all. */
export class Disconnected extends Error {}
