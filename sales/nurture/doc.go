// Package nurture keeps in touch with customers who aren't ready: it tells which plans of
// a pack fit an account, lays out a round of touches with several contacts as tasks, and
// says when a plan should stop, or an event ends the waiting.
//
// Plan: a pack's Nurture. Round: the touches from one start; its tasks carry the plan's
// name in their field play, so that a round is nothing but its tasks. Strike: an open
// event that the plan waits for.
package nurture
