/** What a question reads: a branch, now or as it was at a revision. */
export interface Place {
  branch: string
  at?: number
}
