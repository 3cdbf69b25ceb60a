// Package need finds the needs that a pack knows in what people write down: notes of
// talks, questionnaires, mails, minutes, chats. It works without any service; unless an
// Assistant is configured, nothing leaves the process.
//
// The words used here:
//
//   - A text falls into sentences, a sentence into clauses. A window is a run of clauses;
//     it is what is judged, and what is quoted as evidence.
//   - The thesaurus groups words of both languages that mean the same into classes
//     ("copy", "nobody answers"). It knows language, not needs; packs know needs.
//   - A window's features are its runs of characters and words, its classes, pairs of
//     classes, and the signals of the packs' processes whose words it holds.
//   - The topic model says of which need a window speaks, the stance model whether the
//     need stands: negated, solved, unwanted, guessed and planned things don't.
//     Both are linear and learned from the sentences of the packs (kind none included) and
//     from the decisions that people made on earlier findings.
//   - Confidence is the product of both, each turned into a probability on sentences that
//     the model hadn't seen, weighted as they stand in notes; a second stretch that shows
//     the same adds to it. From one bar on, the same for all needs, a finding is reported.
//
// The graph of a pack (industry → process → signal → need → capability → metric) gives the
// reasons that people see beside a finding.
package need
