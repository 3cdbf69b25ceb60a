// Package recon looks at a customer's domain from outside: who takes its mail, whether its
// addresses have names and stand on blacklists, what its servers greet with, whether
// transfer is encrypted and certificates hold.
//
// Only what anybody may ask is asked: questions of the public DNS, the greeting of a mail
// server (EHLO, STARTTLS, QUIT; never a sender, a recipient or a message), and one GET of
// the front page of webmail. What is asked is limited per second, over all domains and for
// each; a domain on the list of opt-outs, or below one, gets no packet at all.
//
// Question: one thing to be known, such as the reverse record of an address. Observation:
// the answer that was seen, as a code of docs/packs.md with the raw value. Finding: an
// observation kept as a record of an account. Run: one look at one domain; its audit entry
// is written before the first packet. Meaning: what a pack says about a finding.
package recon
