// Package deal leads a deal by the rules of a knowledge pack: its playbook and what a
// stage still lacks, the next best action, the buying committee, objections, proofs of
// concept and qualification.
//
// A check counts records that belong to a deal or an account. A Sight has read them, in
// one question per entity however many checks and deals there are, and so can answer
// every check with the records that it rests on (its witnesses).
package deal
